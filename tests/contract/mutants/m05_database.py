"""Stage 5, broken."""

import itertools

from .kinds import Mutant, only_for, with_members, without_members

count = itertools.count()


def newest_book_forgotten():
    from django.db import connections

    from books.models import Book

    newest = Book.objects.order_by("-pk").values_list("pk", flat=True).first()
    Book.objects.filter(pk=newest).delete()
    connections.close_all()


def now_and_then_another(book):
    return {**book, "title": "lost"} if next(count) % 5 == 4 else book


MUTANTS = [
    Mutant("database-outlives-a-restart", "kept in memory", at_restart=newest_book_forgotten),
    Mutant(
        "database-keeps-an-isbn-unique",
        "takes all of them",
        "POST /api/v1/books/$",
        sent=without_members("isbn"),
    ),
    Mutant(
        "database-keeps-one-review-a-reader",
        "says yes to all",
        "POST /api/v1/books/[^/]+/reviews/",
        status=only_for(409, 201),
    ),
    Mutant(
        "database-keeps-one-review-a-reader",
        "counts all",
        "GET /api/v1/books/[^/]+/$",
        told=with_members(reviews_count=4),
    ),
    Mutant(
        "database-takes-writers-at-once",
        "loses one in five",
        "POST /api/v1/books/$",
        sent=now_and_then_another,
    ),
    Mutant("database-takes-writers-at-once", "is locked", "POST /api/v1/books/$", status=503),
    Mutant(
        "database-loses-no-update", "the last one wins", "PATCH /api/v1/books/", drop=("If-Match",)
    ),
    Mutant(
        "database-is-watched", "asks nobody", "GET /healthz/ready", told=without_members("checks")
    ),
]
