"""Rooms and messages in the admin."""

import pytest

from chat.messages import Send, record
from chat.models import Membership, Message, Room
from chat.people import person

ADMIN = "/admin/chat"


@pytest.fixture
def as_admin(client_of, admin):
    return client_of(admin)


@pytest.fixture
def message(room, alice):
    """What alice has said in her room."""
    record(room.pk, [Send(alice.pk, person(alice), "c1", "Something rude")])
    return Message.objects.get()


def form_of(room, **changes):
    """What the form of a room sends that has no members to change."""
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    fields = {"slug": room.slug, "title": room.title, "owner": str(room.owner_id)}
    return {**fields, **inline, **changes}


@pytest.mark.parametrize("path", ["room/", "message/"])
def test_it_is_for_staff(client_of, alice, path):
    assert client_of(alice).get(f"{ADMIN}/{path}").status_code == 302


def test_rooms_and_messages_are_listed_and_found(as_admin, message, private):
    rooms = as_admin.get(f"{ADMIN}/room/", {"q": "open"}).content.decode()
    messages = as_admin.get(f"{ADMIN}/message/", {"q": "rude"}).content.decode()

    assert "Open" in rooms
    assert "Secret" not in rooms
    assert "Something rude" in messages


def test_a_new_title_leaves_what_was_said_meanwhile(as_admin, room, message):
    page = f"{ADMIN}/room/{room.pk}/change/"

    answer = as_admin.post(page, form_of(room, title="Teapot"), format="multipart")

    assert answer.status_code == 302, answer.content.decode()
    room.refresh_from_db()
    assert (room.title, room.last_seq, room.revision) == ("Teapot", 1, 1)


def test_a_room_goes_with_its_messages(as_admin, room, message):
    answer = as_admin.post(
        f"{ADMIN}/room/{room.pk}/delete/", {"post": "yes"}, format="multipart"
    )  # fmt: skip

    assert answer.status_code == 302
    assert not Room.objects.exists()
    assert not Message.objects.exists()


def test_a_member_is_removed(as_admin, room, bob):
    theirs = Membership.objects.create(room=room, user=bob)
    inline = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1"}
    row = {"id": theirs.pk, "room": room.pk, "user": str(bob.pk), "DELETE": "on"}
    inline |= {f"memberships-0-{name}": value for name, value in row.items()}

    answer = as_admin.post(
        f"{ADMIN}/room/{room.pk}/change/", form_of(room, **inline), format="multipart"
    )

    assert answer.status_code == 302, answer.content.decode()
    assert not Membership.objects.filter(user=bob).exists()


def test_a_message_is_looked_at_and_not_changed(as_admin, message):
    page = as_admin.get(f"{ADMIN}/message/{message.pk}/change/")

    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert as_admin.get(f"{ADMIN}/message/{message.pk}/delete/").status_code == 403
    assert as_admin.get(f"{ADMIN}/message/add/").status_code == 403


def test_its_text_is_taken_away_and_its_place_is_kept(as_admin, message):
    body = {"action": "take_away", "_selected_action": [message.pk]}

    answer = as_admin.post(f"{ADMIN}/message/", body, format="multipart")

    assert answer.status_code == 302
    message.refresh_from_db()
    assert (message.seq, message.text) == (1, "")
    assert message.deleted_at is not None


def test_the_lists_cost_the_same_however_long_they_are(
    as_admin, room, alice, django_assert_max_num_queries
):
    requests = [Send(alice.pk, person(alice), str(n), f"{n}") for n in range(60)]
    record(room.pk, requests)

    with django_assert_max_num_queries(8):
        assert as_admin.get(f"{ADMIN}/message/").status_code == 200
