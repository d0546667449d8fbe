"""Errors that no view has answered are problems under the API, and pages elsewhere."""

import json

import pytest
from django.http import HttpResponse, JsonResponse
from django.test import Client, RequestFactory

from backend_practice.http.middleware.problem_details import ProblemDetailsMiddleware
from tests.http.views import SECRET


def test_an_unknown_path_is_not_found(web, problem):
    response = web.get("/api/v1/nowhere/")

    assert response.status_code == 404
    assert problem(response)["type"] == "/problems/not-found/"


def test_the_path_in_a_problem_is_a_valid_uri_reference(web, problem):
    response = web.get("/api/v1/caf%C3%A9%20%0a/")

    assert problem(response)["instance"] == "/api/v1/caf%C3%A9%20%0A/"


@pytest.mark.parametrize("method", ["TRACE", "BREW", "PUT"])
def test_a_method_that_the_address_does_not_take_is_answered_with_those_it_does(
    web, problem, method
):
    response = web.generic(method, "/api/v1/groups/pages/")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert problem(response)["type"] == "/problems/method-not-allowed/"


def test_405_of_a_view_outside_of_drf_names_its_methods_too(web, problem):
    response = web.post("/api/v1/plain/crash/")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    problem(response)


def test_options_says_what_an_address_takes(web):
    response = web.options("/api/v1/echo/")

    assert response.status_code == 204
    assert response["Allow"] == "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/api/v1/raise/crash/", "/api/v1/plain/crash/"])
@pytest.mark.parametrize("debug", [True, False])
def test_a_crash_says_nothing_but_its_request_id(web, problem, settings, path, debug):
    settings.DEBUG = debug

    response = web.get(path, HTTP_X_REQUEST_ID="crash-0001")

    body = problem(response)
    assert response.status_code == 500
    assert body["request_id"] == "crash-0001"
    assert set(body) == {"type", "title", "status", "detail", "instance", "request_id"}
    assert SECRET not in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_a_crash_is_logged_with_its_request_id(web, json_log):
    web.get("/api/v1/raise/crash/", HTTP_X_REQUEST_ID="crash-0002")

    (line,) = [line for line in json_log() if line["logger"] == "django.request"]
    assert line["request_id"] == "crash-0002"
    assert SECRET in line["exc_info"]


def test_an_error_that_django_logs_on_the_way_out_has_its_request_id_too(web, json_log):
    web.get("/api/v1/raise/database-away/", HTTP_X_REQUEST_ID="crash-0003")

    ids = {line["request_id"] for line in json_log()}
    assert ids == {"crash-0003"}


@pytest.mark.parametrize("host", ["evil.example", "", "a b", "testserver:port", "\xff"])
def test_a_host_that_is_not_ours_is_refused(web, problem, host):
    response = web.get("/api/v1/echo/", HTTP_HOST=host)

    body = problem(response)
    assert response.status_code == 400
    assert "ALLOWED_HOSTS" not in json.dumps(body)


def test_a_change_by_session_without_a_csrf_token_is_forbidden(web_of, problem, alice):
    client = web_of(alice, enforce_csrf_checks=True)

    response = client.post("/api/v1/private/")

    assert response.status_code == 403
    assert "CSRF" in problem(response)["detail"]


def test_the_csrf_check_of_a_view_outside_of_drf_is_a_problem_too(problem):
    client = Client(enforce_csrf_checks=True)

    response = client.post("/api/v1/whoami/")

    body = problem(response)
    assert response.status_code == 403
    assert body["type"] == "/problems/forbidden/"
    assert body["detail"].startswith("The CSRF check failed: ")


def test_the_csrf_check_outside_of_the_api_is_a_page():
    response = Client(enforce_csrf_checks=True).post("/plain/")

    assert response.status_code == 403
    assert response["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/nowhere/", "/plain/crash/"])
def test_outside_of_the_api_an_error_is_a_page(web, path):
    response = web.get(path)

    assert response["Content-Type"] == "text/html; charset=utf-8"


def test_a_browser_gets_the_problem_as_a_page_of_the_browsable_api(web):
    response = web.get("/api/v1/raise/conflict/", HTTP_ACCEPT="text/html")

    assert response.status_code == 409
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "/problems/conflict/" in response.content.decode()


def answer_of(response):
    middleware = ProblemDetailsMiddleware(lambda request: response)
    return middleware(RequestFactory().get("/api/v1/"))


@pytest.mark.parametrize("status", [400, 402, 404, 410, 416, 451, 500, 502, 507])
def test_an_error_told_in_another_form_keeps_its_status(status):
    response = answer_of(JsonResponse({"error": SECRET}, status=status))

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert SECRET not in response.content.decode()


def test_headers_that_matter_and_cookies_outlive_the_translation():
    told = HttpResponse(status=429, headers={"Retry-After": "5", "X-Inner": "secret"})
    told.set_cookie("a", "b")

    response = answer_of(told)

    assert response["Retry-After"] == "5"
    assert response.cookies["a"].value == "b"
    assert "X-Inner" not in response.headers


@pytest.mark.parametrize("status", [200, 204, 302, 304])
def test_what_is_no_error_passes_untouched(status):
    told = HttpResponse("as it was", status=status)

    assert answer_of(told) is told
