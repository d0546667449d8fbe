"""What a cell means, be it text or of JSON's types; whether it may stay is asked later."""

import re
from typing import Any

import orjson
from django.utils.text import slugify

from books.catalogue.report import Unusable

BROKEN_LINE = re.compile(r"\s*[\t\n\r]\s*")
EXCEL_TEXT = re.compile(r'="([^"]*)"')  # how some exports keep a spreadsheet from dropping zeros
ROUNDED = re.compile(r"[0-9]E[+]?[0-9]+")
WHOLE_NUMBER = re.compile(r"([+-]?[0-9]{1,9})(?:\.0*)?")
SEPARATORS = re.compile(r"[\s\u2010-\u2015-]")
SHORT_ISBN = re.compile(r"[0-9]{1,9}|[0-9]{1,8}X")
ISBN_10_LENGTH = 10


def is_empty(cell: Any) -> bool:
    """Whether a cell says nothing."""
    return cell is None or cell == [] or (isinstance(cell, str) and not cell.strip())


def one_line(text: Any) -> Any:
    """A title or a name, trimmed, on one line; what is no text stays as it is."""
    if not isinstance(text, str):
        return text
    return text.strip() if text.isprintable() else BROKEN_LINE.sub(" ", text.strip())


def items_of(cell: Any) -> list[Any]:
    """The parts of a list: from JSON, or text split at semicolons if there is one, else at commas.

    Raises `Unusable` for what begins like a JSON list and is none.
    """
    if isinstance(cell, str) and not cell.lstrip().startswith("["):
        cell = cell.split(";" if ";" in cell else ",")
    items = _json_list(cell)
    return [one_line(item) for item in items if not is_empty(item)]


def genres_of(cell: Any) -> list[Any]:
    """As `items_of`, but split at semicolons and commas alike: no genre's name has either."""
    text = cell.replace(";", ",") if isinstance(cell, str) and "[" not in cell else cell
    return items_of(text)


def isbn_text(cell: Any) -> str:
    """An ISBN with the leading zeros that a spreadsheet took; may still be none.

    Raises `Unusable` for what has been rounded.
    """
    text = SEPARATORS.sub("", _number_text(cell)).upper()
    if match := EXCEL_TEXT.fullmatch(text):
        text = match[1]
    if ROUNDED.search(text):
        raise Unusable("rounded", "Rounded by a spreadsheet: its last digits are lost.")
    text = text.removesuffix(".0")
    # Zeros alone stand for no ISBN, though their check digit is right.
    is_short = SHORT_ISBN.fullmatch(text) and text.strip("0")
    return text.zfill(ISBN_10_LENGTH) if is_short else text


def year_number(cell: Any) -> int:
    """A year from `2008`, `2008.0` or `-720.0`. Raises `Unusable` for anything else."""
    match = WHOLE_NUMBER.fullmatch(_number_text(cell).strip())
    if not match:
        raise Unusable("invalid", "Not a year in digits.")
    return int(match[1])


def slug_of(name: str) -> str:
    """`Science Fiction` is the genre `science-fiction`."""
    return slugify(name.replace("_", " "))


def _json_list(cell: Any) -> list[Any]:
    try:
        items = orjson.loads(cell) if isinstance(cell, str) else cell
    except orjson.JSONDecodeError as error:
        raise Unusable("invalid", "Begins like a JSON list and is none.") from error
    if not isinstance(items, list):
        raise Unusable("invalid", "Neither a list nor text.")
    return items


def _number_text(cell: Any) -> str:
    """JSON may have as a number what CSV has as text."""
    if not isinstance(cell, str | int | float):
        raise Unusable("invalid", "Neither text nor a number.")
    return str(cell)
