"""Each middleware does the same in a synchronous chain and in an asynchronous one."""

from ipaddress import ip_network

import pytest
from asgiref.sync import async_to_sync, iscoroutinefunction
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, JsonResponse
from django.test import RequestFactory

from backend_practice.http.context import current_request_id
from backend_practice.http.middleware.access_log import AccessLogMiddleware
from backend_practice.http.middleware.base import Middleware
from backend_practice.http.middleware.body_limit import BodyLimitMiddleware
from backend_practice.http.middleware.idempotency import IdempotencyMiddleware
from backend_practice.http.middleware.problem_details import ProblemDetailsMiddleware
from backend_practice.http.middleware.rate_limit import RateLimitMiddleware
from backend_practice.http.middleware.request_id import RequestIdMiddleware
from backend_practice.http.middleware.security_headers import SecurityHeadersMiddleware
from backend_practice.http.middleware.server_timing import ServerTimingMiddleware
from backend_practice.http.middleware.trailing_slash import TrailingSlashMiddleware
from backend_practice.http.middleware.trusted_proxy import TrustedProxyMiddleware


@pytest.fixture(params=["sync", "async"])
def around(request):
    """`around(middleware_class, view)` is a chain of these two, to be called with a request."""

    def sync_chain(middleware_class, view):
        middleware = middleware_class(view)
        assert not iscoroutinefunction(middleware)
        return middleware

    def async_chain(middleware_class, view):
        async def async_view(request):
            return view(request)

        middleware = middleware_class(async_view)
        assert iscoroutinefunction(middleware)
        return async_to_sync(middleware)

    return {"sync": sync_chain, "async": async_chain}[request.param]


def get(path="/api/v1/echo/", **options):
    return RequestFactory().get(path, **options)


def said(text="in"):
    return lambda request: HttpResponse(text)


def test_request_id(around):
    seen = []

    def view(request):
        seen.append(current_request_id())
        return HttpResponse()

    response = around(RequestIdMiddleware, view)(get(headers={"X-Request-ID": "request-1"}))

    assert seen == ["request-1"]
    assert response["X-Request-ID"] == "request-1"
    assert current_request_id() == ""


def test_a_view_that_raises_leaves_no_request_id_behind(around):
    def view(request):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        around(RequestIdMiddleware, view)(get())

    assert current_request_id() == ""


def test_access_log(around, access_log):
    around(AccessLogMiddleware, said())(get())

    (line,) = access_log()
    assert (line["method"], line["status"]) == ("GET", 200)


def test_server_timing(around):
    response = around(ServerTimingMiddleware, said())(get())

    assert "0 queries" in response["Server-Timing"]


def test_security_headers(around):
    response = around(SecurityHeadersMiddleware, said())(get())

    assert response["X-Frame-Options"] == "DENY"


def test_problem_details(around):
    response = around(ProblemDetailsMiddleware, lambda request: HttpResponse(status=404))(get())

    assert response["Content-Type"] == "application/problem+json"


def test_trusted_proxy(around, settings):
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.0/8")]

    def view(request):
        return HttpResponse(f"{request.META['REMOTE_ADDR']} {request.scheme}")

    headers = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
    response = around(TrustedProxyMiddleware, view)(get(headers=headers))

    assert response.content == b"192.0.2.1 https"


def test_trailing_slash(around):
    chain = around(TrailingSlashMiddleware, lambda request: HttpResponse(request.path_info))

    assert chain(get("/api/v1/echo")).content == b"/api/v1/echo/"


def test_rate_limit(around, settings):
    settings.REQUESTS_PER_MINUTE_ADDRESS = 1
    chain = around(RateLimitMiddleware, said())

    assert [chain(get()).status_code for _ in range(2)] == [200, 429]


def test_body_limit(around, settings):
    settings.MAX_BODY_BYTES = 5
    chain = around(BodyLimitMiddleware, said())

    sizes = [
        chain(RequestFactory().post("/", b"a" * size, "text/plain")).status_code for size in (5, 6)
    ]

    assert sizes == [200, 413]


def test_idempotency_lets_other_requests_through(around):
    assert around(IdempotencyMiddleware, said())(get()).content == b"in"


@pytest.mark.django_db(transaction=True)
def test_idempotency(around, alice):
    calls = []

    def view(request):
        calls.append(request)
        return JsonResponse({"call": len(calls)}, status=201)

    chain = around(IdempotencyMiddleware, view)
    first, second = (chain(keyed_post(alice)) for _ in range(2))

    assert len(calls) == 1
    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_idempotency_without_a_user(around):
    chain = around(IdempotencyMiddleware, said())

    responses = [chain(keyed_post(AnonymousUser())) for _ in range(2)]

    assert [response.content for response in responses] == [b"in", b"in"]
    assert not any("Idempotent-Replayed" in response.headers for response in responses)


def keyed_post(user):
    request = RequestFactory().post(
        "/api/v1/echo/", b"{}", "application/json", headers={"Idempotency-Key": "once"}
    )
    request.user, request._dont_enforce_csrf_checks = user, True
    return request


class Early(Middleware):
    def exchange(self, request):
        if request.path == "/early":
            return HttpResponse("early")
        response = yield
        return response


def test_a_middleware_may_answer_in_the_site_s_stead(around):
    chain = around(Early, said())

    assert chain(get("/early")).content == b"early"
    assert chain(get("/late")).content == b"in"


class Twice(Middleware):
    def exchange(self, request):
        yield
        response = yield
        return response


def test_a_middleware_that_yields_twice_is_told_so(around):
    with pytest.raises(RuntimeError, match="yields once"):
        around(Twice, said())(get())


def test_one_that_tells_no_story_is_told_so_too(around):
    with pytest.raises(NotImplementedError):
        around(Middleware, said())(get())
