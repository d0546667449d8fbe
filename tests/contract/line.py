"""The line to the server: requests go out over it, and it keeps what was said.

It calls one origin, follows no redirect, and takes no answer of 500 or above.
"""

import contextlib
import http.client
import json
import select
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx

from .answers import Answer, Failure
from .exchanges import Asked, Exchange, told
from .origin import Origin
from .settings import Settings

LONGEST_WAIT = 65  # seconds, when the server asks for patience
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
        while True:
            answer = self._once(asked, files)
            if answer.status != 429 or limited or not self._waited(answer):
                answer = self._from_storage(answer, headers)
                return answer if broken else not_broken(answer)

    def _from_storage(self, answer: Answer, headers: dict[str, str]) -> Answer:
        """What lies behind a redirect to the storage that the settings name; else the answer.

        It is asked without credentials: its addresses are signed.
        """
        storage, link = self.settings.uploads.storage, str(answer.headers.get("Location", ""))
        if not storage or answer.status not in REDIRECTS or not link.startswith(f"{storage}/"):
            return answer
        asked = {name: value for name, value in headers.items() if name == "Range"}
        verify, seconds = self.settings.verify, self.settings.timeout
        came = httpx.get(link, headers=asked, verify=verify, timeout=seconds, trust_env=False)
        kept = {name: answer.headers[name] for name in KEPT if name in answer.headers}
        found = httpx.Headers({**kept, **came.headers})
        return answer_of(answer.exchange, came.status_code, came.reason_phrase, found, came.content)

    def _once(self, asked: Asked, files: Any) -> Answer:
        exchange = Exchange(asked)
        self.exchanges.append(exchange)
        start = time.monotonic()
        try:
            came = self.http.request(
                asked.method, asked.url, headers=asked.headers, files=files,
                content=asked.body or None if not files else None,
            )  # fmt: skip
        except httpx.TimeoutException as error:
            limit = f"an answer within {self.settings.timeout:g} s"
            raise Failure(limit, "none", exchange) from error
        except httpx.TransportError as error:
            raise Failure(
                "an answer", f"none: {error or type(error).__name__}", exchange
            ) from error
        except httpx.DecodingError as error:
            raise Failure("a body as Content-Encoding says", str(error), exchange) from error
        seconds = time.monotonic() - start
        return answer_of(
            exchange, came.status_code, came.reason_phrase, came.headers, came.content, seconds
        )

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
        except httpx.TransportError as error:
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
        if self.origin.scheme == "https":
            context = ssl.create_default_context()
            if not self.settings.verify:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection(
                self.origin.authority, timeout=self.settings.timeout, context=context
            )
        else:
            connection = http.client.HTTPConnection(
                self.origin.authority, timeout=self.settings.timeout
            )
        try:
            yield connection
        except TimeoutError as error:
            limit = f"an answer within {self.settings.timeout:g} s"
            raise Failure(limit, "none", exchange) from error
        except (OSError, http.client.HTTPException) as error:
            raise Failure(
                "an answer", f"none: {error or type(error).__name__}", exchange
            ) from error
        finally:
            connection.close()

    def _raw_answer(self, connection: http.client.HTTPConnection, exchange: Exchange) -> Answer:
        came = connection.getresponse()
        headers = httpx.Headers(came.getheaders())
        return answer_of(exchange, came.status, came.reason, headers, came.read())


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
    exchange.came = told(status, reason, headers.get("Content-Type", ""), body)
    return Answer(status, headers, body, exchange, seconds)


def not_broken(answer: Answer) -> Answer:
    """The answer; a `Failure` where it says that the server broke."""
    if answer.status >= 500:
        answer.fail("no answer of 500 or above, whatever a client sends")
    return answer


def in_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def form_in_curl(files: dict[str, tuple[str, bytes]]) -> str:
    return " ".join(f"-F '{field}=@{file[0]}'" for field, file in files.items())
