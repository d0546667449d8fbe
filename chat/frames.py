"""What comes in over a socket, checked like the body of a request."""

from typing import Any

import orjson
from django.conf import settings
from rest_framework import serializers

from backend_practice.http.fields import NumberField, StrictSerializer, TextField
from backend_practice.http.parsers import is_deeper_than
from chat.models import LONGEST_CLIENT_ID, LONGEST_TEXT

LARGEST_NUMBER = 2**63 - 1


class Unusable(ValueError):
    """A frame that cannot be taken: a word for programs, and a sentence."""

    def __init__(self, code: str, detail: str, client_id: str | None = None) -> None:
        super().__init__(detail)
        self.code, self.detail, self.client_id = code, detail, client_id


class FrameSerializer(StrictSerializer):
    """Any frame."""

    type = serializers.CharField()


class SendSerializer(FrameSerializer):
    """Say something."""

    client_id = TextField(max_length=LONGEST_CLIENT_ID)
    text = TextField(multiline=True, max_length=LONGEST_TEXT)


class ChangeSerializer(FrameSerializer):
    """Something with a message of one's own."""

    client_id = TextField(max_length=LONGEST_CLIENT_ID, required=False)
    id = NumberField(min_value=1, max_value=LARGEST_NUMBER)


class EditSerializer(ChangeSerializer):
    """Another text for it."""

    text = TextField(multiline=True, max_length=LONGEST_TEXT)


class ResumeSerializer(FrameSerializer):
    """What came after this message, once more."""

    after = NumberField(min_value=0, max_value=LARGEST_NUMBER)


ROOM_FRAMES: dict[str, type[FrameSerializer]] = {
    "send": SendSerializer,
    "edit": EditSerializer,
    "delete": ChangeSerializer,
    "resume": ResumeSerializer,
    "typing": FrameSerializer,
    "ping": FrameSerializer,
}
FEED_FRAMES: dict[str, type[FrameSerializer]] = {
    "resume": ResumeSerializer,
    "ping": FrameSerializer,
}


def read_frame(text: str, known: dict[str, type[FrameSerializer]]) -> dict[str, Any]:
    """The frame that this text is. Raises `Unusable`, saying why."""
    content = _object(text)
    named = _client_id(content.get("client_id"))
    kind = content.get("type")
    if not isinstance(kind, str) or kind not in known:
        raise Unusable("unknown_type", f"`type` is one of {', '.join(known)}.", named)
    serializer = known[kind](data=content)
    if not serializer.is_valid():
        raise Unusable("invalid", sentence(serializer.errors), named)
    return dict(serializer.validated_data)


def read_after(text: str | None) -> int | None:
    """The number in `?after=`, None without one. Raises `Unusable` for anything else."""
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) > LARGEST_NUMBER:
        raise Unusable("invalid", "after: The seq of a message, or 0.")
    return int(text)


def sentence(errors: Any) -> str:
    """What is wrong, each with the name of its member."""
    return " ".join(f"{name}: {detail}" for name, details in errors.items() for detail in details)


def _client_id(given: Any) -> str | None:
    """What the sender calls it, where it is fit to be said again."""
    return given if isinstance(given, str) and len(given) <= LONGEST_CLIENT_ID else None


def _object(text: str) -> dict[str, Any]:
    try:
        content = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeError) as error:
        raise Unusable("not_json", f"The frame is not JSON: {error}.") from error
    if not isinstance(content, dict):
        raise Unusable("not_json", "The frame is no JSON object.")
    if is_deeper_than(settings.MAX_JSON_DEPTH, content):
        raise Unusable("not_json", f"It is nested deeper than {settings.MAX_JSON_DEPTH} levels.")
    return content
