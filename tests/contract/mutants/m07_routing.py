"""Stage 7, broken."""

from .kinds import (
    Mutant,
    always,
    nothing,
    only_for,
    with_members,
)

API = "/api/v1/"
REVIEWS = rf"{API}books/[^/]+/reviews/"
REVIEW = f"{REVIEWS}[^/]+/"


def under_any_book(original):
    from books.models import Review

    return lambda book_id: Review.objects.all()


def of_any_genre(original):
    from books.selectors import all_books

    return lambda genre: all_books()


MUTANTS = [
    Mutant("reviews-create", "loses the text", f"POST {REVIEWS}", sent=with_members(text="")),
    Mutant(
        "reviews-create", "is not in the list", f"GET {REVIEWS}$", told=with_members(results=[])
    ),
    Mutant("reviews-change", "changes nothing", f"PATCH {REVIEW}", method="GET"),
    Mutant(
        "reviews-change",
        "deletes nothing",
        f"DELETE {REVIEW}",
        method="GET",
        status=only_for(200, 204),
        body=b"",
    ),
    Mutant(
        "reviews-one-a-reader",
        "as often as one likes",
        f"POST {REVIEWS}",
        status=only_for(409, 201),
    ),
    Mutant(
        "reviews-checked",
        "six stars",
        f"POST {REVIEWS}",
        sent=lambda form: {**form, "rating": 5} if form.get("rating") == 6 else form,
    ),
    Mutant(
        "reviews-wrong-parent",
        "under any book",
        code="books.views.reviews:reviews_of",
        instead=under_any_book,
    ),
    Mutant(
        "authors",
        "the last is left out",
        f"GET {API}authors/[0-9]+/books/",
        told=lambda told: {**told, "results": told["results"][:-1]},
    ),
    Mutant(
        "authors",
        "an unknown one has written nothing",
        f"GET {API}authors/[0-9]+/books/",
        status=only_for(404, 200),
    ),
    Mutant(
        "genres", "books of all", code="books.views.genres:books_of_genre", instead=of_any_genre
    ),
    Mutant("books-by-isbn", "only as it is stored", f"GET {API}books/isbn/.*-", status=404),
    Mutant("books-by-isbn", "another book", f"GET {API}books/isbn/", told=with_members(id=1)),
    Mutant(
        "ratings-follow", "are never counted", code="books.services:_count_rating", instead=nothing
    ),
    Mutant(
        "ratings-follow",
        "whole stars",
        f"GET {API}books/[^/]+/$",
        told=lambda book: {**book, "rating": book["rating"] and int(book["rating"])},
    ),
    Mutant(
        "reviews-of-others", "anybody may", code="books.services:may_change", instead=always(True)
    ),
    Mutant(
        "reviews-stale-if-match",
        "the last writer wins",
        f"(PATCH|DELETE) {REVIEW}",
        drop=("If-Match",),
    ),
    Mutant(
        "security-headers",
        "scripts from anywhere",
        "GET /",
        headers={"Content-Security-Policy": "default-src *; frame-ancestors 'none'"},
    ),
    Mutant(
        "security-headers",
        "inline scripts",
        f"GET {API}books/",
        headers={
            "Content-Security-Policy": "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
        },
    ),
    Mutant("server-timing", "nobody measures", f"GET {API}books/", without=("Server-Timing",)),
    Mutant(
        "bodies-limited-everywhere",
        "not for those without a token",
        f"POST {API}jobs/",
        status=only_for(413, 401),
    ),
    Mutant("unknown-parameters", "are ignored", f"GET {API}authors/", query=lambda query: ""),
    Mutant("metrics", "nothing to see", "GET /metrics", body=b"ok"),
    Mutant(
        "forwarded-headers-are-not-believed",
        "links lead elsewhere",
        f"GET {API}books/",
        body=lambda body: body.replace(b"127.0.0.1", b"evil.example"),
    ),
    Mutant(
        "forwarded-headers-are-not-believed",
        "any address",
        f"GET {API}auth/sessions/",
        told=lambda told: {
            **told,
            "results": [{**row, "address": "203.0.113.7"} for row in told["results"]],
        },
    ),
]
