"""Migrations run forward and back, and the search index comes along."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from books import search_index
from books.models import Book
from books.search import search
from tests.processes import manage, own_database

# One process does it all: starting each takes longer than what it does.
STEPS = """
from django.core.management import call_command
from django.db import connection
from accounts.models import User
from books.models import Book
from books.search import search
from books.services import create_book

def migrate(*where):
    call_command("migrate", *where, verbosity=0)

def add_a_book():
    owner, _ = User.objects.get_or_create(email="alice@example.com")
    create_book(owner=owner, title="Emma", authors=["Jane Austen"], genres=["classics"])

def found():
    return [book.title for book in search(Book.objects.all(), "EMMA aust*")]

def tables():
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return [name for name in names if name.startswith("books_")]
"""


@pytest.fixture
def outcome_of(tmp_path):
    """`outcome_of(steps)` is what these lines print last, run on an empty database of their own."""

    def run(steps):
        with own_database(tmp_path) as url:
            variables = {"DATABASE_URL": url, "DATA_DIR": str(tmp_path)}
            output = manage("shell", "-v", "0", "-c", STEPS + steps, **variables)
        return output.strip().splitlines()[-1]

    return run


def test_all_the_way_back_leaves_nothing_and_forward_again_works(outcome_of):
    outcome = outcome_of("""
migrate()
add_a_book()
migrate("books", "zero")
left = tables()
migrate()
before = found()
add_a_book()
print(left, before, found())
""")

    assert outcome == "[] [] ['Emma']"


def test_the_index_is_filled_from_the_books_that_are_there(outcome_of):
    outcome = outcome_of("""
migrate("accounts")
migrate("events")
migrate("books", "0001")
add_a_book()
migrate()
print(found())
""")

    assert outcome == "['Emma']"


def test_the_index_goes_without_the_books(outcome_of):
    outcome = outcome_of("""
migrate()
add_a_book()
migrate("books", "0001")
add_a_book()
print(Book.objects.count(), [name for name in tables() if "words" in name])
""")

    assert outcome == "2 []"


@pytest.fixture
def remade_table(sqlite, transactional_db):
    """The table of books as a migration that alters it leaves it: copied, without its triggers."""
    with connection.constraint_checks_disabled(), connection.schema_editor() as editor:
        editor._remake_table(Book)
    yield
    search_index.mend(using="default")


@pytest.mark.django_db(transaction=True)
def test_a_remade_table_is_mended_by_migrate(book, remade_table):
    Book.objects.update(search_text="written while the triggers were gone")
    assert not search(Book.objects.all(), "triggers")

    call_command("migrate", verbosity=0)

    assert search(Book.objects.all(), "triggers").get() == book
    assert not search(Book.objects.all(), "emma")


@pytest.mark.django_db(transaction=True)
def test_after_mending_search_follows_again(book, remade_table):
    search_index.mend(using="default")

    Book.objects.update(search_text="written later")
    Book.objects.update(search_text=F("search_text"))

    assert search(Book.objects.all(), "later").get() == book


@pytest.mark.django_db
def test_mending_what_is_whole_does_nothing(book, django_assert_num_queries, sqlite):
    with django_assert_num_queries(2):
        search_index.mend(using="default")
