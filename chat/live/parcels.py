"""Frames that go out together: packed once, however many sockets they go to."""

from collections.abc import Iterable
from functools import cached_property

from backend_practice.shortcut import packed
from chat.wire import Frame


class Parcel:
    """One frame, or several that became known at once."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        self.texts = [frame.text for frame in frames]

    @cached_property
    def packed(self) -> bytes:
        """All of them as they go over the wire."""
        return packed(self.texts)
