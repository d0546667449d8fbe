"""A page keeps its refresh token where no script can read it, and no other site can use it."""

import pytest
from rest_framework.test import APIClient

from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
CSRF = "c" * 32


@pytest.fixture
def page(alice):
    """A browser that has logged in on a page."""
    client = APIClient(enforce_csrf_checks=True)
    body = {"email": alice.email, "password": PASSWORD, "refresh_in": "cookie"}
    client.answer = client.post("/api/v1/auth/login/", body)
    client.cookies["csrftoken"] = CSRF
    return client


def test_the_token_is_in_the_cookie_alone(page):
    cookie = page.answer.cookies["refresh"]

    assert "refresh" not in page.answer.json()
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (
        True,
        "Strict",
        "/api/v1/auth/",
    )


def test_the_cookie_renews_itself(page):
    before = page.cookies["refresh"].value

    answer = page.post("/api/v1/auth/refresh/", {}, HTTP_X_CSRFTOKEN=CSRF)

    assert answer.status_code == 200
    assert "refresh" not in answer.json()
    assert page.cookies["refresh"].value != before


@pytest.mark.parametrize("route", ["refresh", "logout"])
def test_without_the_csrf_token_the_cookie_is_worth_nothing(page, route):
    answer = page.post(f"/api/v1/auth/{route}/", {})

    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert page.post("/api/v1/auth/refresh/", {}, HTTP_X_CSRFTOKEN=CSRF).status_code == 200


def test_logging_out_drops_the_cookie_and_ends_the_session(page):
    token = page.cookies["refresh"].value

    answer = page.post("/api/v1/auth/logout/", {}, HTTP_X_CSRFTOKEN=CSRF)

    assert answer.status_code == 204
    assert page.cookies["refresh"].value == ""
    assert APIClient().post("/api/v1/auth/refresh/", {"refresh": token}).status_code == 401


def test_without_cookie_and_body_the_field_is_named(anonymous):
    answer = anonymous.post("/api/v1/auth/refresh/", {})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/refresh"


def test_a_site_with_https_sends_it_over_https_alone(alice, settings, anonymous):
    settings.SESSION_COOKIE_SECURE = True
    body = {"email": alice.email, "password": PASSWORD, "refresh_in": "cookie"}

    cookie = anonymous.post("/api/v1/auth/login/", body).cookies["refresh"]

    assert cookie["secure"] is True
