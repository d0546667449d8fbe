"""The OpenAPI document, made once a process and then given out from memory."""

import threading
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

_making = threading.Lock()
_made: dict[str, Any] = {}


def schema() -> dict[str, Any]:
    """The schema of every route, made by the first who asks.

    One at a time: the generator loads its extensions without a lock of its own.
    """
    with _making:
        if not _made:
            _made.update(SchemaGenerator().get_schema(public=True))  # type: ignore[no-untyped-call]
    return _made


class SchemaView(SpectacularAPIView):
    """`GET /api/v1/schema/`, in JSON or YAML."""

    def _get_schema_response(self, request: Request) -> Response:
        name = self._get_filename(request, None)  # type: ignore[no-untyped-call]
        return Response(
            self.document(), headers={"Content-Disposition": f'inline; filename="{name}"'}
        )

    def document(self) -> dict[str, Any]:
        """What is given out; a project that is split into services gives more."""
        return schema()
