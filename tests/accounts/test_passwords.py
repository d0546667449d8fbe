"""Changing a password, and setting a new one with a code from a mail."""

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.identity.models import OneTimeCode
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "a much better password"


def change(device, current=PASSWORD, new=NEW):
    return device.post("password/change/", {"current_password": current, "new_password": new})


@pytest.fixture
def reset_code(auth, alice, after_commit, mail_at_once):
    with after_commit():
        auth("password/reset/", {"email": alice.email})
    return outbox.outbox[-1].body.split("#")[1].split()[0]


def test_a_change_ends_every_session_but_the_one_at_hand(log_in, auth, alice):
    other, here = log_in(alice), log_in(alice)

    assert change(here).status_code == 204
    assert here.get("me/").status_code == 200
    assert other.get("me/").status_code == 401
    assert auth("login/", {"email": alice.email, "password": PASSWORD}).status_code == 401
    log_in(alice, password=NEW)


def test_the_wrong_current_password_is_named(log_in, alice):
    answer = change(log_in(alice), current="wrong")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/current_password"


def test_guessing_the_current_password_is_limited(log_in, alice):
    device = log_in(alice)

    statuses = [change(device, current="wrong").status_code for _ in range(11)]

    assert statuses == [400] * 10 + [429]


def test_a_poor_new_password_changes_nothing(log_in, alice):
    device = log_in(alice)

    answer = change(device, new="12345678")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/new_password"
    log_in(alice)


def test_a_change_is_told_by_mail(log_in, alice, after_commit, mail_at_once):
    with after_commit():
        change(log_in(alice))

    assert outbox.outbox[-1].subject == "Your password has been changed"


def test_a_change_by_staff_ends_every_session(log_in, alice, admin, client_of):
    device = log_in(alice)
    form = {"password1": NEW, "password2": NEW, "usable_password": "true"}

    answer = client_of(admin).post(
        f"/admin/accounts/user/{alice.pk}/password/", form, format="multipart"
    )

    assert answer.status_code == 302
    assert device.get("me/").status_code == 401


def test_a_reset_sets_the_password_and_ends_every_session(log_in, auth, alice, reset_code):
    device = log_in(alice)

    answer = auth("password/reset/confirm/", {"code": reset_code, "new_password": NEW})

    assert answer.status_code == 204
    assert device.get("me/").status_code == 401
    log_in(alice, password=NEW)


def test_a_code_works_once(auth, reset_code):
    body = {"code": reset_code, "new_password": NEW}

    statuses = [auth("password/reset/confirm/", body).status_code for _ in range(2)]

    assert statuses == [204, 400]


def test_a_poor_password_does_not_use_up_the_code(auth, reset_code):
    auth("password/reset/confirm/", {"code": reset_code, "new_password": "password"})

    answer = auth("password/reset/confirm/", {"code": reset_code, "new_password": NEW})

    assert answer.status_code == 204


def test_a_code_is_good_for_an_hour(auth, reset_code):
    OneTimeCode.objects.update(expires_at=timezone.now())

    answer = auth("password/reset/confirm/", {"code": reset_code, "new_password": NEW})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/code"


def test_a_code_for_one_thing_does_nothing_else(auth, reset_code):
    assert auth("email/verify/", {"code": reset_code}).status_code == 400


def test_only_the_newest_code_works(auth, alice, reset_code, after_commit, mail_at_once):
    with after_commit():
        auth("password/reset/", {"email": alice.email})

    answer = auth("password/reset/confirm/", {"code": reset_code, "new_password": NEW})

    assert answer.status_code == 400


def test_the_answer_is_the_same_for_an_unknown_address(auth, alice, after_commit, mail_at_once):
    with after_commit():
        known = auth("password/reset/", {"email": alice.email})
    with after_commit():
        unknown = auth("password/reset/", {"email": "nobody@example.com"})

    assert (
        (known.status_code, known.content) == (unknown.status_code, unknown.content) == (202, b"")
    )
    assert [mail.to for mail in outbox.outbox] == [[alice.email]]


def test_asking_for_a_code_does_the_same_before_the_answer_for_any_address(auth, alice):
    with CaptureQueriesContext(connection) as known:
        auth("password/reset/", {"email": alice.email})
    with CaptureQueriesContext(connection) as unknown:
        auth("password/reset/", {"email": "nobody@example.com"})

    assert kinds_of(known) == kinds_of(unknown)
    assert not any("accounts_user" in query["sql"] for query in known)


def kinds_of(queries):
    """Verb and table of each."""
    return [" ".join(query["sql"].split()[:3]) for query in queries if "VALUES" in query["sql"]]


def test_beyond_five_mails_an_hour_the_answer_is_the_same_and_no_mail_goes_out(
    auth, alice, after_commit, mail_at_once
):
    with after_commit():
        statuses = [auth("password/reset/", {"email": alice.email}).status_code for _ in range(6)]

    assert statuses == [202] * 6
    assert len(outbox.outbox) == 5


def test_the_link_is_built_from_the_site_and_never_from_the_request(
    auth, alice, settings, after_commit, mail_at_once
):
    settings.ALLOWED_HOSTS = ["*"]

    with after_commit():
        auth("password/reset/", {"email": alice.email}, HTTP_HOST="evil.example")

    assert settings.SITE_URL in outbox.outbox[-1].body
    assert "evil" not in outbox.outbox[-1].body


def test_no_code_is_stored(reset_code):
    assert reset_code not in str(list(OneTimeCode.objects.values()))
