"""The full-text index behind `books.search`: made by a migration, kept by the database itself."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# On PostgreSQL an index over an expression of the row needs no upkeep.
POSTGRESQL = {
    "create": [
        "CREATE INDEX IF NOT EXISTS books_words ON books_book"
        " USING gin (array_to_tsvector(string_to_array(search_text, ' ')))"
    ],
    "drop": ["DROP INDEX IF EXISTS books_words"],
}
# FTS5 keeps words only, the text stays in books_book; triggers carry each change over.
# The categories make every character but a space part of a word: `books.words` has decided
# already, and SQLite's own idea of Unicode would differ from Python's in the odd letter.
SQLITE = {
    "create": [
        "CREATE VIRTUAL TABLE IF NOT EXISTS books_words USING fts5(search_text,"
        " content='books_book', content_rowid='id',"
        " tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'\")",
        "CREATE TRIGGER IF NOT EXISTS books_words_insert AFTER INSERT ON books_book BEGIN"
        " INSERT INTO books_words(rowid, search_text) VALUES (new.id, new.search_text); END",
        "CREATE TRIGGER IF NOT EXISTS books_words_delete AFTER DELETE ON books_book BEGIN"
        " INSERT INTO books_words(books_words, rowid, search_text)"
        " VALUES ('delete', old.id, old.search_text); END",
        "CREATE TRIGGER IF NOT EXISTS books_words_update AFTER UPDATE OF search_text ON books_book"
        " WHEN old.search_text IS NOT new.search_text BEGIN"
        " INSERT INTO books_words(books_words, rowid, search_text)"
        " VALUES ('delete', old.id, old.search_text);"
        " INSERT INTO books_words(rowid, search_text) VALUES (new.id, new.search_text); END",
    ],
    "drop": [
        "DROP TRIGGER IF EXISTS books_words_insert",
        "DROP TRIGGER IF EXISTS books_words_delete",
        "DROP TRIGGER IF EXISTS books_words_update",
        "DROP TABLE IF EXISTS books_words",
    ],
}
STATEMENTS = {"postgresql": POSTGRESQL, "sqlite": SQLITE}


def create(apps: Any, schema_editor: Any) -> None:
    """For `RunPython`: make the index and fill it from the rows that are there."""
    _execute(schema_editor.connection, "create")
    if schema_editor.connection.vendor == "sqlite":
        _rebuild(schema_editor.connection)


def drop(apps: Any, schema_editor: Any) -> None:
    """For `RunPython` backwards."""
    _execute(schema_editor.connection, "drop")


def mend(using: str, **signal: Any) -> None:
    """After every migrate: Django alters an SQLite table by copying it, and loses its triggers."""
    from django.db import connections

    connection = connections[using]
    if connection.vendor != "sqlite" or "books_words" not in _tables(connection):
        return
    if _count_triggers(connection) < 3:
        _execute(connection, "create")
        _rebuild(connection)


def _execute(connection: BaseDatabaseWrapper, action: str) -> None:
    with connection.cursor() as cursor:
        for statement in STATEMENTS[connection.vendor][action]:
            cursor.execute(statement)


def _rebuild(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO books_words(books_words) VALUES ('rebuild')")


def _tables(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor)


def _count_triggers(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger'"
            " AND tbl_name = 'books_book' AND name LIKE 'books_words_%'"
        )
        return int(cursor.fetchone()[0])
