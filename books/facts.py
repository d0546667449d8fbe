"""What this app tells others: books that came, changed and went, and reviews of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from books.models import Book, Review
from events.outbox import publish, publish_many

CREATED, UPDATED, DELETED = "books.book.created", "books.book.updated", "books.book.deleted"
REVIEWED = "books.review.created"


def tell_created(book: Book, authors: Sequence[str]) -> None:
    publish(CREATED, _facts(book, authors), subject=str(book.pk))


def tell_updated(book: Book, authors: Sequence[str]) -> None:
    publish(UPDATED, _facts(book, authors), subject=str(book.pk))


def tell_deleted(book_ids: Iterable[int]) -> None:
    publish_many(DELETED, [(str(key), {"id": key}) for key in book_ids])


def tell_imported(books: Iterable[tuple[int, str, Sequence[str]]], owner_id: Any) -> None:
    """The same for many at once: key, title and authors of each."""
    owner = str(owner_id) if owner_id else None
    publish_many(
        CREATED,
        (
            (str(key), {"id": key, "title": title, "authors": list(authors), "owner": owner})
            for key, title, authors in books
        ),
    )


def tell_reviewed(review: Review, book: Book) -> None:
    """`owner` is the book's, whom it concerns; `user` wrote the review."""
    facts = {
        "id": review.pk,
        "book": book.pk,
        "title": book.title,
        "owner": _id(book.owner_id),
        "user": _id(review.owner_id),
        "rating": review.rating,
    }
    publish(REVIEWED, facts, subject=str(book.pk))


def _facts(book: Book, authors: Sequence[str]) -> dict[str, Any]:
    return {
        "id": book.pk,
        "title": book.title,
        "authors": list(authors),
        "owner": _id(book.owner_id),
    }


def _id(user_id: Any) -> str | None:
    return str(user_id) if user_id else None
