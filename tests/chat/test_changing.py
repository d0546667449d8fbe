"""`edit` and `delete`: of one's own messages, for everybody to see."""

import pytest


@pytest.fixture
def hers(ann, slug):
    """alice's socket, ready."""
    with ann.in_room(slug) as socket:
        socket.until("ready")
        yield socket


@pytest.fixture
def said(hers):
    """A message of hers."""
    hers.say("hello", "c1")
    return hers.next("message")


def test_an_edit_is_seen_by_everybody(ann, ben, slug, hers, said):
    with ben.in_room(slug) as his:
        his.until("ready")
        hers.send("edit", id=said["id"], text="good morning", client_id="e1")
        edited = his.next("edited")

    assert (edited["seq"], edited["id"], edited["text"]) == (1, said["id"], "good morning")
    assert hers.next("ack") == {"type": "ack", "client_id": "e1", "id": said["id"], "seq": 1}
    (message,) = ann.get(f"/chat/rooms/{slug}/messages/").json()["results"]
    assert message["text"] == "good morning"
    assert message["edited_at"]


def test_a_deleted_message_keeps_its_place_without_its_text(ann, slug, hers, said):
    hers.send("delete", id=said["id"])
    deleted = hers.next("deleted")

    assert (deleted["seq"], deleted["id"]) == (1, said["id"])
    (message,) = ann.get(f"/chat/rooms/{slug}/messages/").json()["results"]
    assert (message["seq"], message["text"]) == (1, "")
    assert message["deleted_at"]


@pytest.mark.parametrize("change", [{"type": "edit", "text": "mine now"}, {"type": "delete"}])
def test_somebody_elses_is_not_found(ben, slug, hers, said, change):
    with ben.in_room(slug) as his:
        his.until("ready")
        his.send(**change, id=said["id"], client_id="e1")
        error = his.next()

    assert (error["type"], error["code"], error["client_id"]) == ("error", "not_found", "e1")


def test_so_is_one_of_another_room(ann, hers, said):
    with ann.in_room(ann.new_room()) as other:
        other.until("ready")
        other.send("delete", id=said["id"])

        assert other.next()["code"] == "not_found"


def test_a_deleted_one_cannot_be_edited(hers, said):
    hers.send("delete", id=said["id"])
    hers.next("deleted")
    hers.send("edit", id=said["id"], text="back")

    assert hers.next("error")["code"] == "deleted"


def test_deleting_twice_is_as_once(hers, said):
    heard = []
    for _ in range(2):
        hers.send("delete", id=said["id"])
        heard += hers.until("ack")
    hers.send("ping")
    heard += hers.until("pong")

    types = [frame["type"] for frame in heard if frame["type"] != "message"]
    assert sorted(types) == ["ack", "ack", "deleted", "pong"]
