"""What holds once everything has come to rest: nothing lost, nothing doubled, all views agree."""

from collections import Counter

from tests.patience import eventually
from tests.services.faults.site import NAMES

COPIES = [name for name in NAMES if name != "accounts"]
SECONDS_TO_AGREE = 30
USERS = "SELECT id, name, version FROM accounts_user"
UNFINISHED = "SELECT COUNT(*) FROM identity_accountdeletion WHERE finished_at IS NULL"
JOBS = "SELECT id, kind, state, version, home FROM jobs_job WHERE owner_id IS NOT NULL"


def plain(key):
    """An id, whichever way a database writes it."""
    return str(key).replace("-", "")


def disagreements(services, load):
    """What is not as it should be, in words; empty where all is well."""
    found = [*of_books(services, load), *of_jobs(services, load), *of_messages(services, load)]
    return [*found, *of_users(services, load), *under_way(services)]


def of_books(services, load):
    counts = Counter(title for (title,) in services.rows("books", "SELECT title FROM books_book"))
    imported = [title for _, title in load.jobs.values() if title]
    for title in [*load.books, *imported]:
        if counts[title] != 1:
            yield f"{title} is there {counts[title]} times"


def of_jobs(services, load):
    told = {plain(row[0]): row[1:] for row in services.rows("jobs", JOBS)}
    for key in load.jobs:
        if (state := told.get(plain(key), (0, "lost"))[1]) != "succeeded":
            yield f"job {key} is {state}"
    for home in COPIES:
        if home == "jobs":
            continue
        for key, kind, state, version, _ in services.rows(home, JOBS):
            if told.get(plain(key)) != (kind, state, version, home):
                yield f"{kind} {key} is {state} {version}, and followed as {told.get(plain(key))}"


def of_messages(services, load):
    said = services.rows("chat", "SELECT room_id, seq, text FROM chat_message")
    counts = Counter(text for _, _, text in said)
    for text in load.messages:
        if counts[text] != 1:
            yield f"{text} is there {counts[text]} times"
    for room in {row[0] for row in said}:
        seqs = sorted(seq for each, seq, _ in said if each == room)
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"room {room} has gaps: {seqs}"


def of_users(services, load):
    truth = {plain(key): (name, version) for key, name, version in services.rows("accounts", USERS)}
    for key, name in load.users.items():
        if truth.get(plain(key), ("nobody",))[0] != name:
            yield f"user {key} is {truth.get(plain(key))}, and not {name}"
    [(unfinished,)] = services.rows("accounts", UNFINISHED)
    if unfinished:
        yield f"{unfinished} deletions of accounts are not finished"
    for service in COPIES:
        rows = services.rows(service, USERS)
        copies = {plain(key): (name, version) for key, name, version in rows}
        if copies != truth:
            yield f"{service} knows {len(copies)} users of {len(truth)}, or knows them otherwise"
        for key in load.gone:
            if plain(key) in copies:
                yield f"user {key} has gone, and is still known to {service}"


def under_way(services):
    for service in NAMES:
        [(unsent,)] = services.rows(
            service, "SELECT COUNT(*) FROM events_outboxevent WHERE sent_at IS NULL"
        )
        states = Counter(
            state
            for (state,) in services.rows(
                service,
                "SELECT state FROM events_delivery WHERE state <> 'handled' AND handler <> ''",
            )
        )
        if unsent or states:
            yield f"{service} has {unsent} events unsent, and {dict(states)}"


def all_agree(services, load, seconds=SECONDS_TO_AGREE):
    """Wait until nothing is amiss; fail with what is after that time."""
    last = []

    def nothing_is_amiss():
        last[:] = disagreements(services, load)
        return not last

    try:
        eventually(nothing_is_amiss, seconds=seconds)
    except AssertionError:
        raise AssertionError("\n".join(last[:30])) from None
