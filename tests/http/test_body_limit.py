"""A body that is too large is refused before any of it is read."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from backend_practice.http.middleware.body_limit import BodyLimitMiddleware

LIMIT = 2048


@pytest.fixture(autouse=True)
def limit(settings):
    settings.MAX_BODY_BYTES = LIMIT


def post(web, size, path="/api/v1/echo/"):
    return web.generic("POST", path, b'"' + b"a" * (size - 2) + b'"', "application/json")


def test_a_body_of_the_limit_is_taken(web):
    assert post(web, LIMIT).status_code == 201


@pytest.mark.parametrize("path", ["/api/v1/echo/", "/api/v1/nowhere/", "/plain/"])
def test_one_byte_more_is_too_large_wherever_it_goes(web, problem, path):
    response = post(web, LIMIT + 1, path)

    assert response.status_code == 413
    assert problem(response)["limit"] == {"name": "MAX_BODY_BYTES", "value": LIMIT}


def test_nothing_of_it_is_read():
    class Unreadable:
        def read(self, *args):
            raise AssertionError("The body was read.")

    request = RequestFactory().post("/", CONTENT_LENGTH=str(LIMIT + 1))
    request._stream = Unreadable()

    response = BodyLimitMiddleware(lambda request: HttpResponse(request.body))(request)

    assert response.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "0x10", "+5", "1 2", "٣", "9" * 5000])
def test_a_length_that_is_no_number_of_bytes_is_malformed(web, problem, length):
    response = web.post("/api/v1/echo/", CONTENT_LENGTH=length)

    assert response.status_code == 400
    assert problem(response)["type"] == "/problems/malformed-request/"


@pytest.mark.parametrize("length", ["", "0", None])
def test_no_length_is_no_body(length):
    request = RequestFactory().get("/")
    request.META["CONTENT_LENGTH"] = length

    response = BodyLimitMiddleware(lambda request: HttpResponse("in"))(request)

    assert response.content == b"in"
