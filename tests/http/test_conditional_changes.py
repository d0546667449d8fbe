"""`If-Match` and `If-None-Match` on a change (RFC 9110, 13.1 and 13.2)."""

import pytest

from backend_practice.http.conditional import strong_etag

PATH = "/api/v1/versioned/1/"
METHODS = ["PUT", "PATCH", "DELETE"]


def change(web, method="PUT", **headers):
    return web.generic(method, PATH, b"{}", "application/json", **headers)


def test_a_change_without_conditions_is_made(web):
    response = change(web)

    assert response.status_code == 200
    assert response["ETag"] == '"v2"'


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("tags", ['"v1"', "*", '"v0", "v1"', ' "v1"'])
def test_a_condition_that_holds_lets_a_change_through(web, method, tags):
    assert change(web, method, HTTP_IF_MATCH=tags).status_code == 200


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("tags", ['"v0"', 'W/"v1"', "v1", "garbage", "", "\xff", '"v0", W/"v1"'])
def test_a_stale_weak_or_malformed_tag_is_412(web, problem, method, tags):
    response = change(web, method, HTTP_IF_MATCH=tags)

    assert response.status_code == 412
    assert problem(response)["type"] == "/problems/precondition-failed/"


@pytest.mark.parametrize("tags", ["*", '"v1"', 'W/"v1"', '"v0", "v1"'])
def test_if_none_match_forbids_to_change_what_is_there(web, tags):
    assert change(web, HTTP_IF_NONE_MATCH=tags).status_code == 412


@pytest.mark.parametrize("tags", ['"v0"', "garbage", ""])
def test_if_none_match_of_another_version_lets_a_change_through(web, tags):
    assert change(web, HTTP_IF_NONE_MATCH=tags).status_code == 200


def test_an_etag_is_strong_and_changes_with_each_of_its_parts():
    tags = {strong_etag("b", 1, 2), strong_etag("b", 12), strong_etag("b", 1, 3)}

    assert len(tags) == 3
    assert strong_etag("b", 1, 2) == '"b.1.2"'
