"""Which process serves which apps, where it listens, and which addresses are its.

`BACKEND_PRACTICE_SERVICE` names one of these. Apps are named by string only:
this package never imports them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One kind of process: the apps whose routes it answers, and those it uses besides.

    `number` tells it from the others on one machine: its port is that far from
    the first. `paths` are regular expressions of the addresses that the gateway
    sends to it, each from its beginning. `forgets_later`: when an account is
    deleted, a job of its own has to remove what is left, and says when it is done.
    """

    name: str
    apps: tuple[str, ...]
    uses: tuple[str, ...] = ()
    number: int = 0
    paths: tuple[str, ...] = ()
    forgets_later: bool = False

    @property
    def installed(self) -> tuple[str, ...]:
        return self.apps + self.uses

    @property
    def has_events(self) -> bool:
        """Whether it tells others what happens, and hears of it."""
        return "events" in self.installed


# How apps work together, in every process that has a part in it.
BACKGROUND = ("events", "jobs")

# How pages look: of the admin, the browsable API, the mailbox.
LOOKS = ("hello",)

# Whoever does not own identities keeps copies of the users it has met.
COPIES = ("accounts.copies",)

# What none of the others answers is the web service's.
EVERYTHING_ELSE = "/"

# Every process knows users, because rows belong to them.
SERVICES = {
    service.name: service
    for service in (
        Service(
            "all",
            apps=(
                *("accounts", "accounts.identity", "hello", "books", "uploads", "chat"),
                *BACKGROUND,
            ),
        ),
        Service("web", apps=("accounts", "hello"), number=1, paths=(EVERYTHING_ELSE,)),
        Service(
            "accounts",
            apps=("accounts", "accounts.identity"),
            uses=(*BACKGROUND, *LOOKS),
            number=2,
            paths=(r"/api/v1/auth", r"/\.well-known/jwks\.json", r"/mailbox", r"/admin"),
        ),
        Service(
            "books",
            apps=("accounts", "books"),
            uses=(*COPIES, *BACKGROUND, *LOOKS),
            number=3,
            paths=(r"/api/v1/(books|authors|genres)",),
        ),
        Service(
            "uploads",
            apps=("accounts", "uploads"),
            uses=(*COPIES, *BACKGROUND, *LOOKS),
            number=4,
            paths=(r"/api/v1/uploads",),
            forgets_later=True,
        ),
        Service(
            "jobs",
            apps=("accounts", *BACKGROUND),
            uses=(*COPIES, *LOOKS),
            number=5,
            paths=(r"/api/v1/jobs",),
        ),
        Service(
            "chat",
            apps=("accounts", "chat"),
            uses=(*COPIES, *BACKGROUND, *LOOKS),
            number=6,
            paths=(r"/api/v1/chat", r"/ws"),
        ),
    )
}

# Those that a site is split into.
PARTS = tuple(name for name in SERVICES if name != "all")
