"""Whether services agree: what one of them owns, compared with what another keeps of it.

An app that owns something says `@truth("accounts.users")` of a function that lists
it, in an `agreements.py`; one that keeps copies registers a `View` of it. Over
HTTP, page by page: nobody reads another's tables.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.services.client import ask, raise_problem
from backend_practice.services.internal import ServiceView

PAGE = 500
SECONDS_TO_ANSWER = 10.0

# A key that sorts, its version, and what the copy is made from.
Row = tuple[str, int, dict[str, Any]]
ListRows = Callable[[str, int], list[Row]]

_truths: dict[str, ListRows] = {}
_views: list["View"] = []


@dataclass(frozen=True)
class View:
    """What this service keeps of something that `owner` has under `name`.

    `versions` gives our keys and versions that lie after the first key and up to
    the second, or to the end. `mend` takes the owner's row, `remove` a key that
    the owner does not have.
    """

    name: str
    owner: str
    versions: Callable[[str, str], dict[str, int]]
    mend: Callable[[Row], object]
    remove: Callable[[str], object]


@dataclass
class Findings:
    """What a comparison has found."""

    compared: int = 0
    missing: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not (self.missing or self.outdated or self.left_over)


def truth(name: str) -> Callable[[ListRows], ListRows]:
    """The function lists what this service owns: rows after a key, in order of their keys."""

    def register(list_rows: ListRows) -> ListRows:
        _truths[name] = list_rows
        return list_rows

    return register


def keep(view: View) -> None:
    """Have this view compared by `manage.py events reconcile`."""
    _views.append(view)


def all_views() -> list[View]:
    return list(_views)


def compare(view: View, *, mend: bool = False) -> Findings:
    """Page by page, what the owner has beside what we have. Raises `ServiceAway`."""
    findings, after = Findings(), ""
    for rows, is_last in pages_of(view):
        until = "" if is_last else rows[-1][0]
        compare_page(view, rows, view.versions(after, until), findings, mend=mend)
        after = until
    return findings


def compare_page(
    view: View, rows: list[Row], ours: dict[str, int], findings: Findings, *, mend: bool
) -> None:
    """Add to the findings, and mend what is found."""
    findings.compared += len(rows)
    for row in rows:
        key, version, _ = row
        if ours.get(key, -1) >= version:
            continue
        (findings.outdated if key in ours else findings.missing).append(key)
        if mend:
            view.mend(row)
    for key in sorted(ours.keys() - {key for key, _, _ in rows}):
        findings.left_over.append(key)
        if mend:
            view.remove(key)


def pages_of(view: View) -> Iterator[tuple[list[Row], bool]]:
    """The owner's rows, and whether they are the last."""
    after = ""
    while True:
        answer = ask(
            view.owner,
            "GET",
            f"/internal/truths/{view.name}/",
            params={"after": after},
            seconds=SECONDS_TO_ANSWER,
        )
        raise_problem(answer)
        rows: list[Row] = [(key, version, facts) for key, version, facts in answer.json()["rows"]]
        is_last = len(rows) < PAGE
        yield rows, is_last
        if is_last:
            return
        after = rows[-1][0]


class Truth(ServiceView):
    """What this service owns under a name, for those who keep copies of it."""

    def get(self, request: Request, name: str) -> Response:
        if name not in _truths:
            raise Http404
        return Response({"rows": _truths[name](request.query_params.get("after", ""), PAGE)})
