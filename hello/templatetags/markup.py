"""Filters that turn plain text and JSON into HTML for the pages."""

import re

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

CODE = re.compile(r"`([^`]+)`")
JSON_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")(?P<colon>\s*:)?'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<word>true|false|null)"
)
ADDRESS = re.compile(r'"(https?://[^\s"\\]+|/(?:[^\s"/\\][^\s"\\]*)?)"')


@register.filter
def code_spans(text: str) -> SafeString:
    """The text with what stands in backticks as code."""
    return mark_safe(CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308  (escaped before)


@register.filter
def json_markup(content: object) -> SafeString:
    """JSON with its parts marked for the style sheet, and its addresses as links."""
    text, done, pieces = str(content), 0, []
    for match in JSON_TOKEN.finditer(text):
        pieces += [escape(text[done : match.start()]), _token_markup(match)]
        done = match.end()
    return mark_safe("".join([*pieces, escape(text[done:])]))  # noqa: S308  (escaped piece by piece)


def _token_markup(match: re.Match[str]) -> SafeString:
    if match["colon"]:
        return format_html('<span class="key">{}</span>{}', match["string"], match["colon"])
    if address := ADDRESS.fullmatch(match[0]):
        return format_html('"<a href="{0}">{0}</a>"', address[1])
    return format_html('<span class="{}">{}</span>', match.lastgroup, match[0])
