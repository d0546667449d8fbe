"""`manage.py events reconcile`: what an owner has beside what others keep of it."""

import uuid

import pytest
from django.core.management import CommandError, call_command

from backend_practice.services.client import ServiceAway
from events import agreements
from events.agreements import View, compare
from events.inbox import bury
from jobs.agreements import jobs, order_again, versions
from jobs.agreements import mend as mend_job
from jobs.models import Job
from tests.services.test_jobs_elsewhere import (  # noqa: F401 - fixtures
    KIND,
    PARAMS,
    at_jobs,
    life_of_a_job,
    order,
    told,
)


class Shelf:
    """Keys and versions that a view keeps, and what was done to mend it."""

    def __init__(self, **kept):
        self.kept = kept

    def versions(self, after, until):
        within = (key for key in self.kept if key > after and (not until or key <= until))
        return {key: self.kept[key] for key in within}

    def mend(self, row):
        self.kept[row[0]] = row[1]

    def remove(self, key):
        del self.kept[key]

    def view(self):
        return View("books.shelf", "books", self.versions, self.mend, self.remove)


class Answer:
    is_success = True

    def __init__(self, rows):
        self.rows = rows

    def json(self):
        return {"rows": self.rows}


@pytest.fixture
def owner_has(monkeypatch):
    """`owner_has(a=1, b=2)` is what the owner answers, two rows a page."""

    def has(**rows):
        def ask(service, method, path, *, params, seconds):
            later = [[key, version, {}] for key, version in sorted(rows.items())]
            return Answer([row for row in later if row[0] > params["after"]][:2])

        monkeypatch.setattr(agreements, "ask", ask)
        monkeypatch.setattr(agreements, "PAGE", 2)

    return has


@pytest.mark.parametrize(
    ("theirs", "ours", "missing", "outdated", "left_over"),
    [
        ({}, {}, [], [], []),
        ({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 2, "c": 3}, [], [], []),
        ({"a": 1, "b": 2, "c": 3}, {"b": 2}, ["a", "c"], [], []),
        ({"a": 2, "b": 2, "c": 2}, {"a": 1, "b": 2, "c": 1}, [], ["a", "c"], []),
        ({"b": 1}, {"a": 1, "b": 1, "c": 1}, [], [], ["a", "c"]),
        ({"b": 1, "d": 1, "f": 1, "h": 1}, {"a": 1, "c": 1, "e": 1, "g": 1, "i": 1},
         ["b", "d", "f", "h"], [], ["a", "c", "e", "g", "i"]),
        ({"a": 1}, {"a": 2}, [], [], []),  # ours is newer than the page that was read
    ],
)  # fmt: skip
@pytest.mark.once
def test_what_differs_is_found_and_mended(owner_has, theirs, ours, missing, outdated, left_over):
    shelf = Shelf(**ours)
    owner_has(**theirs)

    found = compare(shelf.view())
    compare(shelf.view(), mend=True)

    assert found.compared == len(theirs)
    assert (found.missing, found.outdated, found.left_over) == (missing, outdated, left_over)
    assert compare(shelf.view()).agrees


@pytest.mark.django_db
def test_one_process_has_no_copies(capsys):
    call_command("events", "reconcile")

    assert "Nothing here is a copy" in capsys.readouterr().out


@pytest.mark.django_db
def test_dead_letters_are_amiss():
    bury({"odd": 1}, key=uuid.uuid4(), reason="It was odd.")

    with pytest.raises(CommandError):
        call_command("events", "reconcile")


@pytest.mark.django_db
def test_an_owner_that_is_away_is_amiss(monkeypatch, capsys):
    def away(*arguments, **options):
        raise ServiceAway("books")

    monkeypatch.setattr(agreements, "ask", away)
    monkeypatch.setattr(agreements, "_views", [Shelf().view()])

    with pytest.raises(CommandError):
        call_command("events", "reconcile")
    assert "does not answer" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_job_is_brought_to_where_its_home_is(as_books, order):  # noqa: F811
    events, _, _ = life_of_a_job(as_books, order())
    follow_all(as_books, events[:1])
    [row] = rows_at_home(as_books, events)

    mend_job(row)

    assert Job.objects.get(home="books").state == "succeeded"
    assert list(versions("books", "", "").values()) == [row[1]]


def follow_all(settings, events):
    from jobs.following import follow

    settings.SERVICE = "jobs"
    for event in events:
        follow(event)


def rows_at_home(settings, events):
    """What the home would list: the newest that it has told."""
    newest = max(events, key=lambda event: event.data["row"]["version"])
    return [(newest.subject, newest.data["row"]["version"], newest.data)]


@pytest.mark.django_db
def test_a_home_lists_its_jobs_with_what_they_are_made_from(as_books, order):  # noqa: F811
    from jobs.following import take_order

    take_order(order())
    job = Job.objects.get()

    [(key, version, facts)] = jobs("", 10)

    assert (key, version, facts["home"]) == (str(job.pk), 1, "books")
    assert jobs(key, 10) == []


@pytest.mark.django_db
def test_an_order_that_never_arrived_is_sent_again(at_jobs, alice):  # noqa: F811
    from jobs.services import accept_job

    job = accept_job(KIND.name, PARAMS, owner=alice)

    order_again(str(job.pk))

    first, second = told("jobs.job.requested")
    assert first.data == second.data
