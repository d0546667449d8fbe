"""What only services may ask: refused without a token of theirs, whatever else is sent."""

import uuid

import pytest
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.identity.tickets import issue_ticket
from accounts.identity.views.internal import Tickets
from backend_practice.services import internal
from backend_practice.services.internal import Health, OwnSchema
from backend_practice.services.tokens import Caller
from jobs.internal_views import Check, Kinds
from uploads.views.internal import Content, File

pytestmark = pytest.mark.django_db

VIEWS = [Health, OwnSchema, Tickets, Kinds, Check, File, Content]


@pytest.fixture
def asked_by_chat(monkeypatch):
    """`asked_by_chat(view, "post", {…})` is the answer to the chat service."""
    monkeypatch.setattr(internal, "caller_of", lambda token: Caller("chat", None))

    def ask(view, method, body=None, **arguments):
        make = getattr(APIRequestFactory(), method)
        request = make("/internal/", body, format="json", HTTP_AUTHORIZATION="Bearer x")
        return view.as_view()(request, **arguments)

    return ask


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer nonsense", "Basic YTpi"])
def test_nobody_else_is_answered(view, authorization, admin):
    headers = {} if authorization is None else {"HTTP_AUTHORIZATION": authorization}
    method = "post" if hasattr(view, "post") else "get"
    request = getattr(APIRequestFactory(), method)("/internal/", **headers)
    force_authenticate(request, admin)
    arguments = {"upload_id": uuid.uuid4()} if view in (File, Content) else {}

    assert view.as_view()(request, **arguments).status_code == 401


def test_a_ticket_tells_whose_it_is_once(asked_by_chat, alice):
    ticket = issue_ticket(alice, None)

    first = asked_by_chat(Tickets, "post", {"ticket": ticket})
    second = asked_by_chat(Tickets, "post", {"ticket": ticket})

    assert first.data["id"] == str(alice.pk)
    assert first.data["facts"] == {"name": "Alice", "is_active": True, "is_staff": False}
    assert second.status_code == 404


@pytest.mark.parametrize("body", [{}, {"ticket": None}, {"ticket": ["x"]}, {"ticket": "\0"}])
def test_what_is_no_ticket_is_not_found(asked_by_chat, body):
    assert asked_by_chat(Tickets, "post", body).status_code == 404


def test_input_is_checked_as_it_would_be_here(asked_by_chat):
    good = {"kind": "jobs.sleep", "params": {"seconds": 1}}

    assert asked_by_chat(Check, "post", good).status_code == 204
    assert asked_by_chat(Check, "post", {**good, "params": {}}).status_code == 400
    assert asked_by_chat(Check, "post", {"kind": "kitchen"}).status_code == 404


def test_kinds_are_told_with_what_they_take(asked_by_chat):
    kinds = {kind["name"]: kind for kind in asked_by_chat(Kinds, "get").data["kinds"]}

    assert kinds["jobs.sleep"]["params"]["required"] == ["seconds"]
