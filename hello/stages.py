"""The ten stages, as the home page and the pages of the stages tell them."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import Resolver404, resolve

from hello.goals import GOALS, Goal

DOCS = Path("docs/stages")


@dataclass(frozen=True)
class Link:
    """Something to try: an address of this site, and what is to be seen there."""

    path: str
    shows: str


@dataclass(frozen=True)
class Stage:
    """One step of the way. `route` is an address that exists once the stage does."""

    number: int
    slug: str
    name: str
    app: str
    summary: str
    route: str
    links: tuple[Link, ...] = ()

    @property
    def path(self) -> str:
        """Its page."""
        return f"/stages/{self.slug}/"

    @property
    def goals(self) -> tuple[Goal, ...]:
        """What is to be seen there."""
        return GOALS[self.slug]

    @property
    def document(self) -> str:
        """Its longer text, by its name in the repository."""
        number, _, name = self.slug.partition("-")
        return f"{DOCS}/{int(number):02d}-{name}.md"

    @property
    def template(self) -> str:
        """Where its live controls stand."""
        return f"hello/stages/{self.slug}.html"

    @property
    def script(self) -> str:
        """The module behind its live controls."""
        return f"hello/stages/{self.slug}.js"

    @property
    def ready(self) -> bool:
        """Whether this site answers for it; a process of pages alone leaves that to the gateway."""
        return settings.SERVICE == "web" or leads_somewhere(self.route)


def leads_somewhere(path: str) -> bool:
    """Whether this process has a route for the path."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


STAGES = (
    Stage(
        number=1,
        slug="1-hello",
        route="/hello/",
        name="Hello",
        app="hello",
        summary="The smallest server that keeps its word: one address, one answer, honest headers,"
        " and a clear no to everything else.",
        links=(
            Link("/hello/", "the first answer"),
            Link("/hello/Ada/", "an answer by name"),
        ),
    ),
    Stage(
        number=2,
        slug="2-static-files",
        route="/hello/",
        name="Static files",
        app="hello",
        summary="Files as browsers want them: the right types, caching, conditional and range"
        " requests, compression, and no way out of the folder.",
        links=(
            Link("/site/", "a small site with a laboratory"),
            Link("/site/postcard.png", "an image, whole or in ranges"),
        ),
    ),
    Stage(
        number=3,
        slug="3-rest",
        route="/api/v1/books/",
        name="REST",
        app="books",
        summary="Books as resources: validation that names the field, search and filters, pages"
        " by cursor, ETags against lost updates, keys against doing it twice.",
        links=(
            Link("/api/v1/books/", "books, page by page"),
            Link("/api/v1/books/?q=le+guin", "accents and case ignored"),
            Link("/api/v1/docs/", "every route, to try"),
        ),
    ),
    Stage(
        number=4,
        slug="4-authentication",
        route="/api/v1/auth/login/",
        name="Authentication",
        app="accounts",
        summary="Sign-up, login and sessions with tokens that rotate, expire and can be revoked;"
        " passwords that nobody can read, and answers that tell nobody who has an account.",
        links=(
            Link("/api/v1/docs/#/auth", "sign up, log in, renew, log out"),
            Link("/mailbox/", "the mails it sends"),
            Link("/.well-known/jwks.json", "the keys that verify its tokens"),
        ),
    ),
    Stage(
        number=5,
        slug="5-database",
        route="/api/v1/books/",
        name="Database",
        app="books",
        summary="Rules that the database itself keeps, migrations there and back, and queries that"
        " do not grow with their rows. SQLite to begin with, PostgreSQL by one variable.",
        links=(
            Link("/admin/", "the rows behind the books"),
            Link("/healthz/ready", "whether the database answers"),
        ),
    ),
    Stage(
        number=6,
        slug="6-uploads",
        route="/api/v1/uploads/",
        name="Uploads",
        app="uploads",
        summary="Files from strangers, handled with care: checked by content, resumable, on disk"
        " or in a bucket, with memory that stays flat.",
        links=(
            Link("/api/v1/docs/#/uploads", "send a file, resume one, fetch a part"),
            Link("/admin/uploads/upload/", "what has been uploaded, with previews"),
        ),
    ),
    Stage(
        number=7,
        slug="7-routing",
        route="/api/v1/authors/",
        name="Routing and middleware",
        app="books",
        summary="Nested routes that know their parents, and small middleware around every request:"
        " ids, one log line each, limits, problems that explain themselves.",
        links=(
            Link("/api/v1/authors/", "authors, and their books below"),
            Link("/problems/", "what an error means"),
            Link("/metrics", "what the requests have cost"),
        ),
    ),
    Stage(
        number=8,
        slug="8-jobs",
        route="/api/v1/jobs/",
        name="Background jobs",
        app="jobs",
        summary="Work that outlives its request: accepted at once, done once, with progress to"
        " watch and retries, though anything may be killed on the way.",
        links=(
            Link("/api/v1/jobs/kinds/", "what can be done in the background"),
            Link("/api/v1/docs/#/jobs", "ask for a job, watch it, stop it"),
            Link("/admin/jobs/job/", "every job, where it stands and why"),
        ),
    ),
    Stage(
        number=9,
        slug="9-real-time",
        route="/api/v1/chat/rooms/",
        name="Real time",
        app="chat",
        summary="Rooms over WebSockets: messages in order and without gaps, and a client that"
        " comes back misses nothing.",
        links=(
            Link("/api/v1/docs/#/chat", "rooms, members, what was said"),
            Link("/admin/chat/room/", "rooms and messages for who looks after them"),
        ),
    ),
    Stage(
        number=10,
        slug="10-services",
        route="/api/v1/services/",
        name="Services",
        app="events",
        summary="The same code as several processes, each with its own data, behind one gateway."
        " Facts travel between them, and none gets lost.",
    ),
)

STAGE_OF = {stage.slug: stage for stage in STAGES}
