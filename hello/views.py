"""The first answer of the site, and its pages."""

import json

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from backend_practice import __version__
from backend_practice.http.problems import PROBLEM_TYPES, ProblemType, problem_body
from hello.stages import STAGES

PLAIN_TEXT = "text/plain; charset=utf-8"
LONGEST_NAME = 100
ACCOUNT_PAGES = {"verify", "reset", "forgot"}


@csrf_exempt  # nothing changes here, and a POST is to hear 405 rather than 403
@require_safe
def hello(request: HttpRequest, name: str = "World") -> HttpResponse:
    """`Hello, {name}!` in plain text, so that no name can become markup."""
    if len(name) > LONGEST_NAME:
        refusal = f"A name has at most {LONGEST_NAME} characters, and this one has {len(name)}."
        return HttpResponse(refusal, status=400, content_type=PLAIN_TEXT)
    return HttpResponse(f"Hello, {name}!", content_type=PLAIN_TEXT)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The ten stages as a path, with what can be tried at each."""
    site = request.build_absolute_uri("/").rstrip("/")
    context = {"stages": STAGES, "site": site, "runs_on": runs_on(), "version": __version__}
    return render(request, "hello/home.html", context)


def runs_on() -> dict[str, str]:
    """What this process was given to work with; asks neither for anything."""
    return {
        "database": "PostgreSQL" if connection.vendor == "postgresql" else "SQLite",
        "counters": "Redis" if settings.REDIS_URL else "this process's memory",
    }


@require_safe
@never_cache
def account(request: HttpRequest, page: str) -> HttpResponse:
    """Where mails lead: confirm an address, set a new password. A script asks the API."""
    if page not in ACCOUNT_PAGES:
        raise Http404(f"There is no page {page}.")
    return render(request, f"hello/account/{page}.html")


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every kind of problem that the API can answer with."""
    return render(request, "hello/problems.html", {"kinds": PROBLEM_TYPES.values()})


@require_safe
def problem(request: HttpRequest, slug: str) -> HttpResponse:
    """One kind of problem: where its `type` leads."""
    if slug not in PROBLEM_TYPES:
        raise Http404(f"No problem is called {slug}.")
    kind = PROBLEM_TYPES[slug]
    return render(request, "hello/problem.html", {"kind": kind, "example": example_of(kind)})


def example_of(kind: ProblemType) -> str:
    """A body of this kind, as the API might send it."""
    body = problem_body(kind, instance="/api/v1/books/")
    return json.dumps(body, indent=2, ensure_ascii=False)
