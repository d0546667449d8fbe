"""A body is JSON in UTF-8, or the client is told what is wrong with it."""

import json

import pytest

MALFORMED = {
    "no JSON at all": b"{title: 1}",
    "cut short": b'{"title": ',
    "two values": b"{} {}",
    "only white space": b" ",
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "a number beyond a double": b'{"a": 1e999}',
    "invalid UTF-8": b'{"a": "\xff"}',
    "Latin-1": 'é'.encode("latin-1").join([b'{"a": "', b'"}']),
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a lone surrogate, escaped": b'{"a": "\\ud800"}',
    "a lone surrogate, encoded": b'{"a": "\xed\xa0\x80"}',
    "a control character in a string": b'{"a": "\x01"}',
    "200,000 brackets": b"[" * 200_000,
    "200,000 brackets, closed": b"[" * 200_000 + b"]" * 200_000,
    "200,000 objects": b'{"a":' * 100_000,
    "65 levels": b"[" * 65 + b"]" * 65,
    "65 levels, of objects": b'{"a":' * 65 + b"1" + b"}" * 65,
}  # fmt: skip


def post(web, body, content_type="application/json"):
    return web.generic("POST", "/api/v1/echo/", body, content_type)


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_body_that_cannot_be_read_is_refused(web, problem, body):
    response = post(web, body)

    assert response.status_code == 400
    assert problem(response)["type"] == "/problems/malformed-request/"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": "é€😀"}'.encode(), {"a": "é€😀"}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"[" * 64 + b"]" * 64, json.loads("[" * 64 + "]" * 64)),
    ],
    ids=["byte order mark", "beyond ASCII", "surrogate pair", "a name twice", "64 levels"],
)
def test_a_body_that_is_json_is_read(web, body, value):
    response = post(web, body)

    assert response.status_code == 201
    assert response.json() == value


@pytest.mark.parametrize("body", [b"[]", b'["name"]', b"5", b'"name"', b"true", b"null", b"1.5"])
def test_where_an_object_belongs_another_value_is_invalid(web_of, problem, alice, body):
    response = web_of(alice).generic("POST", "/api/v1/groups/", body, "application/json")

    assert response.status_code == 400
    (error,) = problem(response)["errors"]
    assert error["pointer"] == ""


def test_without_a_body_what_is_required_is_missing(web_of, problem, alice):
    response = web_of(alice).generic("POST", "/api/v1/groups/", b"", "application/json")

    assert response.status_code == 400
    (error,) = problem(response)["errors"]
    assert (error["pointer"], error["code"]) == ("/name", "required")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/jsonp",
        "json",
        "/",
        ";",
        "x" * 10_001,
    ],
)
def test_a_media_type_that_is_not_json_is_not_taken(web, problem, content_type):
    response = post(web, b'{"a": 1}', content_type)

    assert response.status_code == 415
    assert problem(response)["type"] == "/problems/unsupported-media-type/"


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;"]
)
def test_json_may_be_spelt_in_many_ways(web, content_type):
    response = post(web, b'{"a": 1}', content_type)

    assert response.status_code == 201


def test_the_depth_is_a_setting(web, problem, settings):
    settings.MAX_JSON_DEPTH = 2

    response = post(web, b"[[[]]]")

    assert "2 levels" in problem(response)["detail"]
