"""Whatever is sent over a socket, there is an answer, and the connection stays."""

import json

import pytest

from chat.frames import ROOM_FRAMES, Unusable, read_after, read_frame

SEND = {"type": "send", "client_id": "c1", "text": "hello"}


def text(**members):
    return json.dumps(SEND | members)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "not_json"),
        ("{", "not_json"),
        ("hello", "not_json"),
        ("[]", "not_json"),
        ("null", "not_json"),
        ('"send"', "not_json"),
        ("1e999", "not_json"),
        ('{"type": "send", "text": NaN}', "not_json"),
        ('{"type": "send", "client_id": "c", "text": "\\ud800"}', "not_json"),
        ("[" * 200_000, "not_json"),
        ('{"type": "ping", "a": ' + "[" * 100 + "]" * 100 + "}", "not_json"),
        ("{}", "unknown_type"),
        ('{"type": "shout"}', "unknown_type"),
        ('{"type": ["send"]}', "unknown_type"),
        ('{"type": null}', "unknown_type"),
        (text(text=""), "invalid"),
        (text(text=" \n "), "invalid"),
        (text(text="x" * 4001), "invalid"),
        (text(text="a\0b"), "invalid"),
        (text(text=5), "invalid"),
        (text(text=None), "invalid"),
        (text(client_id=1.5), "invalid"),
        (text(client_id=""), "invalid"),
        (text(client_id="x" * 101), "invalid"),
        (text(client_id=["c"]), "invalid"),
        (text(colour="green"), "invalid"),
        ('{"type": "send", "text": "hello"}', "invalid"),
        ('{"type": "edit", "id": 1.5, "text": "x"}', "invalid"),
        ('{"type": "edit", "id": "1", "text": "x"}', "invalid"),
        ('{"type": "edit", "id": 9223372036854775808, "text": "x"}', "invalid"),
        ('{"type": "delete"}', "invalid"),
        ('{"type": "delete", "id": true}', "invalid"),
        ('{"type": "resume"}', "invalid"),
        ('{"type": "resume", "after": -1}', "invalid"),
        ('{"type": "resume", "after": 1e300}', "invalid"),
    ],
)
@pytest.mark.once
def test_what_cannot_be_taken_is_told_with_a_reason(raw, code):
    with pytest.raises(Unusable) as refused:
        read_frame(raw, ROOM_FRAMES)

    assert refused.value.code == code
    assert refused.value.detail


@pytest.mark.once
def test_the_sentence_names_the_member():
    with pytest.raises(Unusable, match=r"text: .*4000"):
        read_frame(text(text="x" * 4001), ROOM_FRAMES)


@pytest.mark.once
def test_the_client_id_comes_back_with_the_reason():
    with pytest.raises(Unusable) as refused:
        read_frame(text(text=""), ROOM_FRAMES)

    assert refused.value.client_id == "c1"


@pytest.mark.once
@pytest.mark.parametrize(("given", "after"), [(None, None), ("0", 0), ("42", 42)])
def test_after_is_a_number(given, after):
    assert read_after(given) == after


@pytest.mark.parametrize("raw", ["{", "[]", '{"type": "x"}', b"binary", b"", text(text="")])
def test_the_connection_stays(ann, slug, raw):
    with ann.in_room(slug) as socket:
        socket.until("ready")
        socket.raw(raw)

        assert socket.next()["type"] == "error"
        assert socket.silent()


def test_a_frame_of_more_than_64_kib_is_closed_with_1009(ann, slug):
    with ann.in_room(slug) as socket:
        socket.until("ready")
        socket.raw(" " * (64 * 1024 + 1))

        assert socket.code() == 1009


def test_others_are_not_harmed_by_it(ann, ben, slug):
    with ann.in_room(slug) as hers:
        hers.until("ready")
        with ben.in_room(slug) as his:
            his.until("ready")
            his.raw(" " * (64 * 1024 + 1))
            his.code()
        hers.say("still here")

        assert hers.next("message")["text"] == "still here"
