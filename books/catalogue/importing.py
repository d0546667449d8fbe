"""Imports a catalogue, batch by batch: memory stays flat however long the file is."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from itertools import islice
from typing import BinaryIO

from books.catalogue.columns import check_mapping
from books.catalogue.csv_rows import csv_rows
from books.catalogue.entries import Entry, entry_from
from books.catalogue.files import JSON_LINES
from books.catalogue.json_rows import json_rows
from books.catalogue.records import Layout, Record
from books.catalogue.report import ImportReport, Remark
from books.catalogue.store import Store, Stored
from books.catalogue.values import Values

BATCH = 1_000

Row = Record | Remark
Put = Callable[[Sequence[Entry]], Stored]


def import_books(
    file: BinaryIO,
    layout: Layout,
    *,
    put: Put | None = None,
    report: ImportReport | None = None,
    on_remark: Callable[[Remark], object] = lambda remark: None,
    on_batch: Callable[[ImportReport], object] = lambda report: None,
) -> ImportReport:
    """Add the file's books that the catalogue has not; what is there is left as it is.

    `put` says where they go: `Store().put` unless told. `report` is brought up to
    date after every batch, then `on_batch` is called, outside any transaction:
    what it raises ends the import, and what was stored stays. `file` is
    seekable; its position tells how far the import has come.

    Raises `CatalogueError` where the file as a whole cannot be read.
    """
    put, report, values = put or Store().put, report or ImportReport(), Values()
    with closing(rows_of(file, layout)) as rows:
        while batch := list(islice(rows, BATCH)):
            entries, remarks = _checked(batch, values)
            stored = put(entries)
            _count(report, batch, remarks, stored)
            for remark in sorted([*remarks, *stored.remarks], key=lambda remark: remark.line):
                on_remark(remark)
            on_batch(report)
    return report


def rows_of(file: BinaryIO, layout: Layout) -> Generator[Row]:
    """The rows of a file of either form, unchecked."""
    check_mapping(layout.mapping)
    return json_rows(file, layout) if layout.form == JSON_LINES else csv_rows(file, layout)


def _checked(rows: list[Row], values: Values) -> tuple[list[Entry], list[Remark]]:
    entries: list[Entry] = []
    remarks: list[Remark] = []
    for row in rows:
        entry, said = (None, [row]) if isinstance(row, Remark) else entry_from(row, values)
        remarks += said
        if entry is not None:
            entries.append(entry)
    return entries, remarks


def _count(report: ImportReport, rows: list[Row], remarks: list[Remark], stored: Stored) -> None:
    report.read += len(rows)
    report.created += stored.created
    report.unchanged += stored.unchanged
    report.refused += len(rows) - stored.created - stored.unchanged
    for remark in (*remarks, *stored.remarks):
        report.count(remark)
