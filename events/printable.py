"""Whatever came or went wrong, as a text that every database stores and every terminal shows."""

MOST_TOLD = 2000


def printable(text: str) -> str:
    """The beginning of it, with a mark for each letter that has no shape: NUL, half a pair."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}"
        for letter in text[:MOST_TOLD]
    )


def describe(error: BaseException) -> str:
    """Its name and what it says; some fail even at that."""
    try:
        words = str(error)
    except Exception:
        words = ""
    return printable(f"{type(error).__name__}: {words}")
