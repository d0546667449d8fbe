"""Which column holds which field: found by name, however it is written, or told."""

from collections.abc import Mapping, Sequence

from books.catalogue.report import CatalogueError, shown

# Each field's usual names, the better ones first.
NAMES = {
    "title": ("title", "book title", "name", "book name", "original title"),
    "authors": ("authors", "author", "author names", "author name", "book author", "writers"),
    "isbn": ("isbn", "isbn10", "isbn13"),
    "published_year": (
        "published year",
        "original publication year",
        "publication year",
        "year published",
        "year of publication",
        "year",
    ),
    "language": ("language", "language code", "language tag", "lang"),
    "genres": ("genres", "genre", "categories", "category", "subjects", "subject"),
    "description": ("description", "summary", "synopsis", "abstract", "blurb"),
}
FIELDS = tuple(NAMES)
REQUIRED = ("title", "authors")
MAX_SHOWN = 40


def columns_of(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """The position of each field that has a column; what is mapped is taken from there alone."""
    positions = _positions(header)
    found: dict[str, int] = {}
    for field in FIELDS:
        names = [name for name in _wanted(field, mapping) if name in positions]
        if names:
            found[field] = positions[names[0]]
    return found


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Raise `CatalogueError` for a field that no book has."""
    for field in mapping:
        if field not in FIELDS:
            raise CatalogueError(f"There is no field {field!r}; a book has {', '.join(FIELDS)}.")


def check_columns(header: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Raise `CatalogueError` for a mapped column that is not there, or no title or authors."""
    found = columns_of(header, mapping)
    for field in (*mapping, *REQUIRED):
        if field not in found:
            wanted = f"no column {mapping[field]!r}" if field in mapping else f"no {field} column"
            raise CatalogueError(f"There is {wanted}; the file has {_listed(header)}.")


def _positions(header: Sequence[str]) -> dict[str, int]:
    """Columns by their names as they stand and simplified; of two alike the first."""
    positions: dict[str, int] = {}
    for position, name in enumerate(header):
        positions.setdefault(name.strip(), position)
    for position, name in enumerate(header):
        positions.setdefault(_simple(name), position)
    return positions


def _wanted(field: str, mapping: Mapping[str, str]) -> tuple[str, ...]:
    if field in mapping:
        return (mapping[field].strip(), _simple(mapping[field]))
    return tuple(_simple(name) for name in NAMES[field])


def _simple(name: str) -> str:
    """`Published_Year` and `published year` are one name."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _listed(header: Sequence[str]) -> str:
    names = ", ".join(shown(name) for name in header[:MAX_SHOWN])
    return names + (", …" if len(header) > MAX_SHOWN else "") or "none"
