"""Everything that changes books and reviews. Each function owns its transaction.

Raised by all that change a row: `Http404` where it is not there,
`PermissionDenied` where it is somebody else's, `PreconditionFailed` where it
has changed since the caller read it.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Sum
from django.shortcuts import get_object_or_404
from django.utils import timezone

from backend_practice.http.conditional import Precondition
from backend_practice.http.problems import Conflict
from books.etags import book_etag, review_etag
from books.facts import tell_created, tell_deleted, tell_reviewed, tell_updated
from books.models import Author, Authorship, Book, Genre, Review, User, may_change
from books.selectors import all_books, read_names


def create_book(*, owner: User, authors: list[str], genres: list[str], **fields: Any) -> Book:
    """A new book of this owner; authors and genres that are not there yet are made.

    Raises `Conflict` for an ISBN that another book has.
    """
    now = timezone.now()
    book = Book(owner=owner, created_at=now, updated_at=now, **fields)  # type: ignore[misc]
    book.derive(authors)
    try:
        with transaction.atomic():
            people, kinds = authors_named(authors), genres_with(genres)
            book.save(force_insert=True)
            _link_authors(book, authors, people)
            book.genres.add(*kinds.values())
            tell_created(book, authors)
    except IntegrityError as error:
        raise _conflict(error, book.isbn) from error
    book.author_names, book.genre_slugs = authors, sorted(kinds)
    return book


def change_book(
    book_id: int, *, by: User, precondition: Precondition, changes: dict[str, Any]
) -> Book:
    """The book with these members set and no others touched.

    Raises `Conflict` for an ISBN that another book has.
    """
    fields = dict(changes)
    authors, genres = fields.pop("authors", None), fields.pop("genres", None)
    try:
        with transaction.atomic():
            book = _locked_book(book_id, by, precondition)
            if authors is not None:
                _set_authors(book, authors)
            if genres is not None:
                book.genres.set(genres_with(genres).values())
            read_names([book])
            for name, value in fields.items():
                setattr(book, name, value)
            book.derive(book.author_names)
            book.version += 1
            book.updated_at = timezone.now()
            book.save(force_update=True)
            tell_updated(book, book.author_names)
            return book
    except IntegrityError as error:
        raise _conflict(error, fields.get("isbn")) from error


def delete_book(book_id: int, *, by: User, precondition: Precondition) -> None:
    """The book goes, and its reviews with it."""
    with transaction.atomic():
        _locked_book(book_id, by, precondition).delete()
        tell_deleted([book_id])


def add_review(book_id: int, *, owner: User, rating: int, text: str) -> Review:
    """What this reader thinks of the book; the book's rating follows.

    Raises `Http404` without such a book, `Conflict` for a second review by one reader.
    """
    try:
        with transaction.atomic():
            book = _lock(book_id)
            now = timezone.now()
            review = Review.objects.create(  # type: ignore[misc]
                book_id=book_id,
                owner=owner,
                rating=rating,
                text=text,
                created_at=now,
                updated_at=now,
            )
            _count_rating(book_id, rating=rating, reviews=1)
            tell_reviewed(review, book)
    except IntegrityError as error:
        raise Conflict("You have reviewed this book already: change that review.") from error
    return review


def change_review(
    book_id: int, review_id: int, *, by: User, precondition: Precondition, changes: dict[str, Any]
) -> Review:
    """The review with these members set; the book's rating follows."""
    with transaction.atomic():
        review = _locked_review(book_id, review_id, by, precondition)
        before = review.rating
        for name, value in changes.items():
            setattr(review, name, value)
        review.version += 1
        review.updated_at = timezone.now()
        review.save()
        if review.rating != before:
            _count_rating(book_id, rating=review.rating - before, reviews=0)
    return review


def delete_review(book_id: int, review_id: int, *, by: User, precondition: Precondition) -> None:
    """The review goes; the book's rating follows."""
    with transaction.atomic():
        review = _locked_review(book_id, review_id, by, precondition)
        review.delete()
        _count_rating(book_id, rating=-review.rating, reviews=-1)


def clear_covers(upload_id: UUID) -> int:
    """Take this upload from the books that have it as their cover; how many there were.

    Nobody is told: what others hear of a book does not change.
    """
    return Book.objects.filter(cover=upload_id).update(
        cover=None, version=F("version") + 1, updated_at=timezone.now()
    )


