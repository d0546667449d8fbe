"""/api/v1/auth/me/"""

import pytest
from django.core import mail as outbox

pytestmark = pytest.mark.django_db


def test_me_is_whom_the_token_names(log_in, alice):
    me = log_in(alice).get("me/").json()

    assert (me["email"], me["name"], me["email_verified"]) == (alice.email, "Alice", False)


def test_without_a_token_nobody_is_me(anonymous):
    answer = anonymous.get("/api/v1/auth/me/")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_name_can_be_changed(log_in, alice):
    device = log_in(alice)

    assert device.patch("me/", {"name": "Alice L."}).json()["name"] == "Alice L."
    assert device.get("me/").json()["name"] == "Alice L."


def test_what_is_read_only_is_ignored(log_in, alice):
    me = log_in(alice).patch("me/", {"is_staff": True, "email_verified": True}).json()

    assert (me["is_staff"], me["email_verified"]) == (False, False)


def test_a_stale_etag_changes_nothing(log_in, alice):
    device = log_in(alice)
    etag = device.get("me/")["ETag"]
    device.patch("me/", {"name": "First"})

    answer = device.patch("me/", {"name": "Second"}, HTTP_IF_MATCH=etag)

    assert answer.status_code == 412
    assert device.get("me/").json()["name"] == "First"


def test_a_new_address_counts_once_its_code_comes_back(
    log_in, auth, alice, after_commit, mail_at_once
):
    device = log_in(alice)

    with after_commit():
        answer = device.patch("me/", {"email": "new@example.com"})
    before = answer.json()["email"]
    code = outbox.outbox[-1].body.split("#")[1].split()[0]
    confirmed = auth("email/verify/", {"code": code})

    assert before == "alice@example.com"
    assert outbox.outbox[-1].to == ["new@example.com"]
    assert confirmed.status_code == 204
    assert device.get("me/").json()["email"] == "new@example.com"
    assert device.get("me/").json()["email_verified"] is True


def test_an_address_that_is_taken_is_not_told_but_its_owner_is(
    log_in, alice, bob, after_commit, mail_at_once
):
    device = log_in(alice)

    with after_commit():
        free = device.patch("me/", {"email": "free@example.com"})
    with after_commit():
        taken = device.patch("me/", {"email": bob.email})

    assert (free.status_code, free.json()) == (taken.status_code, taken.json())
    assert outbox.outbox[-1].to == [bob.email]
    assert "#" not in outbox.outbox[-1].body


def test_a_deleted_account_is_gone_with_its_sessions(log_in, auth, alice, django_user_model):
    device = log_in(alice)

    assert device.delete("me/").status_code == 204
    assert not django_user_model.objects.exists()
    assert device.get("me/").status_code == 401
    assert auth("refresh/", {"refresh": device.refresh}).status_code == 401


@pytest.mark.together
def test_what_a_deleted_user_wrote_stays_without_an_owner(log_in, alice, anonymous):
    from books import services

    book = services.create_book(owner=alice, title="T", authors=["A"], genres=[])

    log_in(alice).delete("me/")

    assert anonymous.get(f"/api/v1/books/{book.pk}/").json()["owner"] is None
