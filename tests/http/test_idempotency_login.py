"""A replay never stands in for authentication."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.views import APIView

KEY = "0190-first-try"


def post(client, **headers):
    return client.post(
        "/api/v1/groups/",
        {"name": "readers"},
        "application/json",
        HTTP_IDEMPOTENCY_KEY=KEY,
        **headers,
    )


@pytest.fixture
def answered(web_of, alice):
    """alice's request with this key has been answered."""
    assert post(web_of(alice)).status_code == 201


@pytest.mark.usefixtures("answered")
def test_nobody_gets_the_answer_of_a_user(web):
    response = post(web)

    assert response.status_code == 401
    assert "Idempotent-Replayed" not in response.headers


@pytest.mark.usefixtures("answered")
def test_a_session_without_a_csrf_token_gets_no_answer(web_of, alice):
    response = post(web_of(alice, enforce_csrf_checks=True))

    assert response.status_code == 403
    assert "Idempotent-Replayed" not in response.headers


@pytest.mark.usefixtures("answered")
def test_a_session_that_has_ended_gets_no_answer(web_of, alice):
    client = web_of(alice)
    client.session.flush()

    response = post(client)

    assert response.status_code == 401


@pytest.mark.usefixtures("answered")
def test_a_user_who_has_been_deactivated_gets_no_answer(web_of, alice):
    client = web_of(alice)
    alice.is_active = False
    alice.save()

    response = post(client)

    assert response.status_code == 401


def test_a_request_that_fails_its_csrf_check_takes_no_key(web_of, alice):
    checked = web_of(alice, enforce_csrf_checks=True)
    assert post(checked).status_code == 403

    response = post(web_of(alice))

    assert response.status_code == 201
    assert Group.objects.count() == 1


def test_with_its_csrf_token_a_session_gets_its_answer(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.get("/api/v1/auth/session/login/?next=/")
    token = client.cookies["csrftoken"].value

    first = post(client, HTTP_X_CSRFTOKEN=token)
    second = post(client, HTTP_X_CSRFTOKEN=token)

    assert first.status_code == 201
    assert second["Idempotent-Replayed"] == "true"


class Refusing(BaseAuthentication):
    """Finds fault with any credentials."""

    def authenticate(self, request):
        raise AuthenticationFailed

    def authenticate_header(self, request):
        return "Bearer"


@pytest.mark.django_db
def test_credentials_that_are_refused_are_refused_by_the_view_itself(web, monkeypatch):
    monkeypatch.setattr(APIView, "authentication_classes", [Refusing])

    response = post(web)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
