"""Stage 10: several processes that answer as one."""

import shlex
import subprocess
import time

from ..answers import Skipped, eventually, expect
from ..checks import Stage
from .s08_jobs import ended

stage = Stage(
    10,
    "Services",
    about="""Two or more processes, each with its own data, answer as one API behind a
gateway: the whole contract holds at its one address. `…/services/` lists each service with its
health and version.""",
    read="deploy/, events/README.md",
)
PARTS = ("accounts", "books", "uploads", "jobs", "chat")
AN_ADDRESS_OF = {
    "accounts": "auth/me/", "books": "books/", "uploads": "uploads/", "jobs": "jobs/",
    "chat": "chat/rooms/",
}  # fmt: skip
EVENTS = "events/README.md, events/outbox.py, events/inbox.py"


@stage.core(
    cause="A service has an address of its own that clients have to know, or does not know the "
    "users.",
    hint="""One address for all: a gateway (nginx, Caddy) that sends each path to its service.
Each verifies tokens by the accounts service's public keys.""",
)
def services_as_one(site):
    """One account and one address reach every part of the API that the server has.

    Clients know one address; how many processes answer behind it is nobody's business.
    """
    alice = site.alice
    answered = [alice.get("auth/me/").expect(200), alice.get("books/").expect(200)]
    book = alice.book()
    others = {name: alice.get(path) for name, path in AN_ADDRESS_OF.items()}
    there = [name for name, answer in others.items() if answer.expect(200, 404).status == 200]
    answered[0].expect_that(len(there) >= 3, "at least three parts of the API", ", ".join(there))
    site.get(f"books/{book['id']}/").expect(200).expect_members(title=book["title"])


@stage.full(
    cause="Nobody can see which service is down.",
    hint="Ask each for its health, all at once and with a short time limit.",
    read="backend_practice/services/overview.py",
)
def services_listed(site):
    """`…/services/` lists each service with its health and version."""
    rows = site.get("services/").expect(200).results()
    names = {row["name"] for row in rows}
    expect(set(PARTS) <= names, f"the services {', '.join(PARTS)}", ", ".join(sorted(names)))
    for row in rows:
        expect(row.get("status") == "up", f"{row['name']} to be up", str(row.get("status")))
        expect(row.get("version"), f"the version of {row['name']}", str(row))


@stage.full(
    cause="A fact does not leave the service in which it came about.",
    hint="An outbox row in the same transaction as the change; a relay; an inbox that knows what "
    "it has seen.",
    read=EVENTS,
)
def facts_travel(site):
    """What happens in one part reaches the others: a finished job's file, a cover's end, a new
    name.
    """
    alice = site.alice
    image = alice.upload("cover.png", site.values.png()).expect(201).member("id")
    book = alice.book(cover=image)
    alice.delete(f"uploads/{image}/").expect(204)
    eventually(
        lambda: site.get(f"books/{book['id']}/").member("cover") is None, seconds=20,
        expected="books to hear that the upload has gone", came="the cover is still there",
    )  # fmt: skip
    told = ended(alice, alice.job("books.export"), seconds=120)
    made = told["result"]["upload"]
    site.afterwards(lambda: alice.delete(f"uploads/{made}/"))
    alice.get(f"uploads/{made}/").expect(200, why="for the file that a job of books has made")


