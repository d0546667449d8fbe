"""What is given out can be taken in again, and is the same."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books.catalogue import exporting
from books.catalogue.exporting import export_books
from books.models import Author, Book

AWKWARD = [
    {"title": "=1+1", "authors": ["-ing", "Ann"]},
    {"title": "'=1+1", "authors": ["@home"]},
    {"title": 'Salt, "Fat"; Acid', "authors": ["Le Guin, Ursula K.", "Ann; Bob"]},
    {"title": "'Salem's Lot", "authors": ["[Anonymous]"]},
    {"title": "Two  spaces\u00a0and\u2028more", "authors": ["Michael   Lewis"]},
    {"title": "-720", "authors": ["Homer"], "published_year": -720, "language": "grc"},
    {"title": "Emma", "authors": ["Jane Austen"], "isbn": "9780141439587"},
    {"title": "Emma", "authors": ["Jane Austen"], "isbn": "9780439023481"},
    {"title": "文学", "authors": ["José Saramago"], "genres": ["classics", "comedy"]},
    {"title": "Lines", "authors": ["Ann"], "description": 'One\r\n\ttwo\n\n"three"\rfour'},
    {"title": "Formula", "authors": ["Ann"], "description": "=HYPERLINK(1)\n-x"},
]


@pytest.fixture
def awkward_books(add_book):
    for fields in AWKWARD:
        add_book(**fields)


def exported(form):
    return b"".join(export_books(form))


def empty_the_catalogue():
    Book.objects.all().delete()
    Author.objects.all().delete()


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_goes_out_comes_in_again_and_goes_out_the_same(form, awkward_books, take_in, books):
    first, before = exported(form), books()
    empty_the_catalogue()

    taken = take_in(first, form=form)

    assert taken.remarks == []
    assert books() == before
    assert exported(form) == first


def test_csv_has_a_header_and_books_in_the_order_of_ids(book, add_book):
    add_book(title="Persuasion", authors=["Jane Austen"])

    assert exported("csv").decode() == (
        "title,authors,isbn,published_year,language,genres,description\r\n"
        "Emma,Jane Austen; Fiona Stafford,9780141439587,1815,en-GB,classics; comedy,"
        '"Handsome, clever, and rich."\r\n'
        "Persuasion,Jane Austen,,,,,\r\n"
    )


def test_json_lines_have_the_names_of_the_api(book):
    assert json.loads(exported("jsonl")) == {
        "title": "Emma",
        "authors": ["Jane Austen", "Fiona Stafford"],
        "isbn": "9780141439587",
        "published_year": 1815,
        "language": "en-GB",
        "genres": ["classics", "comedy"],
        "description": "Handsome, clever, and rich.",
    }


def test_no_cell_but_a_year_begins_like_a_formula(awkward_books):
    rows = list(csv.DictReader(io.StringIO(exported("csv").decode(), newline="")))

    begins = {name for row in rows for name, cell in row.items() if cell[:1] in tuple("=+-@\t\r")}
    assert begins == {"published_year"}


@pytest.mark.parametrize(("form", "empty"), [("csv", b"title,authors"), ("jsonl", b"")])
def test_an_empty_catalogue_is_a_file_too(form, empty, db):
    assert exported(form)[:13] == empty


def test_the_queries_of_a_batch_do_not_grow_with_its_rows(take_in):
    counts = []
    for books in (2, 300):
        take_in("title,authors,genres\n" + "".join(f"B {n},A {n},g\n" for n in range(books)))
        with CaptureQueriesContext(connection) as queries:
            exported("csv")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_batches_follow_each_other_without_gap(take_in, monkeypatch):
    monkeypatch.setattr(exporting, "BATCH", 3)
    take_in("title,authors\n" + "".join(f"Book {number},Ann\n" for number in range(10)))
    counts = []

    pieces = list(export_books("jsonl", on_batch=counts.append))

    assert counts == [3, 3, 3, 1]
    titles = [json.loads(line)["title"] for line in b"".join(pieces).splitlines()]
    assert titles == [f"Book {number}" for number in range(10)]


def test_a_book_that_goes_while_it_is_read_is_left_out(book, add_book):
    gone = add_book(title="Persuasion")
    gone.authorships.all().delete()

    titles = [json.loads(line)["title"] for line in exported("jsonl").splitlines()]

    assert titles == ["Emma"]
