"""The one address that is called, and no other.

Whoever points the suite at a server sends it hostile input. So it goes to this
machine alone unless its owner says otherwise, and follows no link elsewhere.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit


class WrongAddress(Exception):
    """The address cannot be used; the text says why."""


@dataclass(frozen=True)
class Origin:
    """`http://localhost:3000`: scheme, host and port, and a path if the server lives below one."""

    scheme: str
    authority: str
    base: str = ""

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.base}"

    @property
    def host_and_port(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return str(parts.hostname), parts.port or (443 if self.scheme == "https" else 80)

    def target_of(self, link: str) -> str | None:
        """The path and query of a link of this very server; None for one that leads elsewhere."""
        try:
            parts = urlsplit(urljoin(f"{self.url}/", link))
        except ValueError:
            return None
        if (parts.scheme.lower(), parts.netloc.lower()) != (self.scheme, self.authority):
            return None
        return parts.path + (f"?{parts.query}" if parts.query else "")


def origin_of(url: str, *, i_own_this: bool = False) -> Origin:
    """The origin that a URL names.

    Raises `WrongAddress` for what is no http(s) URL, and for a host that is not
    this machine unless `i_own_this`.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise WrongAddress(f"{url} is no address: {error}.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise WrongAddress(f"{url} is no address of a server: http://localhost:3000, for example.")
    if host in ("0.0.0.0", "::"):  # noqa: S104 - to say what is wrong with it
        raise WrongAddress(
            f"{host} is where a server listens, not where one asks it: say http://127.0.0.1"
            + (f":{port}." if port else ".")
        )
    if not i_own_this and not is_loopback(host):
        raise WrongAddress(
            f"{host} is not this machine. The checks write, delete, and send hostile input:\n"
            "if the server is yours to be treated so, say --i-own-this."
        )
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port is None else f"{shown}:{port}"
    return Origin(parts.scheme.lower(), authority.lower(), parts.path.rstrip("/"))


def is_loopback(host: str) -> bool:
    """Whether every address of this name is one of this machine's own."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise WrongAddress(f"{host} has no address: {error.strerror or error}.") from error
    return all(
        ipaddress.ip_address(address[4][0].partition("%")[0]).is_loopback for address in found
    )
