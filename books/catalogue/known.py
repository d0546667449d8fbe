"""Which entries the catalogue has already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from django.db.models import Count

from books.catalogue.entries import Entry
from books.catalogue.report import Remark
from books.models import Book


@dataclass
class Known:
    """What is there of a batch: looked up in two queries, and added to as the batch goes in.

    `isbns` has the fingerprint of each ISBN's book; `fingerprints` whether one of
    the books of that title and authors has no ISBN.
    """

    isbns: dict[str, str] = field(default_factory=dict)
    fingerprints: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def among(cls, entries: Sequence[Entry]) -> Self:
        """What the database has of these entries."""
        isbns = [entry.isbn for entry in entries if entry.isbn]
        fingerprints = [entry.fingerprint for entry in entries]
        same_isbn = Book.objects.filter(isbn__in=isbns).values_list("isbn", "fingerprint")
        same_text = Book.objects.filter(fingerprint__in=fingerprints).order_by()
        counts = same_text.values_list("fingerprint").annotate(Count("pk"), Count("isbn"))
        return cls(
            {str(isbn): fingerprint for isbn, fingerprint in same_isbn},
            {fingerprint: books > with_isbn for fingerprint, books, with_isbn in counts},
        )

    def has(self, entry: Entry) -> bool:
        """By its ISBN; or by title and authors, where not both sides have an ISBN to tell apart."""
        if entry.isbn in self.isbns:
            return True
        one_without_isbn = self.fingerprints.get(entry.fingerprint)
        return one_without_isbn is not None and (entry.isbn is None or one_without_isbn)

    def add(self, isbn: str | None, fingerprint: str) -> None:
        """A book that is there now."""
        if isbn:
            self.isbns[isbn] = fingerprint
        one_without_isbn = self.fingerprints.get(fingerprint, False) or isbn is None
        self.fingerprints[fingerprint] = one_without_isbn

    def new_among(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those that are not there, in order; of the same twice the first."""
        new = []
        for entry in entries:
            if not self.has(entry):
                self.add(entry.isbn, entry.fingerprint)
                new.append(entry)
        return new

    def mistaken_among(self, entries: Iterable[Entry]) -> list[Remark]:
        """A remark for each entry whose ISBN is that of another book."""
        return [
            _isbn_taken(entry)
            for entry in entries
            if entry.isbn and self.isbns.get(entry.isbn) not in (None, entry.fingerprint)
        ]


def _isbn_taken(entry: Entry) -> Remark:
    reason = "A book with another title or other authors has this ISBN, and stays as it is."
    return Remark(entry.line, "isbn", "taken", reason, entry.isbn or "")
