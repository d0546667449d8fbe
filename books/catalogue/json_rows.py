"""The rows of a JSON Lines file, one at a time: a book is an object on a line of its own."""

from collections.abc import Callable, Generator, Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import Any, BinaryIO

import orjson

from books.catalogue.columns import check_columns, columns_of
from books.catalogue.encodings import refuse_binary
from books.catalogue.lines import Lines, LineTooLong
from books.catalogue.records import Layout, Record
from books.catalogue.report import CatalogueError, Remark, shown

HEAD = 100  # rows that together show the names a file uses
UTF_8_MARK = b"\xef\xbb\xbf"

Row = tuple[int, dict[str, Any]] | Remark
Columns = Callable[[tuple[str, ...]], dict[str, int]]


def json_rows(file: BinaryIO, layout: Layout) -> Generator[Record | Remark]:
    """The file's rows in order; one that cannot be read is a remark. Blank lines are passed over.

    Raises `CatalogueError` where the file as a whole cannot be read.
    """
    if layout.encoding or layout.delimiter:
        raise CatalogueError("JSON Lines is UTF-8 and has no delimiter: both are for CSV alone.")
    refuse_binary(file)
    rows = _objects(Lines(file))
    head = list(islice(rows, HEAD))
    _check_head(head, layout)
    # Each row has its own names, though nearly always the same ones.
    columns = lru_cache(maxsize=1_000)(lambda names: columns_of(names, layout.mapping))
    for row in chain(head, rows):
        yield row if isinstance(row, Remark) else _record(*row, columns)


def _check_head(head: list[Row], layout: Layout) -> None:
    objects = [row[1] for row in head if not isinstance(row, Remark)]
    if not head:
        raise CatalogueError("The file is empty.")
    if not objects:
        raise CatalogueError("This is not JSON Lines: one object a line, in UTF-8.")
    check_columns(list(dict.fromkeys(chain.from_iterable(objects))), layout.mapping)


def _record(line: int, members: dict[str, Any], columns_of_names: Columns) -> Record:
    values = list(members.values())
    columns = columns_of_names(tuple(members))
    return Record(line, {field: values[position] for field, position in columns.items()})


def _objects(lines: Lines[bytes]) -> Iterator[Row]:
    while True:
        try:
            line = next(lines)
        except StopIteration:
            return
        except LineTooLong as error:
            yield Remark(lines.number, "row", "unreadable", f"{error}.", refused=True)
        else:
            if line.removeprefix(UTF_8_MARK).strip():
                yield _object(lines.number, line)


def _object(number: int, line: bytes) -> Row:
    text = line.removeprefix(UTF_8_MARK) if number == 1 else line
    try:
        members = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return _unreadable(number, line, f"Not JSON: {error}.")
    if not isinstance(members, dict):
        return _unreadable(number, line, "Not a JSON object.")
    return number, members


def _unreadable(number: int, line: bytes, reason: str) -> Remark:
    value = shown(line[:200].decode(errors="replace").strip())
    return Remark(number, "row", "unreadable", reason, value, refused=True)
