"""What a part of an address may look like."""


class NameConverter:
    """Any text at all: a name may hold a slash, or a line break, which `.` would not match."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
