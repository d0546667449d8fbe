"""Stage 1: `/hello/` and `/hello/{name}/`."""

from urllib.parse import quote

import pytest
from django.test import Client

NAMES = [
    "Ada",
    "Zoë",
    "你好",
    "😀" * 100,
    "O'Brien & Söhne",
    "a/b",
    "one\ntwo",
    "nul\0byte",
    "../x",
    "%FF",
]


def test_hello_greets_the_world(client):
    response = client.get("/hello/")

    assert response.status_code == 200
    assert response.content == b"Hello, World!"
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_head_has_the_headers_of_get_and_no_body(client):
    got, headed = client.get("/hello/"), client.head("/hello/")

    assert headed.status_code == 200
    assert headed.content == b""
    assert headed["Content-Length"] == got["Content-Length"] == "13"
    assert headed["Content-Type"] == got["Content-Type"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused_with_those_that_are_allowed(method):
    strict = Client(enforce_csrf_checks=True)

    response = strict.generic(method, "/hello/")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_greeted_whatever_its_letters(client, name):
    response = client.get(f"/hello/{quote(name, safe='')}/")

    assert response.status_code == 200
    assert response.content.decode() == f"Hello, {name}!"


def test_the_last_slash_may_be_left_out(client):
    assert client.get("/hello").content == b"Hello, World!"
    assert client.get("/hello/Ada").content == b"Hello, Ada!"


def test_no_name_can_become_markup(client):
    response = client.get("/hello/%3Cscript%3Ealert(1)%3C/script%3E/")

    assert response.content == b"Hello, <script>alert(1)</script>!"
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_name_of_a_hundred_characters_is_not_too_long(client):
    assert client.get(f"/hello/{'a' * 100}/").status_code == 200


def test_a_longer_name_is_refused_with_the_reason(client):
    response = client.get(f"/hello/{'a' * 101}/")

    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content == b"A name has at most 100 characters, and this one has 101."


@pytest.mark.parametrize("path", ["%FF%FE", "%ED%A0%80", "%C3", "%00%01%1B", "%0D%0ASet-Cookie:x"])
def test_no_bytes_in_a_path_break_it(client, path):
    response = client.get(f"/hello/{path}/")

    assert response.status_code == 200
    assert response.content.startswith(b"Hello, ")
    assert not response.cookies
