"""Eight who write at once lose nothing and get no error, and what was written stays."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.books.api import BOOKS
from tests.environment import ROOT, pristine_environment
from tests.processes import EMAIL, PASSWORD, logged_in, manage, own_database, running_site

WRITERS, REQUESTS = 8, 15
# PostgreSQL waits for the disk at each commit, which proves nothing more after a few.
TIMES = 60 if connection.vendor == "sqlite" else 10
PREPARE = f"""
from django.core.management import call_command
from accounts.models import User
from books.services import create_book
call_command("migrate", verbosity=0)
alice = User.objects.create_superuser("{EMAIL}", "{PASSWORD}")
print(create_book(owner=alice, title="Emma", authors=["Jane Austen"], genres=[]).pk)
"""
COUNT = """
from books.models import Book, Review
book = Book.objects.get()
print(Review.objects.count(), book.reviews_count, book.ratings_total, book.version)
"""


@pytest.fixture
def variables(tmp_path):
    """The environment of a site of its own, which is empty."""
    with own_database(tmp_path) as url:
        yield {
            "DATABASE_URL": url,
            "DATA_DIR": str(tmp_path),
            "REQUESTS_PER_MINUTE_ADDRESS": "1000000",
            "REQUESTS_PER_MINUTE_USER": "1000000",
        }


@pytest.fixture
def book_id(variables):
    """The id of the one book of that site, which is `EMAIL`'s."""
    return code(PREPARE, variables)


def code(source, variables):
    """What this code prints last, run inside the site."""
    return manage("shell", "-v", "0", "-c", source, **variables).strip().splitlines()[-1]


def test_eight_processes_lose_no_review_and_no_count(variables, book_id):
    environment = pristine_environment(
        DJANGO_SETTINGS_MODULE="backend_practice.settings", **variables
    )

    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.books.writer", book_id, str(number), str(TIMES)],
            cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
        )
        for number in range(WRITERS)
    ]  # fmt: skip
    errors = [writer.communicate(timeout=120)[1] for writer in writers]

    assert [writer.returncode for writer in writers] == [0] * WRITERS, errors
    reviews, total = WRITERS * TIMES, WRITERS * TIMES * 3
    assert code(COUNT, variables) == f"{reviews} {reviews} {total} {1 + reviews}"


def test_eight_clients_of_the_site_lose_no_book(variables, book_id, tmp_path):
    def write(number):
        with logged_in(url) as client:
            return [client.post(BOOKS, json=book_number(number, turn)).status_code
                    for turn in range(REQUESTS)]  # fmt: skip

    with running_site(tmp_path / "log", **variables) as url, ThreadPoolExecutor(WRITERS) as pool:
        statuses = sum(pool.map(write, range(WRITERS)), [])
        titles = titles_of_all(url)

    assert statuses == [201] * (WRITERS * REQUESTS)
    assert len(titles) == WRITERS * REQUESTS + 1


def book_number(number, turn):
    return {"title": f"Book {number}.{turn}", "authors": [f"Author {turn}"], "genres": ["novels"]}


def titles_of_all(url):
    with logged_in(url) as client:
        titles, address = set(), f"{BOOKS}?limit=100"
        while address:
            page = client.get(address).json()
            titles |= {book["title"] for book in page["results"]}
            address = page["next"]
    return titles


def test_what_was_written_is_there_after_a_restart(variables, book_id, tmp_path):
    body = {"title": "Señor Vivo", "authors": ["Louis de Bernières"], "published_year": 1991}

    with running_site(tmp_path / "first.log", **variables) as url, logged_in(url) as client:
        written = client.post(BOOKS, json=body)
        reviewed = client.post(f"{written.headers['Location']}reviews/", json={"rating": 5})
    with running_site(tmp_path / "second.log", **variables) as url, logged_in(url) as client:
        read = client.get(f"{BOOKS}{written.json()['id']}/")
        found = client.get(BOOKS, params={"q": "senor"}).json()["results"]

    assert (written.status_code, reviewed.status_code) == (201, 201)
    assert read.json() == {**written.json(), "rating": 5, "reviews_count": 1}
    assert found == [read.json()]
