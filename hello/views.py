"""The first answer of the site, and its pages."""

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from backend_practice import __version__
from backend_practice.http.problems import PROBLEM_TYPES, ProblemType, problem_body
from backend_practice.practice import Tally, latest_progress
from hello.stages import STAGES

PLAIN_TEXT = "text/plain; charset=utf-8"
LONGEST_NAME = 100
LEVELS = ("core", "full")
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
    context = {
        "stages": [(stage, checks_of(stage.number)) for stage in STAGES],
        "site": site,
        "runs_on": runs_on(),
        "practice": latest_progress(),
        "version": __version__,
    }
    return render(request, "hello/home.html", context)


def runs_on() -> list[tuple[str, str]]:
    """What this process was given to work with; asks none of it for anything."""
    bucket = "bucket" in settings.STORAGES["uploads"]["BACKEND"].lower()
    broker = urlsplit(settings.CELERY_BROKER_URL).scheme
    jobs = {"amqp": "RabbitMQ", "amqps": "RabbitMQ", "redis": "Redis", "rediss": "Redis"}
    return [
        ("Rows", "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"),
        ("Jobs", f"workers, over {jobs[broker]}" if broker in jobs else "threads of this process"),
        ("Events", "RabbitMQ" if settings.BROKER_URL else "outbox to inbox, in this process"),
        ("Sockets and rates", "Redis" if settings.REDIS_URL else "this process's memory"),
        ("Files", "a bucket" if bucket else "a directory"),
        ("Mail", "a page, the mailbox" if settings.MAILBOX_DIR else "SMTP"),
    ]


def checks_of(number: int) -> list[tuple[str, Tally]]:
    """What came of checking the reader's own server at this stage, level by level."""
    progress = latest_progress()
    found = ((level, progress.of(number, level)) for level in LEVELS) if progress else ()
    return [(level, tally) for level, tally in found if tally]


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
