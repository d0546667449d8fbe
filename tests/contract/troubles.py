"""What can go wrong at any request, whatever it asks for, in the words of a teacher."""

import ssl

import httpx

from .answers import Failure
from .exchanges import Exchange

LOOK = "Look at what your server has printed: as a rule the reason stands there."


def no_answer(error: Exception, exchange: Exchange) -> Failure:
    """Nothing came, or nothing that is an answer."""
    if isinstance(error, ssl.SSLError) or "SSL" in str(error):
        return no_tls(str(error), exchange)
    if isinstance(error, httpx.ConnectError | ConnectionRefusedError):
        return Failure(
            "a connection", f"none: {error}", exchange,
            cause="Nothing listens there any more: the server has ended, or is being restarted.",
            hint=f"{LOOK} Start it again.",
        )  # fmt: skip
    return Failure(
        "an answer", f"none: {error or type(error).__name__}", exchange,
        cause="The server closed the connection before its answer was complete: it crashed, was "
        "restarted, or what listens there speaks no HTTP (or https, at an address with http).",
        hint=LOOK,
    )  # fmt: skip


def no_tls(error: str, exchange: Exchange | None = None) -> Failure:
    """The connection could not be encrypted."""
    return Failure(
        "a connection over TLS", f"none: {error}", exchange,
        cause="A certificate that nobody has signed, or a server that speaks http, not https.",
        hint="Say http:// where it speaks no TLS. For a certificate of your own making write\n"
        "verify = false\ninto a file, and give it as --config.",
    )  # fmt: skip


def too_slow(seconds: float, exchange: Exchange) -> Failure:
    """No answer in time, or one that does not end."""
    return Failure(
        f"an answer within {seconds:g} s", "none that was complete", exchange,
        cause="A way through the handler never answers, or it waits for something that does not "
        "come.",
        hint="Every way ends in an answer: res.send(…), return …, errors too. A server that is "
        "only slow\nmay have more time: `timeout = 30.0` in a file, given as --config.",
    )  # fmt: skip


def too_long(limit: int, exchange: Exchange) -> Failure:
    """A body that does not end."""
    return Failure(
        f"a body of less than {limit:,} bytes", "more, and no end of it", exchange,
        cause="The handler writes in a loop, or sends a file that has nothing to do with it.",
        hint=LOOK,
    )  # fmt: skip


def broken(exchange: Exchange) -> Failure:
    """An answer of 500 or above."""
    return Failure(
        "no answer of 500 or above, whatever a client sends", "", exchange,
        cause="An error in the handler that nobody caught.",
        hint=LOOK,
    )  # fmt: skip


def no_patience(seconds: float, exchange: Exchange) -> Failure:
    """Answers of 429 without end."""
    return Failure(
        "another answer than 429 in the end", f"429 still, after {seconds:.0f} s", exchange,
        cause="The limit counts what it has refused, or is smaller than what the checks ask for.",
        hint="Let whoever waits as long as Retry-After says go on. For the checks raise the limit.",
    )  # fmt: skip
