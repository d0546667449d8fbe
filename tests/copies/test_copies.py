"""Copies of users: made by whatever comes first, never older than what was heard, gone for good."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import transaction

from accounts.copies.handlers import keep_copy
from accounts.copies.people import meet, user_of_claims
from accounts.models import User
from accounts.tokens import Claims
from events.envelope import Event

pytestmark = pytest.mark.django_db

ADA = uuid.UUID("0191e0a8-0000-7000-8000-000000000001")


def hear(what, **data):
    data = {"id": str(ADA), **data}
    if what != "deleted":
        data = {"version": 1, "name": "Ada", "is_active": True, "is_staff": False, **data}
    event = Event(uuid.uuid4(), f"accounts.user.{what}", str(ADA), datetime.now(UTC), data)
    with transaction.atomic():  # as the inbox does
        keep_copy(event)


def token_of(version=1, name="Ada", **claims):
    return Claims(ADA, uuid.uuid4(), name, version=version, **claims)


def test_the_first_token_makes_a_copy():
    user = user_of_claims(token_of())

    assert (user.pk, user.name, user.is_active) == (ADA, "Ada", True)
    assert not user.has_usable_password()


def test_an_event_makes_a_copy():
    hear("created")

    assert User.objects.get().name == "Ada"


def test_no_address_is_kept():
    hear("created")

    assert User.objects.get().email == f"{ADA}@users.invalid"


def test_newer_news_changes_the_copy():
    hear("created")
    hear("updated", version=2, name="Ada L.", is_staff=True)

    user = User.objects.get()
    assert (user.name, user.is_staff, user.version) == ("Ada L.", True, 2)


def test_older_news_changes_nothing():
    hear("updated", version=3, name="newest")
    hear("updated", version=2, name="late")
    user_of_claims(token_of(version=1, name="oldest"))

    assert User.objects.get().name == "newest"


def test_a_newer_token_changes_the_copy():
    hear("created")

    assert user_of_claims(token_of(version=2, name="Ada L.")).name == "Ada L."
    assert User.objects.get().name == "Ada L."


def test_a_living_token_does_not_bring_back_who_is_gone():
    hear("created")
    hear("deleted")

    assert user_of_claims(token_of(version=9)) is None
    assert meet(ADA) is None
    assert not User.objects.exists()


def test_news_that_comes_after_the_end_changes_nothing():
    hear("deleted")
    hear("updated", version=5)

    assert not User.objects.exists()


def test_the_end_may_be_told_twice():
    hear("created")
    hear("deleted")
    hear("deleted")

    assert not User.objects.exists()


def test_who_was_only_spoken_of_is_known_by_the_first_news():
    assert meet(ADA).name == ""

    hear("created")

    assert User.objects.get().name == "Ada"


def test_whoever_is_disabled_is_not_let_in(client):
    hear("updated", version=2, is_active=False)

    assert user_of_claims(token_of(version=1)).is_active is False


@pytest.mark.django_db(transaction=True)
def test_first_tokens_at_once_make_one_copy(at_once):
    users = at_once(*[lambda: user_of_claims(token_of())] * 6)

    assert {user.pk for user in users} == {ADA}
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_first_token_and_the_end_at_once_leave_nobody(at_once):
    at_once(lambda: user_of_claims(token_of()), lambda: hear("deleted"))

    assert not User.objects.exists()
