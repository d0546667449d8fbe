"""?q=: words of title and authors, the same books in the same order on either database."""

import pytest

from books.models import Author, Authorship, Book
from tests.books.api import BOOKS, found, walk
from tests.books.search_cases import CASES, DUNES, SHELF

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    """The books of `SHELF`, put there in few statements."""
    names = {name for _, authors in SHELF for name in authors}
    authors = {author.name: author for author in Author.objects.bulk_create(map(named, names))}
    books = Book.objects.bulk_create(titled(title, names) for title, names in SHELF)
    Authorship.objects.bulk_create(
        Authorship(book=book, author=authors[name], position=position)
        for book, (_, names) in zip(books, SHELF, strict=True)
        for position, name in enumerate(names)
    )


def named(name):
    author = Author(name=name)
    author.derive()
    return author


def titled(title, names):
    book = Book(title=title)
    book.derive(names)
    return book


@pytest.mark.parametrize(("question", "titles"), CASES)
def test_it_finds_these_books_in_this_order(anonymous, shelf, question, titles):
    response = anonymous.get(BOOKS, {"q": question, "limit": 4})

    assert response.status_code == 200, response.content
    assert [book["title"] for book in response.json()["results"]] == titles


@pytest.mark.parametrize(("question", "limit"), [("dune", 1), ("the", 2), ("of", 3), ("har*", 1)])
def test_its_pages_lead_there_and_back(anonymous, shelf, question, limit):
    everything = found(anonymous, BOOKS, q=question, limit=100)

    there = walk(anonymous, f"{BOOKS}?q={question}&limit={limit}")
    back = [there[-1], *walk(anonymous, there[-1]["previous"], towards="previous")]

    assert titles_of(there) == titles_of(reversed(back)) == everything


def titles_of(pages):
    return [book["title"] for page in pages for book in page["results"]]


def test_equally_good_matches_come_in_the_order_in_which_they_were_added(anonymous, add_book):
    ids = [add_book(title="Twins", authors=["Same Author"]).pk for _ in range(3)]

    results = anonymous.get(BOOKS, {"q": "twins"}).json()["results"]

    assert [book["id"] for book in results] == ids


def test_another_order_can_be_asked_for(anonymous, shelf):
    assert found(anonymous, BOOKS, q="dune", ordering="-title") == [
        *("The Road to Dune", "Dune Messiah", "Dune", "Children of Dune")
    ]


def test_a_question_too_long_for_its_title_is_still_answered(anonymous, add_book):
    title = "the " * 74 + "end"  # as long as a title may be, longer than what it is sorted by
    add_book(title=title, authors=["Proust"])

    assert found(anonymous, BOOKS, q=title) == [title]


def test_the_biggest_book_that_there_can_be_is_found(anonymous, add_book):
    authors = [f"{number:03}" + "ŵ" * 197 for number in range(100)]
    add_book(title="𝔘" * 300, authors=authors)

    assert len(found(anonymous, BOOKS, q="099*")) == 1


def test_the_cases_cover_what_they_claim():
    titles = {title for title, _ in SHELF}

    assert all(set(expected) <= titles for _, expected in CASES)
    assert len(DUNES) == 4
