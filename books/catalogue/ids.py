"""Ids by name for rows that many books share, remembered within bounds."""

from collections.abc import Callable, Iterable
from itertools import islice

from backend_practice import bulk
from books.models import Author, Genre

MAX_REMEMBERED = 20_000
MAX_ASKED = 5_000  # names in one query; databases take no end of parameters

Make = Callable[[str, int], Author | Genre]


class Ids:
    """The ids of authors, or of genres, by name.

    What a transaction found is remembered when `remember` is called after it:
    the ids of one that was undone are nobody's.
    """

    def __init__(self, name_field: str, model: type[Author | Genre], make: Make) -> None:
        self.name_field, self.model, self.make = name_field, model, make
        self.remembered: dict[str, int] = {}
        self.found: dict[str, int] = {}

    def of(self, names: Iterable[str]) -> dict[str, int]:
        """The ids of these names; rows that are not there yet are made."""
        wanted = dict.fromkeys(names)
        self.found = {name: self.remembered[name] for name in wanted if name in self.remembered}
        unknown = iter(sorted(wanted.keys() - self.found.keys()))  # one order for all writers
        while some := list(islice(unknown, MAX_ASKED)):
            self.found |= self._stored(some)
            self._add([name for name in some if name not in self.found])
        return self.found

    def remember(self) -> None:
        """Keep what was found last, and of the rest what was used most recently."""
        for name in self.found:
            self.remembered.pop(name, None)
        self.remembered |= self.found
        for name in list(islice(self.remembered, max(0, len(self.remembered) - MAX_REMEMBERED))):
            del self.remembered[name]

    def forget(self) -> None:
        """Ask the database again: somebody may have deleted a row."""
        self.remembered, self.found = {}, {}

    def _stored(self, names: list[str]) -> dict[str, int]:
        rows = self.model.objects.filter(**{f"{self.name_field}__in": names})
        return dict(rows.values_list(self.name_field, "pk"))

    def _add(self, names: list[str]) -> None:
        if names:
            keys = bulk.next_keys(self.model, len(names))
            self.found |= zip(names, keys, strict=True)
            bulk.insert_objects(self.model, map(self.make, names, keys))


def author_ids() -> Ids:
    return Ids("name", Author, _author)


def genre_ids() -> Ids:
    return Ids("slug", Genre, lambda slug, key: Genre(pk=key, slug=slug))


def _author(name: str, key: int) -> Author:
    author = Author(pk=key, name=name)
    author.derive()
    return author
