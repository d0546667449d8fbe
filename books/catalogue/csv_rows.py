"""The rows of a CSV file, one at a time."""

import csv
import io
from collections.abc import Generator, Iterator
from typing import BinaryIO, NamedTuple

from books.catalogue.columns import check_columns, columns_of
from books.catalogue.delimiters import delimiter_of, known_delimiter
from books.catalogue.encodings import encoding_of, known_encoding
from books.catalogue.formulas import unescaped
from books.catalogue.lines import Lines, LineTooLong, RowLines
from books.catalogue.records import Layout, Record
from books.catalogue.report import CatalogueError, Remark, shown


class Row(NamedTuple):
    """The line in which it begins, and its cells; doubtful after a quote that was not closed."""

    line: int
    cells: list[str]
    doubtful: bool


def csv_rows(file: BinaryIO, layout: Layout) -> Generator[Record | Remark]:
    """The file's rows in order; one that cannot be read is a remark. Blank rows are passed over.

    Raises `CatalogueError` where the file as a whole cannot be read.
    """
    encoding = known_encoding(layout.encoding) if layout.encoding else encoding_of(file)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield from _rows_of(text, layout)
    except UnicodeError as error:
        raise CatalogueError(f"This is not {encoding}: {error}.") from error
    finally:
        text.detach()  # or closing it would close the file, which is the caller's


def _rows_of(text: io.TextIOWrapper, layout: Layout) -> Iterator[Record | Remark]:
    told = layout.delimiter
    delimiter = known_delimiter(told) if told else _delimiter_in(text, layout)
    text.seek(0)
    rows = _split(RowLines(text), delimiter)
    header = next(rows, None)
    if header is None:
        raise CatalogueError("The file is empty.")
    if isinstance(header, Remark):
        raise CatalogueError(f"The header cannot be read: {header.reason}")
    yield from _records(rows, header, layout)


def _delimiter_in(text: io.TextIOWrapper, layout: Layout) -> str:
    lines = Lines(text)
    try:
        header = next((line for line in lines if line.strip()), "")
    except LineTooLong as error:
        raise CatalogueError(f"The header cannot be read: {error}.") from error
    return delimiter_of(header, layout.mapping)


def _records(
    rows: Iterator[Row | Remark], header: Row, layout: Layout
) -> Iterator[Record | Remark]:
    check_columns(header.cells, layout.mapping)
    columns = list(columns_of(header.cells, layout.mapping).items())
    empty = True
    for row in rows:
        empty = False
        yield row if isinstance(row, Remark) else _record(row, len(header.cells), columns)
    if empty:
        raise CatalogueError("The file has a header and no rows.")


def _record(row: Row, width: int, columns: list[tuple[str, int]]) -> Record | Remark:
    line, cells, doubtful = row
    present = len(cells)
    # A comma too many moves every value after it: nothing in such a row can be trusted.
    if any(cells[width:]) or (doubtful and present < width):
        reason = f"The row has {present} cells and the header {width}."
        return Remark(line, "row", "width", reason, shown(cells[-1]), refused=True)
    return Record(line, {field: unescaped(cells[at]) for field, at in columns if at < present})


def _split(lines: RowLines, delimiter: str) -> Iterator[Row | Remark]:
    """The rows; where one cannot be read, the lines after its first are tried as rows."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    doubtful_until = 0
    while True:
        first = lines.number + 1
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, LineTooLong) as error:
            doubtful_until = max(doubtful_until, lines.number)
            if isinstance(error, csv.Error):
                lines.give_back()
            yield Remark(first, "row", "unreadable", _sentence(error), refused=True)
        else:
            if any(cells):
                yield Row(first, cells, first <= doubtful_until)


def _sentence(error: Exception) -> str:
    if "unexpected end of data" in str(error):
        return "A quoted cell never ends."
    if "field limit" in str(error):
        limit = csv.field_size_limit()
        return f"A cell is longer than {limit:,} characters: is a quote not closed?"
    if "expected after" in str(error):
        return 'Something follows a closing quote: a quote within a quoted cell is written "".'
    return f"{error}."
