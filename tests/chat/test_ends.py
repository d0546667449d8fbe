"""Who may listen no more is closed within five seconds."""

import pytest

from tests.chat.site import opened
from tests.processes import logged_in


@pytest.fixture
def private(ann, ben):
    """A private room of alice's with bob in it."""
    slug = ann.new_room(private=True)
    ann.post(f"/chat/rooms/{slug}/members/", json={"user": ben.id})
    return slug


def test_the_sockets_of_an_ended_session_are_closed(ben, slug):
    with ben.in_room(slug) as room, ben.notified() as feed:
        room.until("ready"), feed.until("ready")
        ben.log_out()

        assert room.code(seconds=5) == 4401
        assert feed.code(seconds=5) == 4401


def test_those_of_the_users_other_sessions_stay(logged_in, ben, slug):
    other = logged_in("bob")
    with other.in_room(slug) as room:
        room.until("ready")
        ben.log_out()

        assert room.silent()


def test_one_opened_with_a_ticket_ends_with_its_session_as_well(ben, url, slug):
    ticket = ben.post("/auth/ticket/").json()["ticket"]
    with ben.opened(f"/ws/chat/{slug}/?ticket={ticket}", headers={"Authorization": ""}) as room:
        room.until("ready")
        ben.log_out()

        assert room.code(seconds=5) == 4401


def ticket_of(page):
    return page.post("/api/v1/auth/ticket/").json()["ticket"]


def test_one_opened_with_a_ticket_of_the_pages_ends_with_their_log_out(url, slug):
    with logged_in(url) as page, logged_in(url) as other:
        ticket, others = ticket_of(page), ticket_of(other)
        address = f"{url.replace('http', 'ws')}/ws/chat/{slug}/?ticket="
        with opened(address + ticket) as room, opened(address + others) as stays:
            room.until("ready"), stays.until("ready")
            page.post("/api/v1/auth/session/logout/")

            assert room.code(seconds=5) == 4401
            assert stays.silent()


def test_a_removed_member_is_closed_with_4403(ann, ben, private):
    with ben.in_room(private) as room:
        room.until("ready")
        ann.delete(f"/chat/rooms/{private}/members/", params={"user": ben.id})

        assert room.code(seconds=5) == 4403
    with ben.in_room(private) as room:
        assert room.code() == 4403


def test_a_room_that_is_deleted_is_closed_with_4404(ann, ben, private):
    with ben.in_room(private) as room:
        room.until("ready")
        ann.delete(f"/chat/rooms/{private}/")

        assert room.code(seconds=5) == 4404