@stage.full(
    cause="Only the accounts service forgets; the others keep rows of somebody who has gone.",
    hint="accounts.user.deleted: every service removes or anonymises what it has, and says that "
    "it is done.",
    read=EVENTS,
)
def deleted_everywhere(site):
    """Deleting an account removes or anonymises its data in every part."""
    person = site.newcomer().arrive()
    book = person.post("books/", json=site.values.book()).expect(201).member("id")
    mine = site.alice.book()
    review = (
        person.post(f"books/{mine['id']}/reviews/", json={"rating": 1}).expect(201).member("id")
    )
    upload = person.post("uploads/", files={"file": ("a.txt", b"mine")}).expect(201).object()
    slug = f"{site.values.word()}-{time.time_ns()}"  # the room stays
    person.post("chat/rooms/", json={"slug": slug, "title": slug}).expect(201)
    with person.socket(f"/ws/chat/{slug}/") as socket:
        socket.wait_for("ready")
        socket.send({"type": "send", "client_id": "c1", "text": "mine"})
        socket.wait_for("ack")
    person.delete("auth/me/").expect(202, 204)

    def forgotten():
        shown = site.get(f"books/{book}/")
        theirs = site.get(f"books/{mine['id']}/reviews/{review}/")
        return is_nobodys(shown) and is_nobodys(theirs)

    eventually(
        forgotten, seconds=30, expected="no owner of the book and the review", came="an owner"
    )
    said = site.alice.get(f"chat/rooms/{slug}/messages/").expect(200, 404)
    if said.status == 200:
        eventually(
            lambda: all(
                row["user"].get("id") is None
                for row in site.alice.get(f"chat/rooms/{slug}/messages/").results()
            ),
            seconds=30, expected="messages of nobody in particular", came=said.text,
        )  # fmt: skip
    expect(site.follow(upload["url"]).status == 401, "the file not to be there for anybody")


@stage.full(
    cause="Nobody keeps which services have done their part, or it is never told.",
    hint="Location of the DELETE leads to {finished_at, services}; finished when all are.",
    read="accounts/identity/deletions.py",
)
def deletion_shows_its_end(site):
    """`DELETE …/auth/me/` says where one sees how far it is; it is finished when every part has
    done its own.
    """
    person = site.newcomer().arrive()
    person.book()
    deleted = person.delete("auth/me/").expect(202, 204)
    where = deleted.link("Location")
    eventually(
        lambda: site.follow(where).expect(200).member("finished_at"), seconds=30,
        expected="a time at `finished_at`", came=lambda: site.follow(where).text,
    )  # fmt: skip


def is_nobodys(answer):
    return answer.status == 404 or answer.object().get("owner") is None


@stage.full(
    cause="One service that is down takes the others with it.",
    hint="The gateway answers 503 with Retry-After for its routes; the others go on, and what "
    "could not be told waits.",
    read="deploy/nginx/, events/README.md",
)
def services_stop_and_come_back(site):
    """Stopping one service leaves the others answering; its own routes give 503; back again, it
    catches up.
    """
    commands = site.settings.commands
    if not (commands.stop and commands.start):
        raise Skipped("it stops a service: give [commands] stop and start, with {service} in them")
    alice = site.alice
    image = alice.upload("cover.png", site.values.png()).expect(201).member("id")
    book = alice.book(cover=image)
    run_command(commands.stop, "books")
    try:
        answer = eventually(
            lambda: away(site.get("books/", broken=True)), seconds=20,
            expected="503 for the routes of the service that was stopped", came="another status",
        )  # fmt: skip
        answer.expect_refused(503).header("Retry-After")
        alice.get("auth/me/").expect(200)
        alice.delete(f"uploads/{image}/").expect(204, why="while books is away")
        alice.job(seconds=0)
    finally:
        run_command(commands.start, "books")
    eventually(
        lambda: site.get("books/", broken=True).status == 200, seconds=60,
        expected="the service to answer again", came="503",
    )  # fmt: skip
    eventually(
        lambda: site.get(f"books/{book['id']}/", broken=True).object().get("cover", image) is None,
        seconds=40, expected="it to catch up: the cover has gone meanwhile", came=image,
    )  # fmt: skip


def away(answer):
    return answer if answer.status == 503 else None


def run_command(command, service):
    words = [word.replace("{service}", service) for word in shlex.split(command)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    expect(done.returncode == 0, f"`{shlex.join(words)}` to end well", done.stderr[-300:])
    time.sleep(0.2)
