"""Rows by the thousand: COPY on PostgreSQL, one prepared statement on SQLite.

`bulk_create` writes the same rows, at three times the cost.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model

SQLITE_KNOWS = frozenset({str, int, float, type(None)})

Row = tuple[Any, ...]


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows with these attributes of the model; the database computes no others but keys."""
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    columns = [fields[name] for name in names]
    if connection.vendor == "postgresql":
        has_json = any(isinstance(column, JSONField) for column in columns)
        adapted = (_adapted(row, columns) for row in rows) if has_json else rows
        _copy(_table(model, columns), adapted)
    else:
        _execute_many(_table(model, columns), [_adapted(row, columns) for row in rows])


def insert_objects(model: type[Model], objects: Iterable[Model]) -> None:
    """Insert objects of the model, with keys that `next_keys` gave.

    Takes all of an object before it asks for the next: it may be the same one, filled anew.
    """
    stored = (field for field in model._meta.local_concrete_fields if not field.generated)
    names = [field.attname for field in stored]
    insert(model, names, map(attrgetter(*names), objects))


def next_keys(model: type[Model], count: int) -> list[int]:
    """Keys that no row has or will get, rising; to be used in the same transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return sorted(key for (key,) in cursor)
        # Nobody else writes while a transaction of ours is open.
        cursor.execute("SELECT MAX(seq) FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0] or 0
        return list(range(last + 1, last + 1 + count))


def _table(model: type[Model], columns: "list[Field[Any, Any]]") -> str:
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in columns)
    return f"{connection.ops.quote_name(model._meta.db_table)} ({names})"


def _copy(table: str, rows: Iterable[Row]) -> None:
    # Django knows nothing of COPY, and so would not make the driver's errors its own.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        copying: Any = cursor.copy(f"COPY {table} FROM STDIN")
        with copying as copy:
            for row in rows:
                copy.write_row(row)


def _execute_many(table: str, rows: list[Row]) -> None:
    if not rows:
        return
    places = ", ".join(["%s"] * len(rows[0]))
    statement = f"INSERT INTO {table} VALUES ({places})"  # noqa: S608 - our models' names
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _adapted(row: Row, columns: "list[Field[Any, Any]]") -> Row:
    return tuple(
        value if type(value) in SQLITE_KNOWS else field.get_db_prep_save(value, connection)
        for field, value in zip(columns, row, strict=True)
    )
