"""Puts a batch of entries into the database: all of it or nothing, in a fixed number of queries."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from backend_practice import bulk
from books.catalogue.entries import Entry
from books.catalogue.ids import author_ids, genre_ids
from books.catalogue.known import Known
from books.catalogue.report import Remark
from books.facts import tell_imported
from books.models import Authorship, Book

ATTEMPTS = 3
QUEUE = 7_310_001  # any number that nothing else in the database locks by


class Stored(NamedTuple):
    """What became of a batch."""

    created: int
    unchanged: int
    remarks: list[Remark]


class Store:
    """The catalogue, as the place where entries go."""

    def __init__(self, owner_id: UUID | None = None) -> None:
        self.owner_id = owner_id
        self.authors = author_ids()
        self.genres = genre_ids()

    def put(self, entries: Sequence[Entry]) -> Stored:
        """Add those that are not there yet.

        A book that somebody else adds at the same moment counts as there.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                return self._put(entries)
            except IntegrityError:
                self.authors.forget()
                self.genres.forget()
        return self._put(entries)

    def _put(self, entries: Sequence[Entry]) -> Stored:
        with transaction.atomic():
            _wait_for_other_imports()
            known = Known.among(entries)
            new = known.new_among(entries)
            if new:
                self._insert(new)
        self.authors.remember()
        self.genres.remember()
        return Stored(len(new), len(entries) - len(new), known.mistaken_among(entries))

    def _insert(self, entries: list[Entry]) -> None:
        """Books, then authors, then genres: the order in which the API's writers lock them."""
        keys = bulk.next_keys(Book, len(entries))
        bulk.insert_objects(Book, self._books(entries, keys))
        authors = self.authors.of(name for entry in entries for name in entry.authors)
        written = (
            (key, authors[name], position)
            for key, entry in zip(keys, entries, strict=True)
            for position, name in enumerate(entry.authors)
        )
        bulk.insert(Authorship, ["book_id", "author_id", "position"], written)
        genres = self.genres.of(slug for entry in entries for slug in entry.genres)
        kinds = (
            (key, genres[slug])
            for key, entry in zip(keys, entries, strict=True)
            for slug in entry.genres
        )
        bulk.insert(Book.genres.through, ["book_id", "genre_id"], kinds)
        told = zip(keys, entries, strict=True)
        tell_imported(((key, each.title, each.authors) for key, each in told), self.owner_id)

    def _books(self, entries: list[Entry], keys: list[int]) -> Iterator[Book]:
        """One object for all, filled anew: to make one takes as long as to store it."""
        now = timezone.now()
        book = Book(owner_id=self.owner_id, created_at=now, updated_at=now)
        for key, entry in zip(keys, entries, strict=True):
            book.pk = key
            book.title = entry.title
            book.isbn = entry.isbn
            book.published_year = entry.published_year
            book.language = entry.language
            book.description = entry.description
            book.derive(entry.authors)
            yield book


def _wait_for_other_imports() -> None:
    """One batch at a time, so that two imports of one file find each other's books.

    SQLite's writers queue in any case; on PostgreSQL the lock goes with the transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [QUEUE])
