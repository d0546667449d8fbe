"""What differs on the reader's server, told in a small TOML file.

url = "http://localhost:3000"
prefix = "/api"            # where the API lives; /api/v1 unless told
slash = false              # addresses end without a slash
metrics_token = "…"        # who bears it sees /metrics and /healthz/ready in full

[headers]                  # sent with every request
X-Api-Key = "abc"

[paths]                    # the contract's path = this server's
"auth/login/" = "sessions"
"/hello/" = "/greeting"

[auth]
email = "username"         # what the fields of sign-up and login are called
password = "password"
access = "token"           # where the answer to a login has the access token
sign_up = {terms = true}   # what a sign-up asks for besides
token = "…"                # or: a token that holds, and no sign-up at all
other_token = "…"          # and one of another user

[uploads]
largest = 10485760         # bytes; beyond it the server answers 413
storage = "http://127.0.0.1:9000"   # where files and signed addresses may lead

[commands]                 # run by the checks that need them
restart = "docker restart my-server"
"""

import ssl
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

MEBIBYTE = 1024 * 1024
TEXTS = ("headers", "paths")  # tables in which each value is a text
COUNTS = ("timeout", "largest")


class WrongSettings(Exception):
    """The file cannot be read, or names what does not exist; the text says which."""


@dataclass(frozen=True)
class Auth:
    """How one signs up and logs in."""

    email: str = "email"
    password: str = "password"
    access: str = "access"
    sign_up: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    other_token: str = ""


@dataclass(frozen=True)
class Uploads:
    """How much one may upload, and where signed addresses lead besides the server itself."""

    largest: int = 100 * MEBIBYTE
    storage: str = ""

    def is_stored_at(self, link: str) -> bool:
        """Whether this address lies in the storage: its scheme, host and port, below its path."""
        return bool(self.storage) and link.startswith(f"{self.storage.rstrip('/')}/")


@dataclass(frozen=True)
class Commands:
    """What the suite may run to restart the server, or to stop and start one service of it."""

    restart: str = ""
    stop: str = ""
    start: str = ""


@dataclass(frozen=True)
class Settings:
    """All of it; the defaults are the contract's."""

    url: str = ""
    prefix: str = "/api/v1"
    slash: bool = True
    verify: bool = True
    timeout: float = 10.0
    metrics_token: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    auth: Auth = Auth()
    uploads: Uploads = Uploads()
    commands: Commands = Commands()

    def tls(self) -> ssl.SSLContext:
        """How certificates are looked at."""
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def path_of(self, path: str) -> str:
        """Where this server has what the contract has at `path`.

        A path that begins with a slash is the whole of it; another lies below the prefix.
        """
        bare, question, query = path.partition("?")
        for ours, theirs in sorted(self.paths.items(), key=lambda pair: -len(pair[0])):
            if bare == ours or (ours.endswith("/") and bare.startswith(ours)):
                bare = theirs + bare[len(ours) :]
                break
        if not bare.startswith("/"):
            bare = f"/{self.prefix.strip('/')}/{bare}".replace("//", "/", 1)
        if not self.slash and len(bare) > 1:
            bare = bare.rstrip("/")
        return bare + question + query


def read_settings(file: Path | None) -> Settings:
    """The settings of this file; the contract's own without one. Raises `WrongSettings`."""
    if file is None:
        return Settings()
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongSettings(f"{file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{file} is no TOML: {error}.") from error
    return _filled(Settings(), given, str(file))


def _filled(settings: Any, given: dict[str, Any], where: str) -> Any:
    known = {each.name: getattr(settings, each.name) for each in fields(settings)}
    changed = {}
    for name, value in given.items():
        if name not in known:
            raise WrongSettings(f"{where}: nothing is called {name}. Known are {', '.join(known)}.")
        if isinstance(known[name], (Auth, Uploads, Commands)) and isinstance(value, dict):
            changed[name] = _filled(known[name], value, f"{where}, [{name}]")
        elif isinstance(value, dict) and name in TEXTS and not all_texts(value):
            raise WrongSettings(f"{where}, [{name}]: each of them is a text in quotes.")
        elif name in COUNTS and _is_like(value, known[name]) and value <= 0:
            raise WrongSettings(f"{where}: {name} is to be more than 0, and is {value!r}.")
        elif _is_like(value, known[name]):
            changed[name] = value
        else:
            kind = type(known[name]).__name__
            raise WrongSettings(f"{where}: {name} is to be of the type {kind}, and is {value!r}.")
    return replace(settings, **changed)


def all_texts(table: dict[str, Any]) -> bool:
    return all(isinstance(value, str) and value.isprintable() for value in table.values())


def _is_like(value: Any, known: Any) -> bool:
    if isinstance(known, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return type(value) is type(known)
