"""Reads, each with the fewest queries: rows are reached through these and nowhere else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from books.models import Author, Authorship, Book, BookQuerySet, Genre, Review

Names = dict[int, list[str]]

# Authors in the order of the title page; genres have no place in it.
NAMES = """
    SELECT written.book_id, written.position, author.name
    FROM books_authorship written JOIN books_author author ON author.id = written.author_id
    WHERE written.book_id IN ({keys})
    UNION ALL
    SELECT kind.book_id, NULL, genre.slug
    FROM books_book_genres kind JOIN books_genre genre ON genre.id = kind.genre_id
    WHERE kind.book_id IN ({keys})
    ORDER BY 2
"""


def all_books() -> BookQuerySet:
    """Every book; anyone may read them. `read_names` gives those that are shown their names."""
    return Book.objects.all()


def found_book(**key: Any) -> Book:
    """The one book with this key, with its names. Raises `Http404` where there is none."""
    book: Book = get_object_or_404(all_books(), **key)
    read_names([book])
    return book


def read_names(books: Sequence[Book]) -> None:
    """Give books the names of their authors and genres, at one query however many they are.

    In SQL by hand, for every page of books asks it: to have it written anew each
    time takes longer than to run it.
    """
    if not books:
        return
    keys = [book.pk for book in books]
    marks = ", ".join(["%s"] * len(keys))
    authors: Names = defaultdict(list)
    genres: Names = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(NAMES.format(keys=marks), keys * 2)
        for book_id, position, name in cursor.fetchall():
            (genres if position is None else authors)[book_id].append(name)
    for book in books:
        book.author_names, book.genre_slugs = authors[book.pk], sorted(genres[book.pk])


def author_names(first: int, last: int) -> Names:
    """Of the books with ids from `first` to `last`, in the order of the title page."""
    written = Authorship.objects.filter(book__pk__range=(first, last)).order_by("position")
    return _by_book(written.values_list("book_id", "author__name"))


def genre_slugs(first: int, last: int) -> Names:
    """Of the books with ids from `first` to `last`, sorted."""
    kinds = Book.genres.through.objects.filter(book__pk__range=(first, last))
    names = _by_book(kinds.values_list("book_id", "genre__slug"))
    for slugs in names.values():
        slugs.sort()
    return names


def _by_book(pairs: Iterable[tuple[int, str]]) -> Names:
    names: Names = defaultdict(list)
    for book_id, name in pairs:
        names[book_id].append(name)
    return names


def books_by(author: Author) -> BookQuerySet:
    """The books that this author has written, alone or with others."""
    return all_books().by_author(author.pk)


def books_of_genre(genre: Genre) -> BookQuerySet:
    """The books of one kind."""
    return all_books().of_genre(genre.slug)


def reviews_of(book_id: int) -> QuerySet[Review]:
    """The reviews of one book: a review of another is not found here."""
    return Review.objects.filter(book_id=book_id)
