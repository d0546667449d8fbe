"""A file line by line, numbered as an editor numbers them, and never more than so much of one."""

from collections import deque
from typing import IO, AnyStr, Generic, Self

MAX_LINE = 1024 * 1024


class LineTooLong(ValueError):
    """A line that no book needs; the next one can be read."""


class Lines(Generic[AnyStr]):
    """The lines of a file, with their ends; `number` is that of the last one, from 1.

    A class and no generator: iteration can go on after `LineTooLong`.
    """

    def __init__(self, file: IO[AnyStr]) -> None:
        self.file: IO[AnyStr] = file
        self.number = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> AnyStr:
        line = self.file.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == MAX_LINE and not self._is_whole(line):
            self._skip_rest()
            raise LineTooLong(f"The line is longer than {MAX_LINE:,} characters")
        return line

    def _skip_rest(self) -> None:
        while (rest := self.file.readline(MAX_LINE)) and not self._is_whole(rest):
            pass

    def _is_whole(self, line: AnyStr) -> bool:
        return line[-1:] in ("\n", "\r", b"\n")


class RowLines(Lines[str]):
    """Lines that can be had again, when those taken together have made no row."""

    def __init__(self, file: IO[str]) -> None:
        super().__init__(file)
        self.taken: list[str] = []
        self.again: deque[str] = deque()

    def __next__(self) -> str:
        if self.again:
            line = self.again.popleft()
            self.number += 1
        else:
            line = super().__next__()
        self.taken.append(line)
        return line

    def begin_row(self) -> None:
        """The next line is the first of a row."""
        self.taken = []

    def give_back(self) -> None:
        """All lines of the row but its first will come once more."""
        later = self.taken[1:]
        self.again.extendleft(reversed(later))
        self.number -= len(later)
