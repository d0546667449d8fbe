"""What was asked and what came, kept so that a failure can show both."""

import json
import shlex
from dataclasses import dataclass, field
from typing import Any

WEBSOCKET = "WEBSOCKET"
LONGEST_BODY = 600
MOST_LINES = 12
SECRET_HEADERS = {"authorization": "Bearer $TOKEN"}


@dataclass
class Asked:
    """A request, as a person could send it again."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    form: str = ""  # a multipart body, in curl's words
    who: str = ""
    hidden: frozenset[str] = frozenset()

    def curl(self) -> str:
        """The request as a command; a token is `$TOKEN`, and who it belongs to is told beside."""
        return " ".join(self.words())

    def words(self) -> list[str]:
        """The command in pieces between which its line may be broken."""
        if self.method == WEBSOCKET:
            headers = [f"-H {self._header(name, value)}" for name, value in self.headers.items()]
            return ["websocat", *headers, shlex.quote(self.url)]
        words = ["curl -i"]
        if self.method == "HEAD":
            words.append("--head")
        elif self.method != ("POST" if self.body or self.form else "GET"):
            words.append(f"-X {self.method}")
        for name, value in self.headers.items():
            words.append(f"-H {self._header(name, value)}")
        if self.form:
            words.append(self.form)
        elif self.body:
            words.append(f"--data-binary {_shown_body(self.body)}")
        if "/../" in self.url or "/./" in self.url:
            words.append("--path-as-is")
        words.append(shlex.quote(self.url))
        return words

    def _header(self, name: str, value: str) -> str:
        if name.lower() in SECRET_HEADERS:
            return f'"{name}: {SECRET_HEADERS[name.lower()]}"'
        shown = "…" if name.lower() in self.hidden else value
        return shlex.quote(f"{name}: {shown}")


@dataclass
class Exchange:
    """A request and its answer in a few words; `came` is empty where none came."""

    asked: Asked
    status: int = 0
    came: str = ""

    def line(self) -> str:
        """`POST http://…/books/ → 201`."""
        return f"{self.asked.method} {self.asked.url} → {self.status or 'no answer'}"


def _shown_body(body: bytes) -> str:
    text = body.decode("utf-8", errors="backslashreplace")
    if len(text) > LONGEST_BODY:
        return shlex.quote(f"{text[:80]}…") + f" (in all {len(body):,} bytes)"
    return shlex.quote(text.replace("\0", "\\0"))


def told(status: int, reason: str, content_type: str, body: bytes, location: str = "") -> str:
    """An answer in a few lines: status, type, where it leads, and how its body begins."""
    head = f"{status} {reason}".strip() + (f", {content_type}" if content_type else ", no type")
    if location and 300 <= status < 400:
        head += f", a redirect to {location} (the checks follow none)"
    if not body:
        return f"{head}, no body"
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"{head}, {len(body):,} bytes"
    return f"{head}\n{beginning(text.strip())}"


def beginning(text: str) -> str:
    """At most so many characters and lines of it."""
    cut = "\n".join(text[:LONGEST_BODY].splitlines()[:MOST_LINES])
    return f"{cut}…" if len(cut) < len(text) else text


def short(value: Any) -> str:
    """A value in one line, not too long."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except TypeError:
        text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
