"""Answers in JSON: UTF-8, RFC 3339, nothing that a client could stumble over."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.functional import lazystr
from rest_framework.exceptions import ErrorDetail
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

from backend_practice.http.renderers import IndentedJSONRenderer, JSONRenderer

ONE_O_CLOCK = datetime(2026, 1, 2, 13, 0, 0, 500, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": "é€😀"}, '{"a":"é€😀"}'),
        (ONE_O_CLOCK, '"2026-01-02T13:00:00.000500Z"'),
        (date(2026, 1, 2), '"2026-01-02"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (Decimal("4.50"), '"4.50"'),
        (lazystr("later"), '"later"'),
        (ErrorDetail("wrong", code="x"), '"wrong"'),
        ({1: 2}, '{"1":2}'),
        (float("nan"), "null"),
        (ReturnDict({"a": 1}, serializer=None), '{"a":1}'),
        (ReturnList([1], serializer=None), "[1]"),
        ([], "[]"),
        (None, ""),
    ],
)
def test_a_value_has_one_form(value, text):
    assert JSONRenderer().render(value) == text.encode()


def test_what_has_no_form_is_an_error_of_the_program():
    with pytest.raises(TypeError, match="object"):
        JSONRenderer().render({"a": object()})


def test_a_person_gets_it_indented():
    assert IndentedJSONRenderer().render({"a": [1]}) == b'{\n  "a": [\n    1\n  ]\n}'
