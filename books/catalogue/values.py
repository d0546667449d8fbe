"""The fields of a book from the cells of a row, by the API's rules."""

from functools import lru_cache
from typing import Any

from books.catalogue import cells
from books.catalogue.report import Unusable
from books.catalogue.rules import accepted, accepted_text
from books.isbn import normalise_isbn
from books.languages import normalise_language
from books.serializers import BookSerializer


class Values:
    """Each method takes a cell that is not empty, and raises `Unusable` with the reason.

    Remembers, within bounds, the languages and genres that it has met.
    """

    def __init__(self) -> None:
        self.fields: dict[str, Any] = dict(BookSerializer().fields)
        self.language_of = lru_cache(maxsize=1_000)(normalise_language)
        self.genre_of = lru_cache(maxsize=5_000)(self._genre)

    def title(self, cell: Any) -> str:
        return accepted_text(self.fields["title"], cells.one_line(cell))

    def authors(self, cell: Any) -> list[str]:
        """In their order, each once."""
        field = self.fields["authors"]
        names = [accepted_text(field.child, item) for item in cells.items_of(cell)]
        if not names:
            raise Unusable("required", "There is no author.")
        if len(names) > field.max_length:
            raise Unusable("max_length", f"There are more than {field.max_length} authors.")
        return list(dict.fromkeys(names))

    def isbn(self, cell: Any) -> str | None:
        text = cells.isbn_text(cell)
        try:
            return normalise_isbn(text) if text else None
        except ValueError as error:
            raise Unusable("invalid", str(error)) from error

    def published_year(self, cell: Any) -> int:
        year: int = accepted(self.fields["published_year"], cells.year_number(cell))
        return year

    def language(self, cell: Any) -> str:
        if not isinstance(cell, str):
            raise Unusable("invalid", "Not a string.")
        try:
            return self.language_of(cell)
        except ValueError as error:
            raise Unusable("unknown", str(error)) from error

    def genre(self, item: Any) -> str:
        """The slug of one genre."""
        if not isinstance(item, str):
            raise Unusable("invalid", "Not a string.")
        return self.genre_of(item)

    def description(self, cell: Any) -> str:
        return accepted_text(self.fields["description"], cell)

    def _genre(self, name: str) -> str:
        slug: str = accepted(self.fields["genres"].child, cells.slug_of(name))
        return slug
