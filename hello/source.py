"""Source code as HTML, for reading."""

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.util import ClassNotFound

PLAIN = "text"


def as_markup(code: str, *, language: str) -> str:
    """The code with its words marked for the style sheet; empty where the language is unknown."""
    try:
        lexer = get_lexer_by_name(language or PLAIN, stripnl=False)
    except ClassNotFound:
        return ""
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def file_as_markup(name: str, code: str) -> str:
    """A file's text, each line in a `span` with an id: `L1`, `L2`, …"""
    try:
        lexer = get_lexer_for_filename(name, stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name(PLAIN, stripnl=False)
    # Pygments closes its marks at each line's end.
    lines = str(highlight(code, lexer, HtmlFormatter(nowrap=True))).removesuffix("\n").split("\n")
    return "".join(f'<span id="L{number}">{line}\n</span>' for number, line in enumerate(lines, 1))
