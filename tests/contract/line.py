"""The line to the server: requests go out over it, and it keeps what was said.

It calls one origin, follows no redirect, and takes no answer of 500 or above,
none that is later than it may be, and none without an end.
"""

import contextlib
import http.client
import json
import select
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx

from . import troubles
from .answers import Answer, Failure
from .exchanges import Asked, Exchange, told
from .origin import Origin
from .settings import Settings

LONGEST_WAIT = 65  # seconds, when the server asks for patience
PATIENCE = 150  # seconds, for one request that is refused again and again
PART = 64 * 1024
LARGEST = 256 * 1024 * 1024  # bytes of an answer
REDIRECTS = (302, 303, 307)
KEPT = ("X-Content-Type-Options",)  # a bucket does not know it; the redirect has said it


def nobody_listens(text: str) -> None:
    """Where what the line has to say goes, if nobody wants to hear it."""


class Line:
    """Requests to one server. `say` is told when the line waits."""

    def __init__(
        self, origin: Origin, settings: Settings, say: Callable[[str], None] = nobody_listens
    ) -> None:
        self.origin, self.settings, self.say = origin, settings, say
        self.exchanges: list[Exchange] = []
        self.http = httpx.Client(
            verify=settings.verify, timeout=settings.timeout, trust_env=False,
            headers={"User-Agent": "back-end-practice-contract", **settings.headers},
            limits=httpx.Limits(max_connections=40, max_keepalive_connections=20),
        )  # fmt: skip

    def close(self) -> None:
        self.http.close()

    def url_of(self, path: str) -> str:
        """Where the server has what the contract has at this path."""
        return self.origin.url + self.settings.path_of(path)

    # ---- An ordinary request

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        body: bytes = b"",
        files: Any = None,
        who: str = "",
        broken: bool = False,
        limited: bool = False,
    ) -> Answer:
        """The answer, whatever its status.

        One of 500 and above is a `Failure` unless `broken`. After a 429 the line
        waits as long as it is asked to, and sends again, unless `limited`.
        """
        form = form_in_curl(files) if files else ""
        asked = self._asked(method, url, headers, body, form, who)
        start = time.monotonic()
        while True:
            answer = self._once(asked, files)
            if answer.status != 429 or limited or not self._waited(answer):
                answer = self._from_storage(answer, headers)
                return answer if broken else not_broken(answer)
            if (waited := time.monotonic() - start) > PATIENCE:
                raise troubles.no_patience(waited, answer.exchange)

    def _from_storage(self, answer: Answer, headers: dict[str, str]) -> Answer:
        """What lies behind a redirect to the storage that the settings name; else the answer.

        It is asked without credentials: its addresses are signed.
        """
        link = str(answer.headers.get("Location", ""))
        if answer.status not in REDIRECTS or not self.settings.uploads.is_stored_at(link):
            return answer
        asked = {name: value for name, value in headers.items() if name == "Range"}
        came = self.ask_storage("GET", link, headers=asked, exchange=answer.exchange)
        kept = {name: answer.headers[name] for name in KEPT if name in answer.headers}
        found = httpx.Headers({**kept, **came.headers})
        return answer_of(answer.exchange, came.status_code, came.reason_phrase, found, came.content)

    def _once(self, asked: Asked, files: Any) -> Answer:
        exchange = Exchange(asked)
        self.exchanges.append(exchange)
        start = time.monotonic()
        with self._troubles(exchange), self.http.stream(
            asked.method, asked.url, headers=asked.headers, files=files,
            content=asked.body or None if not files else None,
        ) as came:  # fmt: skip
            body = self._whole(came.iter_bytes(), exchange)
        seconds = time.monotonic() - start
        return answer_of(
            exchange, came.status_code, came.reason_phrase, came.headers, body, seconds
        )

    def ask_storage(
        self, method: str, url: str, *, headers: dict[str, str], exchange: Exchange,
        content: bytes = b"",
    ) -> httpx.Response:  # fmt: skip
        """What the storage answers; it is told nothing of who asks."""
        with self._troubles(exchange):
            return httpx.request(
                method, url, headers=headers, content=content or None,
                verify=self.settings.verify, timeout=self.settings.timeout, trust_env=False,
            )  # fmt: skip

    @contextlib.contextmanager
    def _troubles(self, exchange: Exchange) -> Iterator[None]:
        """What goes wrong on the way, as a `Failure`."""
        try:
            yield
        except (httpx.TimeoutException, TimeoutError) as error:
            raise troubles.too_slow(self.settings.timeout, exchange) from error
        except httpx.DecodingError as error:
            raise Failure("a body as Content-Encoding says", str(error), exchange) from error
        except (httpx.HTTPError, httpx.InvalidURL, http.client.HTTPException, OSError) as error:
            raise troubles.no_answer(error, exchange) from error

    def _whole(self, parts: Iterable[bytes], exchange: Exchange) -> bytes:
        """The body, if it has an end and comes to it in time."""
        deadline = time.monotonic() + self.settings.timeout * 6
        body = bytearray()
        for part in parts:
            body += part
            if len(body) > LARGEST:
                raise troubles.too_long(LARGEST, exchange)
            if time.monotonic() > deadline:
                raise troubles.too_slow(self.settings.timeout * 6, exchange)
        return bytes(body)

    def _waited(self, answer: Answer) -> bool:
        """Whether the server said how long to wait, and that time has passed."""
        wait = str(answer.headers.get("Retry-After", ""))
        if not wait.isdigit() or int(wait) > LONGEST_WAIT:
            return False
        self.say(f"the server asks to wait {wait} s (429)")
        time.sleep(int(wait) + 0.2)
        return True

    # ---- Requests that no library would send

    def send_raw(
        self, method: str, target: str, *, headers: dict[str, str] | None = None
    ) -> Answer:
        """A request for this very target, whose dots and slashes nobody tidies up."""
        exchange = Exchange(self._asked(method, self.origin.url + target, headers or {}))
        self.exchanges.append(exchange)
        with self._connection(exchange) as connection:
            connection.putrequest(method, self.origin.base + target, skip_accept_encoding=True)
            for name, value in {**self.settings.headers, **(headers or {})}.items():
                connection.putheader(name, value)
            connection.endheaders()
            return not_broken(self._raw_answer(connection, exchange))

    def send_slowly(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        parts: Iterable[bytes],
        who: str = "",
    ) -> tuple[Answer, int]:
        """A long body, part by part, until the server answers; the answer and what was sent."""
        exchange = Exchange(self._asked(method, url, headers, form="-F file=@large.bin", who=who))
        self.exchanges.append(exchange)
        sent = 0
        with self._connection(exchange) as connection:
            connection.putrequest(method, url.partition(self.origin.authority)[2])
            for name, value in {**self.settings.headers, **headers}.items():
                connection.putheader(name, value)
            connection.endheaders()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                for part in parts:
                    if select.select([connection.sock], [], [], 0)[0]:
                        break  # it has answered: the rest would be sent for nothing
                    connection.send(part)
                    sent += len(part)
            return not_broken(self._raw_answer(connection, exchange)), sent

    @contextlib.contextmanager
    def stream(
        self, url: str, *, headers: dict[str, str], seconds: float, who: str = ""
    ) -> Iterator[httpx.Response]:
        """An answer whose body is read as it comes; each read waits so long at most."""
        exchange = Exchange(self._asked("GET", url, headers, who=who))
        self.exchanges.append(exchange)
        try:
            with self.http.stream("GET", url, headers=headers, timeout=seconds) as response:
                exchange.status = response.status_code
                exchange.came = f"{response.status_code}, {response.headers.get('Content-Type')}"
                yield response
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Failure(
                f"something within {seconds:g} s", f"{error or type(error).__name__}", exchange
            ) from error

    def _asked(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes = b"",
        form: str = "",
        who: str = "",
    ) -> Asked:
        hidden = frozenset(name.lower() for name in self.settings.headers)
        return Asked(method, url, {**headers}, body, form, who, hidden)

    @contextlib.contextmanager
    def _connection(self, exchange: Exchange) -> Iterator[http.client.HTTPConnection]:
        connection: http.client.HTTPConnection
        where, seconds = self.origin.authority, self.settings.timeout
        if self.origin.scheme == "https":
            context = self.settings.tls()
            connection = http.client.HTTPSConnection(where, timeout=seconds, context=context)
        else:
            connection = http.client.HTTPConnection(where, timeout=seconds)
        with contextlib.closing(connection), self._troubles(exchange):
            yield connection

    def _raw_answer(self, connection: http.client.HTTPConnection, exchange: Exchange) -> Answer:
        came = connection.getresponse()
        headers = httpx.Headers(came.getheaders())
        body = self._whole(iter(lambda: came.read1(PART), b""), exchange)
        return answer_of(exchange, came.status, came.reason, headers, body)


def answer_of(
    exchange: Exchange,
    status: int,
    reason: str,
    headers: httpx.Headers,
    body: bytes,
    seconds: float = 0.0,
) -> Answer:
    """The answer, and a note of it with its exchange."""
    exchange.status = status
    exchange.came = told(
        status, reason, headers.get("Content-Type", ""), body, headers.get("Location", "")
    )
    return Answer(status, headers, body, exchange, seconds)


def not_broken(answer: Answer) -> Answer:
    """The answer; a `Failure` where it says that the server broke."""
    if answer.status >= 500:
        raise troubles.broken(answer.exchange)
    return answer


def in_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def form_in_curl(files: dict[str, tuple[str, bytes]]) -> str:
    return " ".join(f"-F '{field}=@{file[0]}'" for field, file in files.items())
