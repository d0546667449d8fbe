"""What each member of a book may be, and what not."""

import pytest
from django.utils import timezone

from tests.books.api import BOOKS, errors_of

NEXT_YEAR = timezone.now().year + 1
CONTROLS = ["\0", "\x01", "\x07", "\x1b[31m", "\x7f", "\x85"]
NO_TEXTS = [5, 5.5, True, [], {}, ["Emma"]]
A_UUID = "0199b1d2-7c5e-7d3a-9f00-3f7f6a2d9c11"

TAKEN = [
    ("title", "E", "E"),
    ("title", "x" * 300, "x" * 300),
    ("title", "📚" * 300, "📚" * 300),
    ("title", "  Emma \n", "Emma"),
    ("title", "مئة عام من العزلة", "مئة عام من العزلة"),
    ("title", "\u202eammE\u202c", "\u202eammE\u202c"),
    ("title", "👩‍👩‍👧 <script>alert(1)</script> ' \" \\ %s", None),
    ("title", "Cafe\u0301", "Caf\u00e9"),
    ("title", "e\u0301" * 300, "é" * 300),
    ("title", "!?", "!?"),
    ("authors", ["x" * 200], ["x" * 200]),
    ("authors", [f"Author {number}" for number in range(100)], None),
    ("authors", ["Mo Yan", "mo yan", "Mó Yan"], None),
    ("authors", [" Jane Austen "], ["Jane Austen"]),
    ("published_year", -3000, -3000),
    ("published_year", 0, 0),
    ("published_year", 1815.0, 1815),
    ("published_year", NEXT_YEAR, NEXT_YEAR),
    ("published_year", None, None),
    ("language", None, None),
    ("genres", [], []),
    ("genres", ["science-fiction", "20th-century"], ["20th-century", "science-fiction"]),
    ("genres", ["x" * 50], ["x" * 50]),
    ("genres", [f"genre-{number:02}" for number in range(20)], None),
    ("description", "", ""),
    ("description", "Two\r\nlines\tand a tab", "Two\r\nlines\tand a tab"),
    ("description", "x" * 10_000, "x" * 10_000),
    ("cover", None, None),
    ("cover", A_UUID, A_UUID),
    ("cover", A_UUID.upper().replace("-", ""), A_UUID),
]  # fmt: skip

REFUSED = [
    *[("title", value, "/title", "invalid") for value in NO_TEXTS],
    ("title", None, "/title", "null"),
    ("title", "", "/title", "blank"),
    ("title", " \t\n ", "/title", "blank"),
    ("title", "x" * 301, "/title", "max_length"),
    ("title", "📚" * 301, "/title", "max_length"),
    *[("title", f"Em{control}ma", "/title", "control_characters") for control in CONTROLS],
    ("title", "two\nlines", "/title", "control_characters"),
    ("authors", None, "/authors", "null"),
    ("authors", [], "/authors", "min_length"),
    ("authors", "Jane Austen", "/authors", "not_a_list"),
    ("authors", {"0": "Jane Austen"}, "/authors", "not_a_list"),
    ("authors", 5, "/authors", "not_a_list"),
    ("authors", ["Jane Austen", "Jane Austen"], "/authors", "repeated"),
    ("authors", ["Jane Austen", " Jane Austen"], "/authors", "repeated"),
    ("authors", ["Zoe\u0308", "Zoë"], "/authors", "repeated"),
    ("authors", [f"Author {number}" for number in range(101)], "/authors", "max_length"),
    ("authors", ["Jane Austen", ""], "/authors/1", "blank"),
    ("authors", ["Jane Austen", None], "/authors/1", "null"),
    ("authors", [5], "/authors/0", "invalid"),
    ("authors", [["Jane Austen"]], "/authors/0", "invalid"),
    ("authors", ["x" * 201], "/authors/0", "max_length"),
    ("authors", ["Jane\0Austen"], "/authors/0", "control_characters"),
    *[("isbn", value, "/isbn", "invalid") for value in [9780141439587, True, ["9780141439587"]]],
    ("isbn", "", "/isbn", "blank"),
    ("isbn", "9780141439588", "/isbn", "isbn"),
    ("isbn", "0141439581", "/isbn", "isbn"),
    ("isbn", "978014143958", "/isbn", "isbn"),
    ("isbn", "x" * 100_000, "/isbn", "isbn"),
    *[("published_year", value, "/published_year", "invalid")
      for value in ["1815", "", True, False, 1815.5, [1815], {}]],
    *[("published_year", value, "/published_year", "out_of_range")
      for value in [-3001, NEXT_YEAR + 1, 2**31, -(2**63), 10**30, 1e308]],
    *[("language", value, "/language", "invalid") for value in [5, True, ["en"]]],
    ("language", "", "/language", "blank"),
    ("language", "english", "/language", "language"),
    ("language", "en" * 50_000, "/language", "language"),
    ("genres", None, "/genres", "null"),
    ("genres", "comedy", "/genres", "not_a_list"),
    ("genres", ["comedy", "comedy"], "/genres", "repeated"),
    ("genres", [f"genre-{number}" for number in range(21)], "/genres", "max_length"),
    ("genres", ["x" * 51], "/genres/0", "max_length"),
    *[("genres", ["ok", value], "/genres/1", "slug")
      for value in ["Comedy", "a b", "a--b", "-a", "a-", "a_b", "é", "a/b", "١"]],
    ("genres", [""], "/genres/0", "blank"),
    ("genres", [7], "/genres/0", "invalid"),
    ("description", None, "/description", "null"),
    ("description", 5, "/description", "invalid"),
    ("description", "x" * 10_001, "/description", "max_length"),
    ("description", "bell\x07", "/description", "control_characters"),
    ("description", "NUL\0", "/description", "control_characters"),
    *[("cover", value, "/cover", "invalid")
      for value in ["", "5", 5, -1, True, 10**40, 1.5, [], {}, "../../etc/passwd", "0" * 33]],
]  # fmt: skip


@pytest.mark.parametrize(("member", "sent", "given"), TAKEN)
def test_a_good_value_is_taken(client_of, alice, member, sent, given):
    body = {"title": "Emma", "authors": ["Jane Austen"], member: sent}

    response = client_of(alice).post(BOOKS, body)

    assert response.status_code == 201, response.content
    assert response.json()[member] == (sent if given is None else given)


@pytest.mark.parametrize(("member", "sent", "pointer", "code"), REFUSED)
def test_a_bad_value_is_refused_by_name(client_of, alice, member, sent, pointer, code):
    body = {"title": "Emma", "authors": ["Jane Austen"], member: sent}

    response = client_of(alice).post(BOOKS, body)

    assert response.status_code == 400
    assert errors_of(response) == [(pointer, code)]


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" * 400, "0.1e1", "-0"])
def test_no_number_is_too_odd_for_an_answer(client_of, alice, number):
    body = f'{{"title": "Emma", "authors": ["Jane Austen"], "published_year": {number}}}'

    response = client_of(alice).post(BOOKS, body, content_type="application/json")

    assert response.status_code in (201, 400)


def test_a_list_far_too_long_is_refused_before_its_members_are_looked_at(client_of, alice):
    body = {"title": "Emma", "authors": list(range(100_000))}

    response = client_of(alice).post(BOOKS, body)

    assert response.status_code == 400
    assert errors_of(response) == [("/authors", "max_length")]
