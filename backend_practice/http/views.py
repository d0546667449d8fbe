"""Answers that belong to no app."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.csrf import csrf_failure as stock_csrf_failure
from rest_framework.response import Response
from rest_framework.views import APIView

from backend_practice.http.middleware.problem_details import is_api
from backend_practice.http.problems import FORBIDDEN, ProblemOfKind, problem_response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Django's `CSRF_FAILURE_VIEW`: a problem under the API, a page elsewhere."""
    if not is_api(request):
        return stock_csrf_failure(request, reason=reason)
    problem = ProblemOfKind(FORBIDDEN, f"The CSRF check failed: {reason}")
    return problem_response(request, problem)


class ApiView(APIView):
    """The base of the API's views: what DRF's own leaves out.

    Errors that DRF cannot translate are logged with their request id and
    answered as a problem by `ProblemDetailsMiddleware`.
    """

    def handle_exception(self, exc: Exception) -> Response:
        exc.auth_header = self.get_authenticate_header(self.request)  # type: ignore[attr-defined]
        return super().handle_exception(exc)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """What the address takes (RFC 9110, 9.3.7)."""
        return Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)})
