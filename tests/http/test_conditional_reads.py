"""`If-None-Match` and `If-Match` on a read (RFC 9110, 13.1 and 13.2)."""

import pytest

PATH = "/api/v1/versioned/1/"


def test_a_read_carries_a_strong_etag(web):
    response = web.get(PATH)

    assert response["ETag"] == '"v1"'


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "tags", ['"v1"', 'W/"v1"', "*", ' "v1" ', '"v0", "v1"', '"v0",W/"v1","v2"', 'garbage, "v1"']
)
def test_what_the_client_has_already_is_not_told_again(web, method, tags):
    response = web.generic(method, PATH, HTTP_IF_NONE_MATCH=tags)

    assert response.status_code == 304
    assert response["ETag"] == '"v1"'
    assert response.content == b""
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize(
    "tags", ["", '"v2"', "v1", "'v1'", '"v1', 'v1"', '"V1"', '"v1 "', ",", '*, "v0"', "\xff"]
)
def test_what_it_does_not_have_is_told(web, tags):
    response = web.get(PATH, HTTP_IF_NONE_MATCH=tags)

    assert response.status_code == 200
    assert response.json() == {"a": 1}


@pytest.mark.parametrize("tags", ['"v1"', '"v0", "v1"', "*"])
def test_if_match_that_holds_lets_a_read_through(web, tags):
    assert web.get(PATH, HTTP_IF_MATCH=tags).status_code == 200


@pytest.mark.parametrize("tags", ['"v2"', 'W/"v1"', "v1", ""])
def test_if_match_that_fails_is_412_on_a_read_too(web, problem, tags):
    response = web.get(PATH, HTTP_IF_MATCH=tags)

    assert response.status_code == 412
    assert problem(response)["type"] == "/problems/precondition-failed/"


def test_if_match_is_looked_at_before_if_none_match(web):
    response = web.get(PATH, HTTP_IF_MATCH='"v2"', HTTP_IF_NONE_MATCH='"v1"')

    assert response.status_code == 412


def test_the_page_of_the_browsable_api_has_no_etag_and_is_always_told(web):
    response = web.get(PATH, HTTP_ACCEPT="text/html", HTTP_IF_NONE_MATCH='"v1"')

    assert response.status_code == 200
    assert "ETag" not in response.headers
