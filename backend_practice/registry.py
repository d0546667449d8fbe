"""Which process serves which apps.

`BACKEND_PRACTICE_SERVICE` names one of these. Apps are named by string only:
this package never imports them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One kind of process: the apps it installs and the routes it answers."""

    name: str
    apps: tuple[str, ...]


# Every process knows users, because rows belong to them.
SERVICES = {
    service.name: service
    for service in (
        Service("all", apps=("accounts", "accounts.identity", "hello", "books")),
        Service("web", apps=("accounts", "hello")),
        Service("accounts", apps=("accounts", "accounts.identity")),
        Service("books", apps=("accounts", "books")),
    )
}
