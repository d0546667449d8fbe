"""The OpenAPI 3.1 schema: what drf-spectacular finds out, and the errors of every route."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticatedOrReadOnly

from backend_practice.http.fields import StrictSerializer
from backend_practice.http.problems import MEDIA_TYPE, TYPE_OF_STATUS

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
WITH_BODY = {"POST", "PUT", "PATCH"}


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One field, or query parameter, that is not valid."""

    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) to the field.")
    code = serializers.CharField(help_text="The rule that was broken, for programs.")
    detail = serializers.CharField(help_text="The rule that was broken, for people.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        place = serializers.ChoiceField(
            ["query"], required=False, help_text="Where it is, unless in the body."
        )
        return {**super().get_fields(), "in": place}  # a keyword, so no attribute


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="Where this kind of problem is explained.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(help_text="The path that was asked for.")
    request_id = serializers.CharField()
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]
    limit = serializers.DictField(required=False, help_text="The limit met: its name and value.")

    class Meta:
        ref_name = "Problem"


def page_of(serializer: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The serializer of a page of these, for the schema."""
    name = serializer.__name__.removesuffix("Serializer")
    fields = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": serializer(many=True),
        "__doc__": "One page; `next` and `previous` lead on, or are null at the ends.",
    }
    return type(f"{name}PageSerializer", (serializers.Serializer,), fields)


def _header(name: str, description: str, pattern: str | None = None) -> OpenApiParameter:
    return OpenApiParameter(
        name, str, OpenApiParameter.HEADER, description=description, pattern=pattern
    )


REQUEST_ID = _header("X-Request-ID", "Echoed where it is 8 to 128 of A-Z a-z 0-9 . _ -")
IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    "1 to 255 visible ASCII characters. A repeat with the same key and body is done once.",
    pattern=r"^[\x21-\x7e]{1,255}$",
)
IF_MATCH = _header("If-Match", "The ETag that you read: 412 if it has changed since.")
IF_NONE_MATCH = _header("If-None-Match", "The ETag that you have: 304 if it is the same.")


class ProblemAwareSchema(AutoSchema):
    """Adds to each operation the errors that its method, login and path make possible.

    A view tells of more in `possible_errors`.
    """

    def get_override_parameters(self) -> list[Any]:
        parameters = [REQUEST_ID]
        if self.method == "POST":
            parameters.append(IDEMPOTENCY_KEY)
        if self.method in CHANGES - {"POST"}:
            parameters.append(IF_MATCH)
        if self._reads_one():
            parameters.append(IF_NONE_MATCH)
        return parameters

    def _reads_one(self) -> bool:
        """Whether this reads a single resource, which then carries an ETag."""
        return self.method == "GET" and not self.get_operation_id().endswith("_list")

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._possible_errors():
            if str(status) not in bodies:
                bodies[str(status)] = self._problem(status)
        if self._reads_one():
            bodies["304"] = {"description": "You have it already: see `If-None-Match`."}
        return dict(sorted(bodies.items()))

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_basic_serializer(  # type: ignore[no-untyped-call]
            serializer, direction
        )
        if isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        return schema

    def _possible_errors(self) -> list[int]:
        method = self.method
        errors = {400, 406, 429, 500, 503} | getattr(self.view, "possible_errors", set())
        if self._reads_one():
            errors.add(412)
        if "{" in self.path:
            errors.add(404)
        if method in CHANGES:
            errors |= {409, 413}
            errors |= set() if method == "POST" else {412}
        if method == "POST":
            errors.add(422)
        if method in WITH_BODY:
            errors.add(415)
        if self._needs_login() or getattr(self.view, "checks_credentials", False):
            errors |= {401, 403}
        return sorted(errors)

    def _needs_login(self) -> bool:
        permissions = self.view.get_permissions()
        if any(isinstance(permission, AllowAny) for permission in permissions):
            return False
        if any(isinstance(permission, IsAuthenticatedOrReadOnly) for permission in permissions):
            return self.method in CHANGES
        return True

    def _problem(self, status: int) -> dict[str, Any]:
        response = OpenApiResponse(ProblemSerializer, description=TYPE_OF_STATUS[status].title)
        body: dict[str, Any] = self._get_response_for_code(  # type: ignore[no-untyped-call]
            response, str(status), [MEDIA_TYPE]
        )
        return body


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names the access token."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names the session cookie."""

    target_class = "accounts.authentication.SessionAuthentication"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
