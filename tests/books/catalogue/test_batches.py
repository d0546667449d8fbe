"""However long a file is: a fixed number of queries a batch, flat memory, writers side by side."""

import csv
import io
import tracemalloc
from functools import partial

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from books.catalogue import ids, importing, store
from books.catalogue.importing import import_books
from books.catalogue.known import Known
from books.catalogue.records import Layout
from books.models import Author, Book

ISBN = "9780141439587"


def catalogue(rows, *, authors=10, first=0):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["title", "authors", "genres", "description"])
    for number in range(first, first + rows):
        writer.writerow([f"Book {number}", f"Author {number % authors}; Ann", "a, b", "word " * 50])
    return text.getvalue()


def queries_of(action):
    with CaptureQueriesContext(connection) as queries:
        action()
    return len(queries)


def test_the_queries_of_a_batch_do_not_grow_with_its_rows(take_in):
    take_in(catalogue(2))
    Book.objects.all().delete()

    few = queries_of(lambda: take_in(catalogue(2, authors=2)))
    Book.objects.all().delete()
    many = queries_of(lambda: take_in(catalogue(900, authors=2)))

    assert many == few


def test_memory_does_not_grow_with_the_file(db, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 100)
    take_all_in = partial(import_books, layout=Layout())
    take_all_in(io.BytesIO(catalogue(5_000).encode()))  # what is loaded and kept at first use
    peaks = []

    for first, rows in ((5_000, 500), (5_500, 10_000)):
        content = io.BytesIO(catalogue(rows, first=first).encode())
        tracemalloc.start()
        take_all_in(content)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 300_000  # the longer file is 2,700,000 bytes longer


def test_ids_are_remembered_within_bounds(db, monkeypatch):
    monkeypatch.setattr(ids, "MAX_REMEMBERED", 3)
    memory, asked = ids.author_ids(), []

    for names in ("abc", "ad", "b", "a"):
        with CaptureQueriesContext(connection) as queries:
            found = memory.of(names)
        memory.remember()
        asked.append(len(queries) > 0)
        assert found == dict(Author.objects.filter(name__in=names).values_list("name", "pk"))

    assert asked == [True, True, True, False]
    assert len(memory.remembered) == 3


def test_names_are_asked_for_in_bounds(db, monkeypatch):
    monkeypatch.setattr(ids, "MAX_ASKED", 2)

    found = ids.author_ids().of(["e", "d", "c", "b", "a"])

    assert found == dict(Author.objects.values_list("name", "pk"))
    assert sorted(found) == ["a", "b", "c", "d", "e"]


def test_a_book_that_somebody_adds_at_the_same_moment_counts_as_there(take_in, monkeypatch):
    take_in(f"title,authors,isbn\nEmma,Jane Austen,{ISBN}\n")
    answers = [Known(), None]  # the first look was a moment too early
    look = Known.among
    monkeypatch.setattr(Known, "among", lambda entries: answers.pop(0) or look(entries))

    taken = take_in(f"title,authors,isbn\nEmma,Jane Austen,{ISBN}\nPersuasion,Jane Austen,\n")

    assert (taken.report.created, taken.report.unchanged) == (1, 1)
    assert taken.remarks == []


def test_what_the_database_keeps_refusing_ends_the_import(take_in, monkeypatch):
    take_in(f"title,authors,isbn\nEmma,Jane Austen,{ISBN}\n")
    looks = []
    monkeypatch.setattr(Known, "among", lambda entries: looks.append(1) or Known())

    with pytest.raises(IntegrityError):
        take_in(f"title,authors,isbn\nEmma,Jane Austen,{ISBN}\n")

    assert len(looks) == store.ATTEMPTS


def test_an_author_who_was_deleted_meanwhile_is_made_again(transactional_db, take_in, books):
    where = store.Store()
    take_in("title,authors\nEmma,Jane Austen\n", put=where.put)
    Book.objects.all().delete()
    Author.objects.all().delete()

    take_in("title,authors\nPersuasion,Jane Austen\n", put=where.put)

    assert [book[:2] for book in books()] == [("Persuasion", ["Jane Austen"])]


def test_a_hook_that_raises_ends_the_import_and_what_was_stored_stays(db, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 100)
    reports = []

    def stop_after_two(report):
        reports.append(report.created)
        if len(reports) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        import_books(io.BytesIO(catalogue(500).encode()), Layout(), on_batch=stop_after_two)

    assert reports == [100, 200]
    assert Book.objects.count() == 200


def test_hooks_are_called_outside_a_transaction(transactional_db):
    inside = []

    import_books(
        io.BytesIO(catalogue(3).encode()),
        Layout(),
        on_batch=lambda report: inside.append(connection.in_atomic_block),
    )

    assert inside == [False]


def test_two_imports_of_one_file_at_once_make_every_book_once(
    transactional_db, take_in, at_once, monkeypatch
):
    monkeypatch.setattr(importing, "BATCH", 50)
    content = catalogue(500, authors=400)

    first, second = at_once(lambda: take_in(content), lambda: take_in(content))

    assert first.report.created + second.report.created == 500
    assert Book.objects.count() == 500
    assert Author.objects.count() == 401
