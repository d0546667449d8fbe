"""The longer text of a stage: Markdown from `docs/stages/`, as HTML for its page."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from hello.source import as_markup
from hello.stages import STAGES

EXTERNAL = re.compile(r"https?://")


@dataclass(frozen=True)
class Section:
    """What stands below one heading."""

    id: str
    title: str
    html: SafeString


@dataclass(frozen=True)
class Document:
    """A text: what comes before the first heading, and its sections."""

    lead: SafeString
    sections: tuple[Section, ...]
    links: tuple[str, ...]


def document_at(name: str) -> Document | None:
    """The document of this name in the repository; None where there is none."""
    path = settings.BASE_DIR / name
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _document(name, changed)


@lru_cache(maxsize=64)
def _document(name: str, changed: int) -> Document:
    text = (Path(settings.BASE_DIR) / name).read_text(encoding="utf-8")
    markdown, links = _markdown(), []
    tokens = markdown.parse(text)
    for token in _inside(tokens):
        if token.type == "link_open":
            links.append(str(token.attrs["href"]))
            token.attrs["href"] = address_of(links[-1], written_in=name)
            if EXTERNAL.match(links[-1]):
                token.attrs["rel"] = "noopener noreferrer"
    lead, *rest = _split(tokens)
    sections = tuple(_section(markdown, part) for part in rest)
    return Document(_html(markdown, lead), sections, tuple(links))


def _markdown() -> MarkdownIt:
    """CommonMark with tables. Markup in the text is text: nothing of it becomes HTML."""
    markdown = MarkdownIt("commonmark", {"html": False, "highlight": _highlighted})
    return markdown.enable("table")


def _highlighted(code: str, language: str, _attributes: str) -> str:
    return as_markup(code, language=language) or str(escape(code))


def _inside(tokens: Sequence[Token]) -> list[Token]:
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens before the first `##`, then those of each; the title (`#`) is the page's own."""
    parts: list[list[Token]] = [[]]
    in_title = False
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            parts.append([])
        in_title = in_title or (token.type == "heading_open" and token.tag == "h1")
        if not in_title:
            parts[-1].append(token)
        in_title = in_title and token.type != "heading_close"
    return parts


def _section(markdown: MarkdownIt, tokens: list[Token]) -> Section:
    title = tokens[1].content
    return Section(slugify(title), title, _html(markdown, tokens[3:]))


def _html(markdown: MarkdownIt, tokens: list[Token]) -> SafeString:
    html = str(markdown.renderer.render(tokens, markdown.options, {}))
    # A table or a block of code that is wider than a phone is scrolled, with the keyboard as well.
    html = html.replace("<table>", '<div class="scrolled" tabindex="0"><table>')
    html = html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return mark_safe(html)  # noqa: S308  (the renderer escapes all text)


def address_of(link: str, *, written_in: str) -> str:
    """Where a link of a document leads on the site: files to their source, stages to their page."""
    if EXTERNAL.match(link) or link.startswith("#"):
        return link
    path, _, fragment = link.partition("#")
    name = file_named(path, written_in=written_in)
    page = next((stage.path for stage in STAGES if stage.document == name), f"/source/{name}")
    return f"{page}#{fragment}" if fragment else page


def file_named(path: str, *, written_in: str) -> str:
    """A relative link as a file's name in the repository."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(written_in), path))


def readable_files() -> frozenset[str]:
    """The files that the stages' texts name: these, and no others, are shown as source."""
    return frozenset(
        file_named(link.partition("#")[0], written_in=stage.document)
        for stage in STAGES
        if (document := document_at(stage.document))
        for link in document.links
        if not EXTERNAL.match(link) and not link.startswith("#")
    )
