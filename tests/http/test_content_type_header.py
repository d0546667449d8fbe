"""No `Content-Type` keeps Django from building the request."""

import json
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import AsyncRequestFactory, RequestFactory

from backend_practice.http.handlers import SteadyASGIHandler, SteadyWSGIHandler

UNREADABLE = [
    "application/json; charset=hex",
    "application/json; charset=idna",
    "application/json; charset=utf-16",
    "application/json; charset*=hex''%41",
    "application/json; a*=nope''%41",
    f"application/json; a={'x' * 10_001}",
]


def answer(handler, content_type, method="GET", path="/api/v1/echo/?a=%41"):
    environ = RequestFactory().generic(method, path, b"{}", "text/plain").environ
    environ["CONTENT_TYPE"] = content_type
    return handler.get_response(handler.request_class(environ))


def test_djangos_own_handler_would_break():
    with pytest.raises(LookupError):
        answer(WSGIHandler(), "application/json; charset=hex")


@pytest.mark.parametrize("content_type", UNREADABLE)
def test_a_query_is_utf_8_whatever_charset_is_declared(content_type):
    response = answer(SteadyWSGIHandler(), content_type)

    assert (response.status_code, json.loads(response.content)) == (200, {"hello": "World"})


@pytest.mark.parametrize("content_type", UNREADABLE)
def test_a_body_is_utf_8_whatever_charset_is_declared(content_type):
    response = answer(SteadyWSGIHandler(), content_type, method="POST")

    assert response.status_code in (201, 415)


def test_a_multitude_of_parameters_is_refused_and_not_a_crash():
    path = "/api/v1/people/?" + "a&" * 1001

    response = answer(SteadyWSGIHandler(), "text/plain; charset=utf-8", path=path)

    assert response.status_code == 400
    assert json.loads(response.content)["type"] == "/problems/malformed-request/"


@pytest.mark.parametrize("content_type", UNREADABLE)
def test_the_asynchronous_handler_is_as_steady(content_type):
    scope = AsyncRequestFactory()._base_scope(
        path="/plain/",
        query_string="a=%41",
        headers=[(b"host", b"testserver"), (b"content-type", content_type.encode())],
    )
    handler = SteadyASGIHandler()

    request, refusal = handler.create_request(scope, BytesIO())

    assert refusal is None
    assert request.GET == {"a": ["A"]}
