"""A client that comes back misses nothing and sees nothing twice."""

import pytest

PAGES = 230  # messages: more than are read at once


@pytest.fixture
def told(ann, slug):
    """`told(texts)` has alice say these, and gives their frames."""

    def say(*texts):
        with ann.in_room(slug) as socket:
            socket.until("ready")
            for text in texts:
                socket.say(text)
            return [socket.next("message") for _ in texts]

    return say


def test_what_came_after_is_told_in_order_and_then_ready(ben, slug, told):
    frames = told("one", "two", "three")

    with ben.in_room(slug, "?after=1") as socket:
        missed = socket.until("ready")

    assert missed[:-1] == frames[1:]
    assert missed[-1]["seq"] == 3


def test_without_after_nothing_is_told(ben, slug, told):
    told("one")

    with ben.in_room(slug) as socket:
        assert socket.next()["type"] == "ready"


@pytest.mark.parametrize("after", ["3", "99", str(2**63 - 1)])
def test_whoever_has_it_all_is_told_nothing(ben, slug, told, after):
    told("one", "two", "three")

    with ben.in_room(slug, f"?after={after}") as socket:
        ready = socket.next()

    assert (ready["type"], ready["seq"]) == ("ready", 3)


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "²", str(2**63), ""])
def test_an_after_that_is_none_is_told_and_the_connection_stays(ann, slug, after):
    with ann.in_room(slug, f"?after={after or '%20'}") as socket:
        error, ready = socket.next(), socket.next()

    assert (error["type"], error["code"]) == ("error", "invalid")
    assert ready["type"] == "ready"


def test_a_frame_asks_for_it_as_well(ann, slug, told):
    frames = told("one", "two")

    with ann.in_room(slug) as socket:
        socket.until("ready")
        socket.send("resume", after=0)

        assert socket.until("ready")[:-1] == frames


def test_many_are_told_page_by_page(ann, ben, slug, told):
    told(*(str(number) for number in range(PAGES)))

    with ben.in_room(slug, "?after=0") as socket:
        texts = [frame["text"] for frame in socket.until("ready")[:-1]]

    assert texts == [str(number) for number in range(PAGES)]


def test_what_is_said_meanwhile_comes_once(ann, ben, slug, told):
    told(*(str(number) for number in range(PAGES)))

    with ann.in_room(slug) as hers:
        hers.until("ready")
        with ben.in_room(slug, "?after=0") as his:
            for number in range(20):
                hers.say(f"meanwhile {number}")
            seqs = [his.next("message")["seq"] for _ in range(PAGES + 20)]

    assert seqs == list(range(1, PAGES + 21))


def test_an_edit_and_a_deletion_while_one_was_away_are_told(ann, ben, slug, told):
    first, second, _ = told("one", "two", "three")
    with ann.in_room(slug) as socket:
        socket.until("ready")
        socket.send("edit", id=first["id"], text="uno")
        socket.send("delete", id=second["id"])
        socket.next("ack"), socket.next("ack")

    with ben.in_room(slug, "?after=3") as socket:
        edited, deleted, ready = socket.next(), socket.next(), socket.next()

    assert (edited["type"], edited["seq"], edited["text"]) == ("edited", 1, "uno")
    assert (deleted["type"], deleted["seq"], deleted["id"]) == ("deleted", 2, second["id"])
    assert ready["type"] == "ready"


def test_those_before_the_last_message_one_has_are_known_already(ann, ben, slug, told):
    (first,) = told("one")
    with ann.in_room(slug) as socket:
        socket.until("ready")
        socket.send("edit", id=first["id"], text="uno")
        socket.next("ack")
    told("two")

    with ben.in_room(slug, "?after=2") as socket:
        assert socket.next()["type"] == "ready"


def test_a_message_that_is_new_comes_as_it_now_is(ann, ben, slug, told):
    first, second = told("one", "two")
    with ann.in_room(slug) as socket:
        socket.until("ready")
        socket.send("edit", id=first["id"], text="uno")
        socket.send("delete", id=second["id"])
        socket.next("ack"), socket.next("ack")

    with ben.in_room(slug, "?after=0") as socket:
        one, two = socket.until("ready")[:-1]

    assert (one["type"], one["text"]) == ("message", "uno")
    assert (two["type"], two["text"], bool(two["deleted_at"])) == ("message", "", True)
