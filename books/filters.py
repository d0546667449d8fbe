"""What can be asked of the list of books: `?q=`, filters and `?ordering=`."""

from typing import Any

from rest_framework import serializers

from backend_practice.http.pagination import Ordering, PageQuery
from backend_practice.http.query import invalid_parameter
from books.languages import normalise_language
from books.models import FIRST_YEAR, LAST_YEAR, Author, BookQuerySet, Genre
from books.search import search
from books.words import sort_key

# A value that is missing (no year, no review) comes before all others.
COLUMNS = {
    "title": "title_key",
    "published_year": "year_order",
    "created_at": "created_at",
    "rating": "rating_order",
}
ORDERINGS = {
    **{name: Ordering(column) for name, column in COLUMNS.items()},
    **{f"-{name}": Ordering(column, descending=True) for name, column in COLUMNS.items()},
}
NEWEST_FIRST, BEST_MATCH_FIRST = ORDERINGS["-created_at"], Ordering("rank")


class BookQuery(PageQuery):
    """The query parameters of every list of books."""

    q = serializers.CharField(
        required=False,
        max_length=300,
        help_text="Words of title and authors, accents and case ignored; `har*` for a beginning.",
    )
    author = serializers.CharField(
        required=False, max_length=200, help_text="An author's id or name."
    )
    genre = serializers.CharField(required=False, max_length=50, help_text="A genre's slug.")
    language = serializers.CharField(
        required=False, max_length=35, help_text="BCP 47; `en` finds `en-US` as well."
    )
    published_from = serializers.IntegerField(
        required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text="This year or later."
    )
    published_to = serializers.IntegerField(
        required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text="This year or earlier."
    )
    ordering = serializers.ChoiceField(
        required=False,
        choices=list(ORDERINGS),
        help_text="Newest first unless told, or the best match first with `q`.",
    )


def filtered(books: BookQuerySet, query: dict[str, Any]) -> BookQuerySet:
    """The books that the query asks for.

    Raises `InvalidQuery` for an author, genre or language that does not exist.
    """
    if "author" in query:
        books = _by_author(books, query["author"])
    if "genre" in query:
        books = books.of_genre(_known_genre(query["genre"]))
    if "language" in query:
        books = books.in_language(_known_language(query["language"]))
    if {"published_from", "published_to"} & set(query):
        years = query.get("published_from", FIRST_YEAR), query.get("published_to", LAST_YEAR)
        books = books.published_between(*years)
    return search(books, query["q"]) if "q" in query else books


def ordering_of(query: dict[str, Any]) -> Ordering:
    """The order that the query asks for, or the one that suits it."""
    if "ordering" in query:
        return ORDERINGS[query["ordering"]]
    return BEST_MATCH_FIRST if "q" in query else NEWEST_FIRST


def _by_author(books: BookQuerySet, author: str) -> BookQuerySet:
    is_number = author.isascii() and author.isdigit()
    if is_number and Author.objects.filter(pk=int(author)).exists():
        return books.by_author(int(author))
    if sort_key(author) and Author.objects.filter(name_key=sort_key(author)).exists():
        return books.by_author_named(author)
    raise invalid_parameter("author", "There is no such author.", code="unknown_value")


def _known_genre(slug: str) -> str:
    if not Genre.objects.filter(slug=slug).exists():
        raise invalid_parameter("genre", "There is no such genre.", code="unknown_value")
    return slug


def _known_language(tag: str) -> str:
    try:
        return normalise_language(tag)
    except ValueError as error:
        raise invalid_parameter("language", str(error), code="unknown_value") from error
