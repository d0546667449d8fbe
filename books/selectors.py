"""Reads, each with the fewest queries: rows are reached through these and nowhere else."""

from django.db.models import QuerySet, prefetch_related_objects

from books.models import Author, Book, BookQuerySet, Genre, Review, people


def all_books() -> BookQuerySet:
    """Every book; anyone may read them."""
    return Book.objects.with_people()


def load_people(book: Book) -> Book:
    """This book with its authors in order and its genres, as `all_books` would give it."""
    prefetch_related_objects([book], *people())
    return book


def books_by(author: Author) -> BookQuerySet:
    """The books that this author has written, alone or with others."""
    return all_books().by_author(author.pk)


def books_of_genre(genre: Genre) -> BookQuerySet:
    """The books of one kind."""
    return all_books().of_genre(genre.slug)


def reviews_of(book_id: int) -> QuerySet[Review]:
    """The reviews of one book: a review of another is not found here."""
    return Review.objects.filter(book_id=book_id)
