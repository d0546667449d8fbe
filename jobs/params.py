"""Checks a job's input against its kind's JSON Schema (2020-12)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from jsonschema import Draft202012Validator, ValidationError
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

MOST_TOLD = 20
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # which PostgreSQL stores in no text
CHECK_FORMATS = Draft202012Validator.FORMAT_CHECKER


def check_params(schema: Mapping[str, Any], params: Any) -> None:
    """Raise a validation error that names each member of `params` that breaks the schema."""
    if NUL.search(orjson.dumps(params)):
        raise serializers.ValidationError({"params": ["A text in it holds a NUL."]})
    validator = Draft202012Validator(schema, format_checker=CHECK_FORMATS)
    errors: dict[str, Any] = {}
    for _, (path, code, detail) in zip(range(MOST_TOLD), _faults(validator, params), strict=False):
        _put(errors, ["params", *path], ErrorDetail(detail, code=code))
    if errors:
        raise serializers.ValidationError(errors)


def _faults(validator: Draft202012Validator, params: Any) -> Iterator[tuple[list[str], str, str]]:
    for error in validator.iter_errors(params):
        path = [str(step) for step in error.absolute_path]
        match error.validator:
            case "required":
                for name in _missing(error):
                    yield [*path, name], "required", "This field is required."
            case "additionalProperties":
                for name in _unknown(error):
                    yield [*path, name], "unknown", "There is no such member."
            case rule:
                yield path, str(rule), _said(error)


def _missing(error: ValidationError) -> list[str]:
    """All of them come in one error each; every one names the first that it found."""
    return [name for name in error.validator_value if error.message.startswith(repr(name))]


def _unknown(error: ValidationError) -> list[str]:
    known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    return [str(name)[:200] for name in error.instance if name not in known]


def _said(error: ValidationError) -> str:
    """Without the value itself, which may be long."""
    match error.validator:
        case "type":
            return f"This is to be of the type {error.validator_value}."
        case "format":
            return f"This is no {error.validator_value}."
        case "enum":
            return f"This is to be one of {', '.join(map(str, error.validator_value))}."
        case _:
            return f"This breaks the rule {error.validator} {error.validator_value}."[:500]


def _put(errors: dict[str, Any], path: list[str], detail: ErrorDetail) -> None:
    for step in path[:-1]:
        inner = errors.setdefault(step, {})
        if not isinstance(inner, dict):
            return  # what contains it is wrong already
        errors = inner
    errors.setdefault(path[-1], [detail])
