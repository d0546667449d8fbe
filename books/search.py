"""Search by words of title and authors, on each database's own full-text index.

The index holds `Book.search_text`: folded words with single spaces (see
`books.words`), so that both databases find the same books. The order is
computed from the same text: best match first.
"""

from typing import Any

from django.db import connections
from django.db.models import BooleanField, Case, F, Func, IntegerField, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Concat, Length
from django.db.models.lookups import Contains

from books.models import BookQuerySet
from books.words import words_of

# One step in how well a title fits; the length of the text decides within a step.
STEP = 10_000_000


def search(books: BookQuerySet, text: str) -> BookQuerySet:
    """The books in which every word of the text occurs, each with its `rank`, lowest best.

    A last word that ends in `*` stands for all that begin with it. A text
    without any word finds nothing.
    """
    words = words_of(text)
    if words:
        matches = MATCHES[connections[books.db].vendor]
        books = books.filter(matches(words, is_prefix=text.rstrip().endswith("*")))
    else:
        books = books.none()
    return books.annotate(rank=rank(" ".join(words)))


def rank(phrase: str) -> CombinedExpression:
    """The whole title, its beginning, a part of it, or only words; then shorter before longer."""
    title = Concat(Value(" "), F("title_key"), Value(" "))
    step = Case(
        When(title_key=phrase, then=Value(0)),
        When(title_key__startswith=f"{phrase} ", then=Value(STEP)),
        When(Contains(title, f" {phrase} "), then=Value(2 * STEP)),
        default=Value(3 * STEP),
        output_field=IntegerField(),
    )
    return step + Length("search_text")


class Matches(Func):
    """A condition over the full-text index, in a database's own language."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, words: list[str], *, is_prefix: bool) -> None:
        super().__init__(F("pk"), F("search_text"), Value(self.query(words, is_prefix)))

    def query(self, words: list[str], is_prefix: bool) -> str:
        raise NotImplementedError

    def as_sql(
        self, compiler: Any, connection: Any, *args: Any, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        pk, search_text, query = (
            compiler.compile(expression) for expression in self.get_source_expressions()
        )
        sql = self.template.format(pk=pk[0], search_text=search_text[0], query=query[0])
        return sql, tuple(query[1])


class MatchesInSQLite(Matches):
    """FTS5; each word is quoted, for its query language has operators."""

    template = "{pk} IN (SELECT rowid FROM books_words WHERE books_words MATCH {query})"

    def query(self, words: list[str], is_prefix: bool) -> str:
        return " ".join(f'"{word}"' for word in words) + ("*" if is_prefix else "")


class MatchesInPostgreSQL(Matches):
    """The GIN index over the words; the cast takes them as they are, without a parser."""

    template = "array_to_tsvector(string_to_array({search_text}, ' ')) @@ ({query})::tsquery"

    def query(self, words: list[str], is_prefix: bool) -> str:
        return " & ".join(f"'{word}'" for word in words) + (":*" if is_prefix else "")


MATCHES: dict[str, type[Matches]] = {
    "sqlite": MatchesInSQLite,
    "postgresql": MatchesInPostgreSQL,
}
