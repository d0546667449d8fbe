"""The pages of the stages, and the source that they tell to read."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from backend_practice.http.problems import PROBLEM_TYPES
from backend_practice.services.addresses import is_split
from hello.documents import document_at, readable_files
from hello.source import file_as_markup
from hello.stages import STAGE_OF, STAGES
from hello.views import example_of

BASE = "hello/stages/base.html"


@require_safe
@ensure_csrf_cookie  # a page that renews its tokens by cookie has to prove that it is ours
def stage(request: HttpRequest, slug: str) -> HttpResponse:
    """One stage: try it, read it."""
    if slug not in STAGE_OF:
        raise Http404(f"There is no stage {slug}.")
    shown = STAGE_OF[slug]
    context = {
        "stage": shown,
        "stages": STAGES,
        "document": document_at(shown.document),
        "before": _neighbour(shown.number - 1),
        "after": _neighbour(shown.number + 1),
        "problems": [(kind, example_of(kind)) for kind in PROBLEM_TYPES.values()],
        "site": request.build_absolute_uri("/").rstrip("/"),
        "split": is_split(),
        "broker": bool(settings.BROKER_URL),
        "database": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2],
    }
    return render(request, [shown.template, BASE], context)


def _neighbour(number: int) -> object:
    return next((each for each in STAGES if each.number == number), None)


@require_safe
def source(request: HttpRequest, name: str) -> HttpResponse:
    """A file that a stage's text names. No other is shown, whatever the path says."""
    if name not in readable_files():
        raise Http404(f"No stage tells to read {name}.")
    path = Path(settings.BASE_DIR) / name
    if path.is_dir():
        raise Http404(f"{name} is a directory.")
    code = mark_safe(file_as_markup(name, path.read_text(encoding="utf-8")))  # noqa: S308 (escaped)
    readers = [each for each in STAGES if _tells_to_read(each.document, name)]
    return render(request, "hello/source.html", {"name": name, "code": code, "readers": readers})


def _tells_to_read(document: str, name: str) -> bool:
    text = document_at(document)
    return text is not None and any(link.endswith(name) for link in text.links)
