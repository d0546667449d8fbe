"""ISBNs (ISO 2108): one spelling for all of them, with the check digit verified."""

import re

SEPARATORS = re.compile(r"[\s\u2010-\u2015-]")


def normalise_isbn(text: str) -> str:
    """The ISBN-13 in digits alone, from ISBN-13 or ISBN-10, with or without hyphens.

    Raises ValueError, with a reason for people, where it is none.
    """
    isbn = SEPARATORS.sub("", text).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", isbn):
        if isbn[-1] != check_digit_10(isbn[:9]):
            raise ValueError("The check digit of this ISBN-10 is wrong.")
        isbn = "978" + isbn[:9]
        return isbn + check_digit_13(isbn)
    if not re.fullmatch(r"97[89][0-9]{10}", isbn):
        raise ValueError("An ISBN has 10 digits, or 13 that begin with 978 or 979.")
    if isbn[-1] != check_digit_13(isbn[:12]):
        raise ValueError("The check digit of this ISBN-13 is wrong.")
    return isbn


def check_digit_10(first_nine: str) -> str:
    """Weights 10 to 2, modulo 11; ten is written X."""
    total = sum((10 - index) * int(digit) for index, digit in enumerate(first_nine))
    return "0123456789X"[-total % 11]


def check_digit_13(first_twelve: str) -> str:
    """Weights 1 and 3 in turn, modulo 10."""
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(first_twelve))
    return str(-total % 10)
