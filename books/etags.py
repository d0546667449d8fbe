"""ETags of this app: a row's id and version; a first part that changes with the representation.

The owner stands in them as well, because a deleted account leaves the version as it was.
"""

from backend_practice.http.conditional import strong_etag
from books.models import Author, Book, Genre, Review, fingerprint_of

FORM = "1"  # count up when a representation gains or loses a member


def book_etag(book: Book) -> str:
    """Changes with the book, and with its rating."""
    return strong_etag("b" + FORM, book.pk, book.version, book.owner_id)


def review_etag(review: Review) -> str:
    """Changes with the review."""
    return strong_etag("r" + FORM, review.pk, review.version, review.owner_id)


def author_etag(author: Author) -> str:
    """Changes with the name, which is all there is of an author."""
    return strong_etag("a" + FORM, author.pk, fingerprint_of(author.name, ()))


def genre_etag(genre: Genre) -> str:
    """A genre never changes."""
    return strong_etag("g" + FORM, genre.slug)
