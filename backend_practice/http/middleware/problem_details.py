"""Problem details (RFC 9457) for the errors that no API view has answered."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from backend_practice.http.conf import setting
from backend_practice.http.middleware.base import Exchange, Middleware
from backend_practice.http.problems import (
    MEDIA_TYPE,
    ProblemOfKind,
    kind_of,
    problem_of,
    problem_response,
)


class ProblemDetailsMiddleware(Middleware):
    """Turns Django's HTML errors under the API into problems.

    Unknown paths, a refused Host, a crash: whatever answers 400 or above below
    `API_PREFIX`'s root without being a problem, or a page of the browsable API.
    """

    def exchange(self, request: HttpRequest) -> Exchange:
        response = yield
        if response.status_code >= 400 and is_api(request) and not is_told(response):
            return as_problem(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer for an error of a view outside of DRF; None for what nobody foresaw."""
        problem = problem_of(error) if is_api(request) else None
        return problem_response(request, problem) if problem else None


def is_api(request: HttpRequest) -> bool:
    """Whether the path lies under `/api/`."""
    prefix: str = setting("API_PREFIX")
    return request.path_info.startswith(f"/{prefix.split('/')[1]}/")


def is_told(response: HttpResponseBase) -> bool:
    """Whether the answer is a problem already, in JSON or in the browsable API."""
    renderer = getattr(response, "accepted_renderer", None)
    in_browser = renderer is not None and renderer.format == "api"
    return in_browser or response.headers.get("Content-Type") == MEDIA_TYPE


def as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """The problem that stands for this answer, with the headers that still matter."""
    answer = problem_response(request, ProblemOfKind(kind_of(response.status_code)))
    for name in ("Allow", "Retry-After", "Strict-Transport-Security", "WWW-Authenticate"):
        if name in response.headers:
            answer[name] = response.headers[name]
    answer.cookies = response.cookies
    if hasattr(response, "_has_been_logged"):  # by Django, which does so once a response
        answer._has_been_logged = response._has_been_logged  # type: ignore[attr-defined]
    return answer
