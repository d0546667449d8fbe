"""Parts of a file (RFC 9110, section 14): which bytes were asked for."""

import re
from dataclasses import dataclass

ONE_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*")


@dataclass(frozen=True)
class Span:
    """The bytes from `first` to `last`, both of them included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class NotSatisfiable(Exception):
    """The range begins after the end of the file."""


def span_of(header: str | None, size: int) -> Span | None:
    """The one range that is asked for; None where the whole file answers.

    That is also what several ranges get, and a header that makes no sense.
    Raises `NotSatisfiable` for a range outside of the file.
    """
    match = ONE_RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        wanted = min(int(last), size)
        return checked(Span(size - wanted, size - 1), size)
    if last and int(last) < int(first):
        return None
    return checked(Span(int(first), min(int(last or size), size - 1)), size)


def checked(span: Span, size: int) -> Span:
    if span.first >= size or span.length <= 0:
        raise NotSatisfiable
    return span
