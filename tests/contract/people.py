"""Those who ask: nobody in particular, or somebody with an account.

Accounts are made when they are first needed, and few: servers limit sign-ups.
"""

import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .answers import Answer, Failure
from .exchanges import short
from .line import Line, in_json
from .sockets import Socket, open_socket

if TYPE_CHECKING:
    from .site import Site

NOT_THERE = (404, 405, 501)
EARLY = 30  # seconds before its end a token counts as old


class Caller:
    """Sends requests, with nobody's name on them.

    A path without a slash at its beginning lies below the API's prefix.
    """

    who = ""

    def __init__(self, line: Line) -> None:
        self.line = line

    def credentials(self) -> dict[str, str]:
        """The headers that say who asks."""
        return {}

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes = b"",
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> Answer:
        """The answer; a redirect is one, too. Options are those of `Line.send`."""
        url = self.line.url_of(path)
        return self._send(method, url, json=json, content=content, headers=headers, **options)

    def follow(self, link: str, method: str = "GET", **options: Any) -> Answer:
        """What lies behind a link that the server gave; it is to lead to that very server."""
        target = self.line.origin.target_of(link) if isinstance(link, str) else None
        if target is None:
            raise Failure(f"a link that leads to {self.line.origin.url}", short(link))
        url = f"{self.line.origin.scheme}://{self.line.origin.authority}{target}"
        return self._send(method, url, **options)

    def _send(
        self, method: str, url: str, *, json: Any = None, content: bytes = b"",
        headers: dict[str, str] | None = None, **options: Any,
    ) -> Answer:  # fmt: skip
        sent = {**self.credentials(), **(headers or {})}
        if json is not None:
            content = in_json(json)
            sent.setdefault("Content-Type", "application/json")
        return self.line.send(method, url, headers=sent, body=content, who=self.who, **options)

    def get(self, path: str, **options: Any) -> Answer:
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> Answer:
        return self.request("HEAD", path, **options)

    def post(self, path: str, **options: Any) -> Answer:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> Answer:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Answer:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.request("DELETE", path, **options)

    @contextlib.contextmanager
    def socket(self, path: str, *, headers: dict[str, str] | None = None) -> Iterator[Socket]:
        """A WebSocket at this path, closed at the end."""
        with open_socket(
            self.line, path, {**self.credentials(), **(headers or {})}, self.who
        ) as socket:
            yield socket


def came_first(answer: Answer, what: str, check: str) -> Answer:
    """The answer to what has to go well before a check can begin."""
    if answer.status not in (200, 201):
        raise Failure(
            f"status 200 or 201, for a {what}: this check needs an account", "", answer.exchange,
            cause=f"The check could not begin, for the {what} before it failed.",
            hint=f"See first that it works: --only {check}. After that:",
        )  # fmt: skip
    return answer


class Bearer(Caller):
    """Whoever holds this access token."""

    def __init__(self, site: "Site", token: str, who: str = "this check") -> None:
        super().__init__(site.line)
        self.token, self.who = token, who

    def credentials(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class Person(Caller):
    """Somebody with an account, made at the first request that bears their name."""

    def __init__(self, site: "Site", email: str, password: str, name: str, token: str = "") -> None:
        super().__init__(site.line)
        self.site, self.email, self.password, self.name = site, email, password, name
        self.fixed_token = token
        self.is_known = bool(token)
        self.access, self.refresh, self.fresh_until = token, "", 0.0

    @property
    def who(self) -> str:  # type: ignore[override]
        if self.fixed_token:
            return "the given token"
        return f"{self.email}, whose password is '{self.password}'"

    def credentials(self) -> dict[str, str]:
        self.arrive()
        return {"Authorization": f"Bearer {self.access}"} if self.access else {}

    def arrive(self) -> "Person":
        """Have an account and an access token that holds."""
        if not self.is_known:
            self.sign_up()
        if self.is_known and not self.fixed_token and time.monotonic() > self.fresh_until:
            self.log_in()
        return self

    def sign_up(self) -> None:
        """An account, unless the server is of an early stage and has none to give."""
        early = self.site.stage < 4
        if early and self.site.has_no_sign_up:
            return
        answer = self.site.post("auth/signup/", json=self.sign_up_form())
        self.site.has_no_sign_up = early and answer.status in NOT_THERE
        if not self.site.has_no_sign_up:
            came_first(answer, "sign-up", "signup")
            self.is_known = True

    def sign_up_form(self) -> dict[str, Any]:
        auth = self.site.settings.auth
        return {**auth.sign_up, **self.log_in_form(), "name": self.name}

    def log_in_form(self) -> dict[str, Any]:
        auth = self.site.settings.auth
        return {auth.email: self.email, auth.password: self.password}

    def log_in(self, **options: Any) -> Answer:
        """A new session; its access token is the one that is borne from now on."""
        answer = self.site.post("auth/login/", json=self.log_in_form(), **options)
        return self.take(came_first(answer, "login with the right password", "login"))

    def take(self, answer: Answer) -> Answer:
        """Bear the tokens of this answer from now on."""
        tokens = answer.object()
        self.access = str(answer.member(self.site.settings.auth.access))
        self.refresh = str(tokens.get("refresh", ""))
        lifetime = tokens.get("expires_in")
        seconds = lifetime if isinstance(lifetime, (int, float)) else 240
        self.fresh_until = time.monotonic() + max(seconds - EARLY, 5)
        return answer

    @property
    def id(self) -> Any:
        """The user's id, as `auth/me/` has it."""
        return self.get("auth/me/").expect(200).member("id")

    # ---- What many checks begin with

    def book(self, **members: Any) -> dict[str, Any]:
        """A new book of this person's; it goes when the check is over."""
        answer = self.post("books/", json=self.site.values.book(**members)).expect(201)
        book = answer.object()
        self.site.afterwards(lambda: self.delete(f"books/{book['id']}/", limited=True, broken=True))
        return {**book, "etag": answer.etag}

    def upload(self, name: str, content: bytes) -> Answer:
        """A file of this person's; it goes when the check is over."""
        answer = self.post("uploads/", files={"file": (name, content)})
        if answer.status == 201:
            address = f"uploads/{answer.member('id')}/"
            self.site.afterwards(lambda: self.delete(address, limited=True, broken=True))
        return answer

    def job(self, kind: str = "jobs.sleep", **params: Any) -> dict[str, Any]:
        """A job that has been accepted."""
        return self.post("jobs/", json={"kind": kind, "params": params}).expect(202).object()
