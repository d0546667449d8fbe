"""Strict reading of environment variables.

A value that makes no sense stops the start with the variable's name. A secret
may also be given as a file: `SECRET_KEY_FILE=/run/secrets/key`.
"""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def load_dotenv_file() -> None:
    """Take what `.env` beside manage.py says, where the environment itself is silent."""
    load_dotenv(BASE_DIR / ".env", override=False)


class Environment:
    """Typed, checked access to environment variables.

    Every method raises `ImproperlyConfigured`, naming the variable, for a value
    that is not of its type. An empty value counts as not set.
    """

    def __init__(self, values: Mapping[str, str] = os.environ) -> None:
        self.values = values
        self.names_read: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        self.names_read.add(name)
        return self.values.get(name, "").strip() or default

    def boolean(self, name: str, default: bool) -> bool:
        value = self.text(name).lower()
        if not value:
            return default
        if value not in TRUE | FALSE:
            raise self._unusable(name, f"expected true or false, got {value!r}")
        return value in TRUE

    def integer(self, name: str, default: int, *, minimum: int = 0, maximum: int = 2**40) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not minimum <= int(value) <= maximum:
            expected = f"a whole number from {minimum} to {maximum}"
            raise self._unusable(name, f"expected {expected}, got {value!r}")
        return int(value)

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise self._unusable(name, f"unknown value {value!r}; known are {', '.join(choices)}")
        return value

    def words(self, name: str, default: str = "") -> list[str]:
        """A list written with commas between its words."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def choices(self, name: str, known: tuple[str, ...]) -> list[str]:
        """A list of some of the known words; all of them where it is not set."""
        words = self.words(name, ",".join(known))
        if unknown := [word for word in words if word not in known]:
            reason = f"unknown value {', '.join(map(repr, unknown))}; known are {', '.join(known)}"
            raise self._unusable(name, reason)
        if not words:
            raise self._unusable(name, f"names none of {', '.join(known)}")
        return words

    def networks(self, name: str) -> list[Network]:
        """A list of IP addresses and networks in CIDR notation (RFC 4632)."""
        try:
            return [ipaddress.ip_network(word) for word in self.words(name)]
        except ValueError as error:
            raise self._unusable(name, str(error)) from error

    def url(self, name: str, schemes: tuple[str, ...], default: str = "") -> str:
        value = self.text(name, default)
        if value and not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise self._unusable(
                name, f"expected an address that starts with {'://, '.join(schemes)}://"
            )
        return value

    def secret(self, name: str) -> str:
        """The variable's value, or the content of the file that `NAME_FILE` names."""
        path = self.text(f"{name}_FILE")
        if not path:
            return self.text(name)
        if self.text(name):
            raise self._unusable(name, f"give {name} or {name}_FILE, not both")
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise self._unusable(f"{name}_FILE", f"cannot be read: {error}") from error

    def require(self, *names: str, secrets: tuple[str, ...] = ()) -> None:
        """Raise for what is not set of these, all in one message."""
        missing = [name for name in names if not self.text(name)]
        missing += [name for name in secrets if not self.secret(name)]
        if missing:
            raise ImproperlyConfigured(f"Production needs {', '.join(missing)}: see .env.example.")

    def _unusable(self, name: str, reason: str) -> ImproperlyConfigured:
        return ImproperlyConfigured(f"{name}: {reason}.")
