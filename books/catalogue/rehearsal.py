"""An import that only counts: what would be added, with nothing added."""

import sqlite3
from collections.abc import Sequence

from books.catalogue.entries import Entry
from books.catalogue.known import Known
from books.catalogue.store import Stored

TABLE = "CREATE TABLE seen (isbn TEXT, fingerprint TEXT)"
INDEXES = ("CREATE INDEX by_isbn ON seen (isbn)", "CREATE INDEX by_text ON seen (fingerprint)")
LOOK_UP = "SELECT isbn, fingerprint FROM seen WHERE isbn = ? OR fingerprint = ?"


class Rehearsal:
    """Stands in for `Store`; what it would have stored it keeps in a file, not in memory."""

    def __init__(self) -> None:
        self.seen = sqlite3.connect("")  # a file without a name, which goes with the connection
        for statement in (TABLE, *INDEXES):
            self.seen.execute(statement)

    def put(self, entries: Sequence[Entry]) -> Stored:
        """What `Store.put` would answer."""
        known = Known.among(entries)
        for entry in entries:
            for isbn, fingerprint in self.seen.execute(LOOK_UP, (entry.isbn, entry.fingerprint)):
                known.add(isbn, fingerprint)
        new = known.new_among(entries)
        rows = [(entry.isbn, entry.fingerprint) for entry in new]
        self.seen.executemany("INSERT INTO seen VALUES (?, ?)", rows)
        return Stored(len(new), len(entries) - len(new), known.mistaken_among(entries))

    def close(self) -> None:
        """Give the disk space back."""
        self.seen.close()
