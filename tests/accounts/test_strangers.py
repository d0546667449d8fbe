"""A stranger at every route that belongs to somebody: nothing read, nothing written."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from accounts.identity.models import Session
from backend_practice.files import store_upload
from books import services
from books.models import Book, Review
from jobs.models import Job
from jobs.services import request_job
from uploads.models import Upload

pytestmark = pytest.mark.django_db
CHANGES = ("put", "patch", "delete")
# A link proves itself, and tus wants headers of its own: tests/uploads asks there as a stranger.
PROVED_OTHERWISE = {("/api/v1/uploads/{upload_id}/content/", "put")}
OWNED = ("book_id", "review_id", "session_id", "job_id", "upload_id")
ASKS_OF_A_JOB = ("/cancel/", "/retry/")
BODIES = {
    "books/{book_id}/": {"title": "Mine now", "authors": ["Charlie"]},
    "books/{book_id}/reviews/{review_id}/": {"rating": 1},
}


def routes():
    """Every route and method of the schema."""
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    every = [(path, method) for path, methods in paths.items() for method in methods]
    return [each for each in every if each not in PROVED_OTHERWISE and "/tus/" not in each[0]]


@pytest.fixture
def alices(alice, log_in):
    """What is alice's, by the parameters of the routes."""
    book = services.create_book(owner=alice, title="Hers", authors=["Alice"], genres=["fiction"])
    review = services.add_review(book.pk, owner=alice, rating=5, text="Mine.")
    log_in(alice)
    upload_id = store_upload([b"Hers."], owner_id=alice.pk, name="a.txt", content_type="text/plain")
    job = request_job("jobs.sleep", {"seconds": 1}, owner_id=alice.pk)
    return {
        "book_id": book.pk,
        "job_id": job.pk,
        "upload_id": upload_id,
        "size": 256,
        "review_id": review.pk,
        "session_id": Session.objects.get().pk,
    }


def everything():
    return (
        list(Book.objects.values()),
        list(Review.objects.values()),
        list(Session.objects.values("id", "ended_at", "generation")),
        list(Job.objects.values()),
        list(Upload.objects.values()),
    )


def owned(path):
    return any(f"{{{name}}}" in path for name in OWNED)


@pytest.mark.parametrize(
    ("path", "method"),
    [(p, m) for p, m in routes() if owned(p) and (m in CHANGES or p.endswith(ASKS_OF_A_JOB))],
)
def test_a_stranger_changes_nothing(path, method, alices, charlie, client_of, anonymous):
    before = everything()
    body = BODIES.get(path.removeprefix("/api/v1/"), {})

    by_stranger = getattr(client_of(charlie), method)(path.format(**alices), body)
    by_nobody = getattr(anonymous, method)(path.format(**alices), body)

    assert by_stranger.status_code in (403, 404)
    assert by_nobody.status_code == 401
    assert everything() == before


@pytest.mark.parametrize(
    ("path", "method"),
    [(p, m) for p, m in routes() if m != "get" and "/auth/" not in p]
    + [
        (p, m)
        for p, m in routes()
        if any(part in p for part in ("/me/", "/sessions/", "/ticket/", "/change/"))
    ],
)
def test_whatever_needs_a_login_says_so(path, method, alices, anonymous):
    parameters = {**alices, "author_id": 1, "slug": "fiction", "isbn": "9780141439518"}

    answer = getattr(anonymous, method)(path.format(**parameters), {})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
