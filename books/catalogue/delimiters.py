"""What stands between the cells of a row."""

import csv
from collections.abc import Mapping

from books.catalogue.columns import columns_of
from books.catalogue.report import CatalogueError

USUAL = (",", ";", "\t", "|")
SPELLED = {"tab": "\t", "\\t": "\t"}


def delimiter_of(header: str, mapping: Mapping[str, str]) -> str:
    """Of the usual ones the one that shows most fields in the header, then most columns."""
    return max(USUAL, key=lambda delimiter: _columns_shown(header, delimiter, mapping))


def known_delimiter(text: str) -> str:
    """The character that was told, a tab perhaps by its name. Raises `CatalogueError`."""
    delimiter = SPELLED.get(text.lower(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise CatalogueError(f"A delimiter is one character, or the word tab, not {text!r}.")
    return delimiter


def _columns_shown(header: str, delimiter: str, mapping: Mapping[str, str]) -> tuple[int, int]:
    try:
        cells = next(csv.reader([header], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return 0, 0
    return len(columns_of(cells, mapping)), len(cells)
