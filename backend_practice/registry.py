"""Which process serves which apps.

`BACKEND_PRACTICE_SERVICE` names one of these. Apps are named by string only:
this package never imports them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One kind of process: the apps whose routes it answers, and those it uses besides."""

    name: str
    apps: tuple[str, ...]
    uses: tuple[str, ...] = ()

    @property
    def installed(self) -> tuple[str, ...]:
        return self.apps + self.uses


# How apps work together, in every process that has a part in it.
BACKGROUND = ("events", "jobs")


# Every process knows users, because rows belong to them.
SERVICES = {
    service.name: service
    for service in (
        Service(
            "all", apps=("accounts", "accounts.identity", "hello", "books", "uploads", *BACKGROUND)
        ),
        Service("web", apps=("accounts", "hello")),
        Service("accounts", apps=("accounts", "accounts.identity"), uses=BACKGROUND),
        Service("books", apps=("accounts", "books"), uses=BACKGROUND),
        Service("uploads", apps=("accounts", "uploads"), uses=BACKGROUND),
        Service("jobs", apps=("accounts", *BACKGROUND)),
    )
}
