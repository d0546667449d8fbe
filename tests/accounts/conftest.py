"""People who sign up and log in through the API, as any client would."""

from dataclasses import dataclass

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from tests.conftest import PASSWORD

# Strangers look at everything there is; the service alone has only some of it.
collect_ignore = [] if apps.is_installed("books") else ["test_strangers.py"]


@dataclass
class Device:
    """A client that holds tokens: `device.get("me/")`."""

    access: str
    refresh: str

    def __getattr__(self, method):
        def request(path, body=None, **headers):
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {self.access}")
            return getattr(client, method)(f"/api/v1/auth/{path}", body, **headers)

        return request


@pytest.fixture
def auth(anonymous):
    """`auth("login/", {...})` posts to a route of authentication, not logged in."""

    def post(path, body=None, **headers):
        return anonymous.post(f"/api/v1/auth/{path}", body or {}, **headers)

    return post


@pytest.fixture
def log_in(auth):
    """`log_in(alice)` is a device on which alice has just logged in."""

    def new_device(user, password=PASSWORD, **headers):
        answer = auth("login/", {"email": user.email, "password": password}, **headers)
        assert answer.status_code == 200, answer.content
        return Device(answer.json()["access"], answer.json()["refresh"])

    return new_device


@pytest.fixture(autouse=True)
def fresh_counts():
    """Attempts that other tests have made count for nothing."""
    from backend_practice.http import rate_limits

    rate_limits._memory_counter.cache_clear()


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """What is done after the answer is done within this block, as if committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def mail_at_once(monkeypatch):
    """Jobs are done in the thread of the test, which alone sees its data."""
    from jobs import bell, running

    monkeypatch.setattr(bell, "ring", running.run)
