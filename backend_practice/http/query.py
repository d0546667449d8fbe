"""Query parameters, checked like a body: an unknown one is an error, not everything."""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.request import Request

from backend_practice.http.problems import INVALID_INPUT, Problem, escaped, field_errors

Query = TypeVar("Query", bound=serializers.Serializer[Any])

# Read by DRF itself, to choose the form of the answer.
FORM_PARAMETER = "format"


class InvalidQuery(Problem):
    """Query parameters that are not valid; `errors` say `"in": "query"`."""

    kind = INVALID_INPUT


def read_query(request: Request, serializer_class: type[Query]) -> dict[str, Any]:
    """The query's values, validated.

    Raises `InvalidQuery` for a parameter that is unknown, given twice, or not valid.
    """
    serializer = _reader(serializer_class)
    errors = list(_misuses(request, serializer.fields.keys()))
    values: dict[str, Any] = {}
    try:
        values = serializer.run_validation(request.query_params.dict())
    except serializers.ValidationError as error:
        errors += field_errors(error.get_full_details(), location="query")
    if errors:
        raise invalid_query(errors)
    return dict(values)


@cache
def _reader(serializer_class: type[Query]) -> Query:
    """One that reads for all requests: to make it takes longer than to read with it.

    It is given nothing of a request to keep.
    """
    return serializer_class()


def invalid_query(errors: list[dict[str, str]]) -> InvalidQuery:
    """The error for these entries of `errors`."""
    summary = " ".join(f"{error['pointer'].lstrip('/')}: {error['detail']}" for error in errors)
    return InvalidQuery(summary, errors=errors)


def invalid_parameter(name: str, detail: str, code: str = "invalid") -> InvalidQuery:
    """The error for one parameter whose value a view found to be unusable."""
    return invalid_query([_entry(name, detail, code)])


def _misuses(request: Request, known: Collection[str]) -> Iterator[dict[str, str]]:
    for name, values in request.query_params.lists():
        if name not in known and name != FORM_PARAMETER:
            names = ", ".join(sorted(known))
            yield _entry(name, f"There is no such parameter; known are {names}.", "unknown")
        elif len(values) > 1:
            yield _entry(name, "Give this parameter once.", "repeated")


def _entry(name: str, detail: str, code: str) -> dict[str, str]:
    return {"pointer": f"/{escaped(name)}", "code": code, "detail": detail, "in": "query"}
