"""POST /api/v1/auth/refresh/: each token once, reuse ends the session, two tabs are no theft."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.identity.models import Session
from accounts.identity.refresh_tokens import RefreshToken, read_refresh_token


@pytest.fixture
def renew(auth):
    return lambda refresh: auth("refresh/", {"refresh": refresh})


def let_time_pass(**length):
    """Everything that the sessions remember lies further back."""
    for session in Session.objects.all():
        for name in ("rotated_at", "created_at", "last_used_at", "expires_at"):
            setattr(session, name, getattr(session, name) - timedelta(**length))
        session.save()


@pytest.mark.django_db
def test_a_refresh_gives_a_new_pair(renew, log_in, alice):
    device = log_in(alice)

    pair = renew(device.refresh).json()

    assert pair["refresh"] != device.refresh
    assert renew(pair["refresh"]).status_code == 200


@pytest.mark.django_db
def test_the_previous_token_gives_the_same_successor_again_within_the_grace(renew, log_in, alice):
    device = log_in(alice)
    first = renew(device.refresh).json()["refresh"]

    again = renew(device.refresh).json()["refresh"]

    assert again == first


@pytest.mark.django_db
def test_after_the_grace_a_used_token_ends_its_whole_session_and_no_other(renew, log_in, alice):
    stolen, other = log_in(alice), log_in(alice)
    successor = renew(stolen.refresh).json()
    let_time_pass(seconds=11)

    replay = renew(stolen.refresh)

    assert replay.status_code == 401
    assert renew(successor["refresh"]).status_code == 401
    assert stolen.get("me/").status_code == 401
    assert other.get("me/").status_code == 200


@pytest.mark.django_db
def test_a_token_older_than_the_previous_one_ends_the_session_at_once(renew, log_in, alice):
    device = log_in(alice)
    second = renew(device.refresh).json()["refresh"]
    third = renew(second).json()["refresh"]

    assert renew(device.refresh).status_code == 401
    assert renew(third).status_code == 401


@pytest.mark.django_db
def test_a_refresh_token_lives_for_thirty_days(renew, log_in, alice):
    device = log_in(alice)
    let_time_pass(days=30, seconds=1)

    assert renew(device.refresh).status_code == 401


@pytest.mark.django_db
def test_each_use_renews_it_but_a_session_ends_after_ninety_days(renew, log_in, alice):
    refresh = log_in(alice).refresh
    for _ in range(4):
        let_time_pass(days=22)
        refresh = renew(refresh).json()["refresh"]
    let_time_pass(days=3)

    assert renew(refresh).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a.b.c",
        "..",
        "0" * 32 + ".1." + "0" * 64,
        "\x00",
        "é" * 50,
        "9" * 5000,
        None,
        5,
        {},
        [],
    ],
)
def test_what_is_no_token_of_ours_is_refused(auth, text):
    answer = auth("refresh/", {"refresh": text})

    assert answer.status_code in (400, 401)


@pytest.mark.django_db
def test_a_token_with_another_generation_or_session_written_into_it_is_refused(
    renew, log_in, alice
):
    session_id, generation, signature = log_in(alice).refresh.split(".")

    forged = [
        f"{session_id}.{int(generation) + 1}.{signature}",
        f"{'a' * 32}.{generation}.{signature}",
    ]

    assert {renew(text).status_code for text in forged} == {401}
    assert renew(f"{session_id}.{generation}.{signature}").status_code == 200


@pytest.mark.django_db
def test_an_earlier_secret_key_still_verifies(renew, log_in, alice, settings):
    device = log_in(alice)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 60

    assert renew(device.refresh).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("fate", ["deleted", "disabled"])
def test_a_user_who_is_gone_has_no_refresh(renew, log_in, alice, fate):
    device = log_in(alice)
    if fate == "deleted":
        alice.delete()
    else:
        type(alice).objects.update(is_active=False)

    assert renew(device.refresh).status_code == 401
    assert device.get("me/").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_twenty_refreshes_at_once_give_one_usable_successor(log_in, alice):
    device = log_in(alice)
    start, answers = threading.Barrier(20), []

    def refresh():
        start.wait()
        answer = APIClient().post("/api/v1/auth/refresh/", {"refresh": device.refresh})
        answers.append(answer)
        connection.close()

    threads = [threading.Thread(target=refresh) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh"] for answer in answers}) == 1
    assert Session.objects.get().generation == 2


@pytest.mark.django_db
def test_nothing_that_is_stored_is_a_token(log_in, alice):
    device = log_in(alice)

    stored = " ".join(str(value) for row in Session.objects.values() for value in row.values())

    assert device.refresh.split(".")[2] not in stored
    assert device.access not in stored


@pytest.mark.django_db
def test_a_refresh_says_when_the_session_was_last_used(renew, log_in, alice):
    device = log_in(alice)
    let_time_pass(hours=1)

    renew(device.refresh)

    assert timezone.now() - Session.objects.get().last_used_at < timedelta(minutes=1)


def test_a_token_reads_as_it_was_written():
    token = RefreshToken(uuid.uuid4(), 7)

    assert read_refresh_token(str(token)) == token
