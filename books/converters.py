"""Path converters: what is no id or ISBN matches no route, and so is a 404."""

from books.isbn import normalise_isbn

LARGEST_ID = 2**63 - 1


class IdConverter:
    """A positive 64-bit number, as the database counts."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_ID:
            raise ValueError("Larger than any id.")
        return number

    def to_url(self, value: int) -> str:
        return str(value)


class IsbnConverter:
    """An ISBN-10 or ISBN-13 with or without hyphens; the view gets thirteen digits."""

    regex = "[0-9Xx-]{10,20}"

    def to_python(self, value: str) -> str:
        return normalise_isbn(value)

    def to_url(self, value: str) -> str:
        return value
