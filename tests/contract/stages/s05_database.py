"""Stage 5: what was written is there, and rules hold when two write at once."""

import subprocess
import sys
import time

from ..answers import Failure, Skipped, expect
from ..checks import Stage

stage = Stage(
    5,
    "Database",
    about="What was written is there after a restart; the database itself keeps the rules.",
    read="books/models.py, books/services.py",
)
WRITERS = 8


@stage.core(
    cause="Books are kept in a variable, and go with the process.",
    hint="""Write to a database, or to a file for a start, before you answer.
To have your server restarted give the command: [commands] restart in the settings.""",
)
def database_outlives_a_restart(site):
    """What was written is there after a restart."""
    writer = site.alice
    book = writer.book()
    restart(site)
    answer = site.get(f"books/{book['id']}/").expect(200, why="for a book from before the restart")
    answer.expect_members(title=book["title"], authors=book["authors"])


def restart(site):
    """Restart the server by the command that was given, or have the person do it."""
    command = site.settings.commands.restart
    if command:
        done = subprocess.run(command, shell=True, capture_output=True, text=True)  # noqa: S602 - theirs
        expect(done.returncode == 0, f"`{command}` to restart the server", done.stderr[-300:])
    elif sys.stdin.isatty() and sys.stderr.isatty():
        print(
            "    Restart your server now, then press Enter. ", end="", file=sys.stderr, flush=True
        )
        sys.stdin.readline()
    else:
        raise Skipped(
            "it restarts the server: give the command, [commands] restart in the settings"
        )
    wait_until_it_answers(site)


def wait_until_it_answers(site, seconds=120):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return site.get("/hello/", broken=True)
        except Failure:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@stage.full(
    cause="The rule is looked up before the row is written, and two requests look at the same "
    "moment.",
    hint="Let the database refuse the second one: a UNIQUE constraint; turn its error into a 409.",
)
def database_keeps_an_isbn_unique(site):
    """Two books with one ISBN at the same moment: one is there, the other gets 409."""
    isbn = site.values.isbn13()
    alice = site.alice.arrive()
    answers = site.at_once(
        *[lambda: alice.post("books/", json=site.values.book(isbn=isbn)) for _ in range(4)]
    )
    for answer in answers:
        answer.expect(201, 409)
        if answer.status == 201:
            address = f"books/{answer.member('id')}/"
            site.afterwards(lambda address=address: alice.delete(address))
    made = sum(answer.status == 201 for answer in answers)
    expect(made == 1, "exactly one of four to be created", f"{made} were")


@stage.full(
    cause="Whether the reader has a review is looked up first, and not kept by the database.",
    hint="A UNIQUE constraint over book and reader; its error is a 409.",
)
def database_keeps_one_review_a_reader(site):
    """Two reviews of one reader at the same moment: one is there, and counted once."""
    book = site.alice.book()
    bob = site.bob.arrive()
    answers = site.at_once(
        *[lambda: bob.post(f"books/{book['id']}/reviews/", json={"rating": 4}) for _ in range(4)]
    )
    made = sum(answer.expect(201, 409).status == 201 for answer in answers)
    expect(made == 1, "exactly one of four reviews to be created", f"{made} were")
    site.get(f"books/{book['id']}/").expect_members(reviews_count=1, rating=4)


@stage.full(
    cause="SQLite's lock is not waited for, or transactions read before they lock.",
    hint="SQLite: BEGIN IMMEDIATE, a busy timeout, and write-ahead logging.",
    read="backend_practice/settings/databases.py",
)
def database_takes_writers_at_once(site):
    """Eight writers at once lose nothing and see no error."""
    alice = site.alice.arrive()
    titles = [site.values.title() for _ in range(WRITERS * 3)]

    def write(mine):
        return [alice.post("books/", json=site.values.book(title=title)) for title in mine]

    batches = [titles[start::WRITERS] for start in range(WRITERS)]
    answers = sum(site.at_once(*[lambda mine=mine: write(mine) for mine in batches]), [])
    ids = [answer.expect(201).member("id") for answer in answers]
    for book_id in ids:
        site.afterwards(lambda book_id=book_id: alice.delete(f"books/{book_id}/"))
    expect(len(set(ids)) == len(titles), "an id of its own for every book")
    there = sorted(site.get(f"books/{book_id}/").expect(200).member("title") for book_id in ids)
    expect(there == sorted(titles), "every book that was accepted")


@stage.full(
    cause="Two changes of one book at once are both built on what was read before.",
    hint="Lock the row, or compare its version, in the transaction that changes it.",
)
def database_loses_no_update(site):
    """Changes of one book at the same moment with the same `If-Match`: one wins, the others get
    412.
    """
    book = site.alice.book()
    alice = site.alice.arrive()
    address, held = f"books/{book['id']}/", {"If-Match": book["etag"]}
    if not book["etag"]:
        raise Failure("an ETag with a new book", "none")
    titles = [site.values.title() for _ in range(4)]
    answers = site.at_once(
        *[
            lambda title=title: alice.patch(address, json={"title": title}, headers=held)
            for title in titles
        ]
    )
    won = [
        title
        for title, answer in zip(titles, answers, strict=True)
        if answer.expect(200, 412).status == 200
    ]
    expect(len(won) == 1, "exactly one of four to win", f"{len(won)} did")
    site.get(address).expect_members(title=won[0])


@stage.full(
    cause="The page says that it is well without asking the database.",
    hint="""Ask each dependency with a short time limit; name it, and answer 503 when one is down.
Where only some may see the names, give metrics_token in the settings.""",
    read="backend_practice/health.py",
)
def database_is_watched(site):
    """`/healthz/live` answers, and `/healthz/ready` says whether the database does."""
    site.get("/healthz/live").expect(200)
    answer = site.get("/healthz/ready", headers=site.inside).expect(200)
    answer.expect_that("database" in answer.text, "each dependency named, the database above all")
