"""Serializer fields that take JSON's own types and no others: `"5"` is no number, `5` no text."""

import re
import unicodedata
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CONTROLS_BUT_WHITE_SPACE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# Of members that nobody knows; a body can hold a hundred thousand.
MOST_NAMES_TOLD, LONGEST_NAME_TOLD = 20, 200


class TextField(serializers.CharField):
    """A string, with white space around it removed.

    Control characters are refused, line breaks and tabs only where `multiline`.
    """

    default_error_messages = {
        "invalid": "Not a string.",
        "control_characters": "Control characters are not allowed.",
    }

    def __init__(self, *, multiline: bool = False, **options: Any) -> None:
        self.forbidden = CONTROLS_BUT_WHITE_SPACE if multiline else CONTROLS
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text = super().to_internal_value(data)
        if self.forbidden.search(text):
            self.fail("control_characters")
        return unicodedata.normalize("NFC", text)


class NumberField(serializers.IntegerField):
    """A whole number; `3.0` is one in JSON, `"3"`, `3.5` and `true` are not."""

    default_error_messages = {"invalid": "Not a whole number."}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float) or data != data // 1:
            self.fail("invalid")
        return super().to_internal_value(int(data))


class SwitchField(serializers.BooleanField):
    """`true` or `false`; the stock field takes texts and numbers as well."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class SlugField(TextField):
    """Lower-case letters, digits and single hyphens between them."""

    def to_internal_value(self, data: Any) -> str:
        slug = super().to_internal_value(data)
        if not SLUG.fullmatch(slug):
            raise serializers.ValidationError(
                "A slug has lower-case letters, digits, and hyphens between them.", code="slug"
            )
        return slug


class IdField(serializers.UUIDField):
    """A UUID in its usual spelling; the stock field takes numbers as well."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer for which a member it does not know is an error, not silence.

    Read-only members are known, and ignored: what GET gives can be PUT back.
    """

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if not unknown:
            return super().to_internal_value(data)
        try:
            super().to_internal_value(data)
            errors: dict[str, Any] = {}
        except serializers.ValidationError as error:
            errors = dict(error.detail)  # type: ignore[arg-type]
        detail = ErrorDetail("There is no such member.", code="unknown")
        told = sorted(str(name)[:LONGEST_NAME_TOLD] for name in unknown)[:MOST_NAMES_TOLD]
        raise serializers.ValidationError({**errors, **{name: [detail] for name in told}})
