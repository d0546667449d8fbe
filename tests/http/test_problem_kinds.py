"""Whatever a view raises, the answer is the right problem."""

import pytest

from backend_practice.http.problems import PROBLEM_TYPES, kind_of
from tests.http import views

KINDS = {
    "malformed": "malformed-request",
    "conflict": "conflict",
    "stale": "precondition-failed",
    "too-large": "too-large",
    "too-many": "too-many-requests",
    "key-reused": "idempotency-key-reused",
    "still-running": "still-running",
    "unavailable": "unavailable",
    "gone": "gone",
    "locked": "locked",
    "no-room": "insufficient-storage",
    "bad-content": "unsupported-media-type",
    "bad-checksum": "checksum-mismatch",
    "bad-range": "range-not-satisfiable",
    "invalid": "invalid-input",
    "not-authenticated": "not-authenticated",
    "bad-credentials": "not-authenticated",
    "wrong-password": "not-authenticated",
    "forbidden": "forbidden",
    "django-forbidden": "forbidden",
    "not-found": "not-found",
    "django-not-found": "not-found",
    "method": "method-not-allowed",
    "not-acceptable": "not-acceptable",
    "media-type": "unsupported-media-type",
    "throttled": "too-many-requests",
    "body-too-big": "too-large",
    "suspicious": "malformed-request",
    "bad-request": "malformed-request",
    "aborted": "malformed-request",
    "database-away": "unavailable",
    "connection-closed": "unavailable",
    "crash": "internal-error",
}


def test_every_error_and_every_kind_is_tried_here():
    assert set(KINDS) == set(views.ERRORS)
    assert set(KINDS.values()) == set(PROBLEM_TYPES)


@pytest.mark.parametrize(("name", "slug"), KINDS.items())
def test_an_error_of_a_view_is_a_problem_of_its_kind(web, problem, name, slug):
    response = web.get(f"/api/v1/raise/{name}/")

    body = problem(response)
    kind = PROBLEM_TYPES[slug]
    assert (body["type"], body["title"], body["status"]) == (kind.uri, kind.title, kind.status)
    assert body["detail"]
    assert body["instance"] == f"/api/v1/raise/{name}/"


@pytest.mark.parametrize(("name", "slug"), KINDS.items())
def test_a_view_outside_of_drf_gives_the_same_problem(web, problem, name, slug):
    response = web.get(f"/api/v1/plain/{name}/")

    assert problem(response)["type"] == PROBLEM_TYPES[slug].uri


@pytest.mark.parametrize("name", KINDS)
def test_no_problem_tells_what_the_exception_said_inside(web, name):
    response = web.get(f"/api/v1/raise/{name}/")

    assert views.SECRET not in response.content.decode()


@pytest.mark.parametrize("name", ["not-authenticated", "bad-credentials", "wrong-password"])
def test_401_says_how_to_authenticate(web, name):
    response = web.get(f"/api/v1/raise/{name}/")

    assert response.status_code == 401
    assert response["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("too-many", "7"), ("unavailable", "9"), ("still-running", "1"), ("database-away", "2")],
)
def test_what_passes_says_when_to_come_back(web, name, seconds):
    response = web.get(f"/api/v1/raise/{name}/")

    assert response["Retry-After"] == seconds


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("too-many", {"name": "RATE", "value": 5}),
        ("too-large", {"name": "MAX_BODY_BYTES", "value": 9}),
        ("body-too-big", {"name": "MAX_BODY_BYTES", "value": 1024 * 1024}),
    ],
)
def test_the_limit_that_was_met_is_named(web, problem, name, limit):
    response = web.get(f"/api/v1/raise/{name}/")

    assert problem(response)["limit"] == limit


def test_a_conflict_names_the_field_at_fault(web, problem):
    response = web.get("/api/v1/raise/conflict/")

    error = {"pointer": "/name", "code": "unique", "detail": "The name is taken."}
    assert problem(response)["errors"] == [error]


def test_a_status_without_a_kind_keeps_its_number(web, problem, monkeypatch):
    monkeypatch.setitem(views.ERRORS, "odd", views.Odd)

    response = web.get("/api/v1/raise/odd/")

    body = problem(response)
    assert response.status_code == 418
    assert (body["type"], body["title"]) == ("about:blank", "I'm a Teapot")
    assert body["detail"] == "Short and stout."


def test_a_status_that_nobody_has_heard_of_is_still_told():
    kind = kind_of(599)

    assert (kind.uri, kind.status, kind.title) == ("about:blank", 599, "Error")