def recount_ratings(book_ids: Iterable[int]) -> None:
    """Bring books' ratings in line with their reviews, after the admin has changed these."""
    for book_id in book_ids:
        with transaction.atomic():
            # Waits for whoever changes the book or its reviews just now.
            list(Book.objects.select_for_update().filter(pk=book_id).values("pk"))
            sums = Review.objects.filter(book_id=book_id).aggregate(
                total=Sum("rating"), count=Count("pk")
            )
            Book.objects.filter(pk=book_id).update(
                ratings_total=sums["total"] or 0,
                reviews_count=sums["count"],
                version=F("version") + 1,
            )


def authors_named(names: Iterable[str]) -> dict[str, Author]:
    """The authors of these names, those that are missing made; at two or three queries."""
    wanted = sorted(set(names))  # one order for all writers: no deadlocks
    authors = {author.name: author for author in Author.objects.filter(name__in=wanted)}
    missing = [Author(name=name) for name in wanted if name not in authors]
    if missing:
        for author in missing:
            author.derive()
        Author.objects.bulk_create(missing, ignore_conflicts=True)
        made = Author.objects.filter(name__in=[author.name for author in missing])
        authors |= {author.name: author for author in made}
    return authors


def genres_with(slugs: Iterable[str]) -> dict[str, Genre]:
    """The genres of these slugs, those that are missing made."""
    wanted = sorted(set(slugs))
    genres = {genre.slug: genre for genre in Genre.objects.filter(slug__in=wanted)}
    missing = [Genre(slug=slug) for slug in wanted if slug not in genres]
    if missing:
        Genre.objects.bulk_create(missing, ignore_conflicts=True)
        genres |= {genre.slug: genre for genre in Genre.objects.filter(slug__in=wanted)}
    return genres


def refresh_derived(books: Iterable[Book]) -> None:
    """Bring the search text of these books up to date, after an author's name has changed.

    Each is read again under a lock: a change made meanwhile is not undone.
    """
    for book_id in [book.pk for book in books]:
        with transaction.atomic():
            book = all_books().select_for_update(of=("self",)).filter(pk=book_id).first()
            if book is None:
                continue
            book.derive(book.author_names)
            book.version += 1
            book.save(update_fields=["title_key", "search_text", "fingerprint", "version"])


def _locked_book(book_id: int, by: User, precondition: Precondition) -> Book:
    book: Book = get_object_or_404(Book.objects.select_for_update(of=("self",)), pk=book_id)
    if not may_change(by, book.owner_id):
        raise PermissionDenied("Only its owner and staff may change a book.")
    precondition(book_etag(book))
    return book


def _locked_review(book_id: int, review_id: int, by: User, precondition: Precondition) -> Review:
    # The book first, then its review: every writer locks in this order.
    _lock(book_id)
    review = get_object_or_404(Review.objects.select_for_update(), pk=review_id, book_id=book_id)
    if not may_change(by, review.owner_id):
        raise PermissionDenied("Only its owner and staff may change a review.")
    precondition(review_etag(review))
    return review


def _lock(book_id: int) -> Book:
    """Whoever changes the book or its reviews waits; `Http404` where it is not there."""
    books = Book.objects.select_for_update().only("pk", "title", "owner_id")
    return get_object_or_404(books, pk=book_id)


def _set_authors(book: Book, names: list[str]) -> None:
    authors = authors_named(names)
    book.authorships.all().delete()
    _link_authors(book, names, authors)


def _link_authors(book: Book, names: list[str], authors: dict[str, Author]) -> None:
    Authorship.objects.bulk_create(
        Authorship(book=book, author=authors[name], position=position)
        for position, name in enumerate(names)
    )


def _count_rating(book_id: int, *, rating: int, reviews: int) -> None:
    Book.objects.filter(pk=book_id).update(
        ratings_total=F("ratings_total") + rating,
        reviews_count=F("reviews_count") + reviews,
        version=F("version") + 1,
    )


def _conflict(error: IntegrityError, isbn: str | None) -> Conflict:
    """What the database refused, for people: both databases name the column."""
    if isbn and "isbn" in str(error):
        return Conflict(f"Another book has the ISBN {isbn}.", pointer="/isbn")
    return Conflict("Something that the book refers to was removed meanwhile: send it again.")
