"""Two people in a room: what one sends, both receive, in order."""

import pytest

from tests.chat.site import opened


def test_opening_a_room_ends_with_ready(ann, slug):
    with ann.in_room(slug) as socket:
        ready = socket.next()

    assert ready == {"type": "ready", "seq": 0, "present": [ann.shown]}


def test_what_one_sends_both_receive_in_order(ann, ben, slug):
    with ann.in_room(slug) as hers, ben.in_room(slug) as his:
        for socket in (hers, his):
            socket.until("ready")
        hers.say("one", "c1")
        hers.say("two", "c2")
        heard_by_him = [his.next("message"), his.next("message")]
        his.say("three")
        heard_by_him.append(his.next("message"))
        heard_by_her = [hers.next("message") for _ in range(3)]

    assert [frame["text"] for frame in heard_by_her] == ["one", "two", "three"]
    assert [frame["seq"] for frame in heard_by_her] == [1, 2, 3]
    assert heard_by_her[2]["user"] == ben.shown
    assert heard_by_him == heard_by_her


def test_the_sender_is_told_that_it_is_stored(ann, slug):
    with ann.in_room(slug) as socket:
        socket.until("ready")
        socket.say("hello", "c1")
        ack, message = socket.next("ack"), socket.next("message")

    assert (ack["client_id"], ack["seq"], ack["id"]) == ("c1", 1, message["id"])
    stored = ann.get(f"/chat/rooms/{slug}/messages/").json()["results"]
    assert [(each["seq"], each["text"]) for each in stored] == [(1, "hello")]


def test_a_client_id_sent_twice_is_one_message(ann, slug):
    with ann.in_room(slug) as socket:
        socket.until("ready")
        socket.say("hello", "c1")
        first = socket.next("ack")
        socket.next("message")
        socket.say("hello", "c1")
        again = socket.next()

        assert again == first
        assert socket.silent()


def test_a_browser_comes_with_a_ticket_once(ann, url, slug):
    ticket = ann.post("/auth/ticket/").json()["ticket"]
    address = f"{ann.url}/ws/chat/{slug}/?ticket={ticket}"

    with opened(address, origin=url) as socket:
        assert socket.next()["type"] == "ready"
    with opened(address, origin=url) as socket:
        assert socket.code() == 4401


def test_typing_is_told_to_the_others(ann, ben, slug):
    with ann.in_room(slug) as hers, ben.in_room(slug) as his:
        for socket in (hers, his):
            socket.until("ready")
        his.send("typing")
        typing = hers.next("typing")

        assert typing["user"] == ben.shown
        assert his.silent()


def test_a_ping_is_answered(ann, slug):
    with ann.in_room(slug) as socket:
        socket.until("ready")

        assert socket.silent()


def test_a_path_without_its_slash_is_as_good(ann, slug):
    with ann.opened(f"/ws/chat/{slug}") as socket:
        assert socket.next()["type"] == "ready"


@pytest.mark.parametrize("text", ["é" * 4000, "two\nlines", "😀", "<b>&amp;</b>", '"\\u0000"'])
def test_a_text_comes_back_as_it_was_sent(ann, slug, text):
    with ann.in_room(slug) as socket:
        socket.until("ready")
        socket.say(text)

        assert socket.next("message")["text"] == text
