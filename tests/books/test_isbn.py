"""One spelling for all ISBNs."""

import pytest

from books.isbn import check_digit_10, check_digit_13, normalise_isbn
from tests.books.api import BOOKS, EMMA_ISBN

SPELLINGS = [
    "9780141439587",
    "978-0-14-143958-7",
    "978 0 14 143958 7",
    "978\u20110\u201114\u2011143958\u20117",
    "0141439580",
    "0-14-143958-0",
]
WRONG = [
    *("", "-", "978", "97801414395870", "014143958", "01414395800"),
    *("9780141439586", "0141439581", "014143958X", "X141439580", "0X41439580"),
    *("1234567890128", "9770141439588", "978014143958X", "９７８０１４１４３９５８７"),
    "ISBN 9780141439587",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_the_same_thirteen_digits(spelling):
    assert normalise_isbn(spelling) == EMMA_ISBN


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_isbn_is_refused(text):
    with pytest.raises(ValueError, match="ISBN"):
        normalise_isbn(text)


@pytest.mark.parametrize("spelling", ["080442957X", "080442957x", "0-8044-2957-X"])
def test_a_check_digit_of_ten_is_written_x(spelling):
    assert normalise_isbn(spelling) == "9780804429573"


def test_979_is_an_isbn_that_has_no_short_form():
    assert normalise_isbn("979-10-90636-07-1") == "9791090636071"


@pytest.mark.parametrize("place", range(13))
def test_one_wrong_digit_anywhere_is_found_out(place):
    digit = str((int(EMMA_ISBN[place]) + 1) % 10)

    with pytest.raises(ValueError, match="ISBN"):
        normalise_isbn(EMMA_ISBN[:place] + digit + EMMA_ISBN[place + 1 :])


def test_the_check_digits_are_those_of_the_standard():
    assert check_digit_10("080442957") == "X"
    assert check_digit_13("978080442957") == "3"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_api_gives_out_thirteen_digits(client_of, alice, spelling):
    body = {"title": "Emma", "authors": ["Jane Austen"], "isbn": spelling}

    response = client_of(alice).post(BOOKS, body)

    assert response.json()["isbn"] == EMMA_ISBN
