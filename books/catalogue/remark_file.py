"""Remarks as a CSV file, written as they come."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from books.catalogue.formulas import escaped
from books.catalogue.report import CatalogueError, Remark

COLUMNS = ("line", "outcome", "field", "code", "reason", "value")


@contextmanager
def remark_file(path: Path) -> Iterator[Callable[[Remark], None]]:
    """A function that adds a remark to the file. Raises `CatalogueError` without a file."""
    try:
        file = path.open("w", newline="", encoding="utf-8")
    except OSError as error:
        raise CatalogueError(f"{path} cannot be written: {error.strerror}.") from error
    with file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        yield lambda remark: writer.writerow(_cells(remark))


def _cells(remark: Remark) -> tuple[object, ...]:
    outcome = "refused" if remark.refused else "warning"
    value = escaped(remark.value)
    return (remark.line, outcome, remark.field, remark.code, remark.reason, value)
