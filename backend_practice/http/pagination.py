"""Pages by keyset: where a page starts is a row, not a number of rows.

A page costs the same however deep it lies, nothing is counted, and rows that
come or go between two pages make none appear twice or get lost.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from django.core import signing
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value
from django.db.models.expressions import Combinable
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from backend_practice.http.query import invalid_parameter

DEFAULT_LIMIT, MAX_LIMIT = 20, 100

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Ordering:
    """The order of a list: a column that is never null, then the key of the row.

    Both run the same way, so that one index serves forward and back.
    """

    column: str
    descending: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, "pk") if self.column != "pk" else ("pk",)

    def order_by(self, *, backward: bool) -> tuple[str, ...]:
        sign = "-" if self.descending != backward else ""
        return tuple(sign + column for column in self.columns)

    def key_of(self, row: Model) -> list[Any]:
        return [getattr(row, column) for column in self.columns]


@dataclass(frozen=True)
class Cursor:
    """A place in a list: the key of a row, and whether the page lies before or after it."""

    key: list[Any]
    backward: bool = False


class RowComparison(Func):
    """`(a, b) > (x, y)`: one comparison that an index over (a, b) answers by itself.

    The values take the types of their columns.
    """

    output_field = BooleanField()
    conditional = True
    arity = None

    def __init__(self, columns: Sequence[str], operator: str, key: Sequence[Any]) -> None:
        self.operator, self.width, self.key = operator, len(columns), key
        expressions: list[Combinable] = [F(column) for column in columns]
        super().__init__(*expressions, *(Value(value) for value in key))

    def resolve_expression(self, *args: Any, **options: Any) -> "RowComparison":
        resolved = super().resolve_expression(*args, **options)
        columns = resolved.source_expressions[: self.width]
        resolved.source_expressions[self.width :] = [
            Value(value, output_field=column.output_field)
            for column, value in zip(columns, self.key, strict=True)
        ]
        return resolved

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, list[Any]]:
        parts, params = [], []
        for expression in self.get_source_expressions():
            sql, these = compiler.compile(expression)
            parts.append(sql)
            params.extend(these)
        left, right = ", ".join(parts[: self.width]), ", ".join(parts[self.width :])
        return f"({left}) {self.operator} ({right})", params


class PageQuery(serializers.Serializer[Any]):
    """The query parameters of every list; a list with filters adds its own."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT, help_text="How many at most."
    )
    cursor = serializers.CharField(
        required=False, max_length=2000, help_text="From `next` or `previous` of another page."
    )


def page_response(
    request: Request,
    rows: QuerySet[Row],
    *,
    ordering: Ordering,
    query: dict[str, Any],
    represent: Callable[[Sequence[Row]], Any],
) -> Response:
    """One page of these rows: `{"next", "previous", "results"}`.

    `query` is what a `PageQuery` has validated. Raises `InvalidQuery` for
    a cursor that is not of this list.
    """
    limit: int = query["limit"]
    cursor = _read_cursor(query.get("cursor"), _signer(ordering, rows.model))
    backward = cursor is not None and cursor.backward
    found = list(_rows_after(rows, ordering, cursor)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    if backward:
        found.reverse()

    has_next = backward or more
    has_previous = more if backward else cursor is not None
    first, last = (found[0], found[-1]) if found else (None, None)
    return Response(
        {
            "next": _link(request, ordering, last, backward=False) if has_next else None,
            "previous": _link(request, ordering, first, backward=True) if has_previous else None,
            "results": represent(found),
        }
    )


def each(serializer: serializers.BaseSerializer[Any]) -> Callable[[Sequence[Any]], list[Any]]:
    """What shapes many rows, each with this serializer."""
    return lambda rows: [serializer.to_representation(row) for row in rows]


def _rows_after(rows: QuerySet[Row], ordering: Ordering, cursor: Cursor | None) -> QuerySet[Row]:
    backward = cursor is not None and cursor.backward
    rows = rows.order_by(*ordering.order_by(backward=backward))
    if cursor is None:
        return rows
    operator = "<" if ordering.descending != backward else ">"
    return rows.filter(RowComparison(ordering.columns, operator, cursor.key))


def _link(request: Request, ordering: Ordering, row: Model | None, *, backward: bool) -> str:
    url = request.build_absolute_uri()
    if row is None:  # an emptied page: its way back is the beginning
        return str(remove_query_param(url, "cursor"))
    return str(replace_query_param(url, "cursor", write_cursor(ordering, row, backward=backward)))


# ---- Cursors are signed, so that none but ours reaches the database ----------


def write_cursor(ordering: Ordering, row: Model, *, backward: bool) -> str:
    """The opaque text for the place of this row."""
    payload = orjson.dumps([backward, ordering.key_of(row)], default=str)
    text = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    return _signer(ordering, type(row)).sign(text)


def _read_cursor(text: str | None, signer: signing.Signer) -> Cursor | None:
    if not text:
        return None
    try:
        payload = signer.unsign(text)
    except signing.BadSignature as error:
        detail = "This is no cursor of this list in this order."
        raise invalid_parameter("cursor", detail) from error
    backward, key = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return Cursor(key, backward)


def _signer(ordering: Ordering, model: type[Model]) -> signing.Signer:
    direction = "-" if ordering.descending else ""
    return signing.Signer(sep=".", salt=f"cursor:{model._meta.label}:{direction}{ordering.column}")
