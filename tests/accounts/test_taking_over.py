"""What a thief of a token or a guesser of passwords tries, and what a slow race would leave."""

import pytest
from django.core import mail as outbox
from django.test import Client

from accounts.identity import passwords, people
from accounts.identity.models import Session
from accounts.models import User
from backend_practice.http.problems import Conflict
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "a much better password"


def code_of(letter):
    return letter.body.split("#")[1].split()[0]


@pytest.fixture
def ask_address(after_commit, mail_at_once):
    """`ask_address(device, email)` asks for a new address; the letter that went out."""

    def ask(device, email):
        with after_commit():
            device.patch("me/", {"email": email})
        return outbox.outbox[-1]

    return ask


def test_a_new_address_that_was_asked_for_before_a_reset_comes_to_nothing(
    log_in, auth, alice, ask_address, after_commit
):
    letter = ask_address(log_in(alice), "thief@example.com")
    with after_commit():
        auth("password/reset/", {"email": alice.email})
    auth("password/reset/confirm/", {"code": code_of(outbox.outbox[-1]), "new_password": NEW})

    answer = auth("email/verify/", {"code": code_of(letter)})

    alice.refresh_from_db()
    assert answer.status_code == 400
    assert alice.email == "alice@example.com"


def test_the_address_that_was_is_told_of_the_new_one(
    log_in, auth, alice, ask_address, after_commit
):
    letter = ask_address(log_in(alice), "new@example.com")

    with after_commit():
        auth("email/verify/", {"code": code_of(letter)})

    assert outbox.outbox[-1].to == ["alice@example.com"]
    assert outbox.outbox[-1].subject == "Your e-mail address has been changed"


@pytest.mark.parametrize("target", ["bob@example.com", "nobody@example.com"])
def test_a_code_asked_for_before_tells_nothing_of_an_address_asked_for_after(
    log_in, auth, alice, bob, ask_address, target
):
    device = log_in(alice)
    letter = ask_address(device, "mine@example.com")
    ask_address(device, target)

    assert auth("email/verify/", {"code": code_of(letter)}).status_code == 400


def test_a_stranger_is_not_flooded_with_mail(log_in, alice, after_commit, mail_at_once):
    device = log_in(alice)

    with after_commit():
        for number in range(12):
            device.patch("me/", {"email": "bob@example.com", "name": f"{number}"})

    assert len(outbox.outbox) == 5


def test_the_admins_form_counts_failures_as_the_api_does(admin, auth):
    form = {"username": admin.email, "password": "wrong"}
    for _ in range(10):
        Client().post("/admin/login/", form)

    by_form = Client().post("/admin/login/", {**form, "password": PASSWORD})
    by_api = auth("login/", {"email": admin.email, "password": PASSWORD})

    assert by_form.status_code == 200  # the form again, and no session
    assert by_api.status_code == 429


def test_the_admins_form_lets_in_who_knows_the_password(admin):
    answer = Client().post("/admin/login/", {"username": admin.email, "password": PASSWORD})

    assert answer.status_code == 302


def test_failures_elsewhere_do_not_lock_out_an_owner_at_home(auth, log_in, alice):
    log_in(alice, REMOTE_ADDR="192.0.2.1")
    for number in range(25):
        wrong = {"email": alice.email, "password": "wrong"}
        auth("login/", wrong, REMOTE_ADDR=f"198.51.100.{number}")

    assert log_in(alice, REMOTE_ADDR="192.0.2.1")


def test_a_user_disabled_while_a_password_is_hashed_stays_disabled(alice):
    former = passwords.hash_new_password(alice, NEW)
    User.objects.update(is_active=False)

    with pytest.raises(Conflict):
        passwords.save_new_password(alice, former=former)

    assert User.objects.get().is_active is False


def test_a_user_deleted_while_a_password_is_hashed_stays_deleted(alice):
    former = passwords.hash_new_password(alice, NEW)
    User.objects.all().delete()

    with pytest.raises(Conflict):
        passwords.save_new_password(alice, former=former)

    assert not User.objects.exists()


def test_of_two_changes_of_one_password_the_second_fails(alice):
    first, second = User.objects.get(), User.objects.get()
    formers = [passwords.hash_new_password(user, f"{NEW} {user.pk}") for user in (first, second)]
    passwords.save_new_password(first, former=formers[0])

    with pytest.raises(Conflict):
        passwords.save_new_password(second, former=formers[1])


def test_a_password_that_changes_while_it_is_checked_opens_no_session(auth, alice, monkeypatch):
    def check_and_change(user, password):
        User.objects.update(password="changed meanwhile")
        return True

    monkeypatch.setattr(people.passwords, "is_password_of", check_and_change)

    answer = auth("login/", {"email": alice.email, "password": PASSWORD})

    assert answer.status_code == 401
    assert not Session.objects.exists()


def test_taking_a_password_away_ends_every_session(log_in, alice):
    device = log_in(alice)

    alice.set_unusable_password()
    alice.save()

    assert device.get("me/").status_code == 401


def test_a_session_of_a_disabled_account_stays_ended_when_it_is_enabled_again(log_in, alice):
    device = log_in(alice)
    for is_active in (False, True):
        alice.is_active = is_active
        alice.save()

    assert device.get("me/").status_code == 401


def test_an_address_that_grows_when_it_is_folded_is_measured_afterwards(auth):
    domain = ".".join(["a" * 60] * 3)
    email = f"{'d' * 58}@{domain}.İstanbul"

    answer = auth("signup/", {"email": email + "x" * (254 - len(email)), "password": NEW})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/email"
