"""Files as the import takes them."""

import io
from types import SimpleNamespace

import pytest

from books.catalogue.files import format_of, opened, size_of


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("books.csv", "csv"),
        ("books.tsv", "csv"),
        ("books", "csv"),
        ("-", "csv"),
        ("books.jsonl", "jsonl"),
        ("books.NDJSON", "jsonl"),
        ("books.json", "jsonl"),
    ],
)
def test_the_form_follows_from_the_name(name, form):
    assert format_of(name) == form


def test_standard_input_can_be_read_twice(monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"title,authors")))

    with opened("-") as file:
        first = file.read()
        size = size_of(file)
        second = file.read()

    assert first == second == b"title,authors"
    assert size == 13
