"""`manage.py seed_books`: the sample catalogue."""

import csv
import io

from django.core.management import call_command

from books.catalogue.rehearsal import Rehearsal
from books.management.commands import seed_books
from books.models import Book


def seed():
    output = io.StringIO()
    call_command("seed_books", stdout=output)
    return output.getvalue()


def rows():
    with seed_books.CATALOGUE.open(encoding="utf-8", newline="") as file:
        return len(list(csv.DictReader(file)))


def test_every_row_of_the_sample_is_a_book(db):
    printed = seed()

    assert printed == f"Sample books: {rows()} added, 0 there already.\n"
    assert Book.objects.count() == rows() >= 200


def test_nothing_in_the_sample_is_left_out(take_in):
    taken = take_in(seed_books.CATALOGUE.read_bytes(), put=Rehearsal().put)

    assert taken.remarks == []


def test_seeding_twice_adds_nothing(db):
    seed()
    before = list(Book.objects.order_by("pk").values())

    printed = seed()

    assert printed == f"Sample books: 0 added, {rows()} there already.\n"
    assert list(Book.objects.order_by("pk").values()) == before
