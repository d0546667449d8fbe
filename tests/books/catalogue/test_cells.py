"""What a cell means."""

import pytest

from books.catalogue.report import Unusable
from books.catalogue.values import Values

JSON_LIST = '["Le Guin, Ursula K.", "Ann; Bob"]'


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Ursula K. Le Guin", ["Ursula K. Le Guin"]),
        ("Terry Pratchett, Neil Gaiman", ["Terry Pratchett", "Neil Gaiman"]),
        ("Le Guin, Ursula K.; Gaiman, Neil", ["Le Guin, Ursula K.", "Gaiman, Neil"]),
        (JSON_LIST, ["Le Guin, Ursula K.", "Ann; Bob"]),
        (["Le Guin, Ursula K."], ["Le Guin, Ursula K."]),
        (" Bob ,, Ann , ", ["Bob", "Ann"]),
        ("Bob, Ann, Bob", ["Bob", "Ann"]),
        ("Zoe\u0308, Zo\u00eb", ["Zo\u00eb"]),
        ("Michael   Lewis", ["Michael   Lewis"]),
        ("Terry\r\n  Pratchett", ["Terry Pratchett"]),
        ([None, "", "Ann"], ["Ann"]),
    ],
)
def test_authors_are_names_in_order_each_once(cell, names):
    assert Values().authors(cell) == names


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("[Anonymous]", "invalid"),
        ('{"name": "Ann"}\x00', "control_characters"),
        ([5], "invalid"),
        (5, "invalid"),
        (" ; ; ", "required"),
        ("[]", "required"),
        ("A" * 201, "max_length"),
        ([f"Author {number}" for number in range(101)], "max_length"),
    ],
)
def test_authors_that_cannot_be_used(cell, code):
    with pytest.raises(Unusable) as error:
        Values().authors(cell)

    assert error.value.code == code


@pytest.mark.parametrize(
    ("cell", "isbn"),
    [
        ("9780439023481", "9780439023481"),
        ("978-0-439-02348-1", "9780439023481"),
        ("0-439-02348-3", "9780439023481"),
        ("439023483", "9780439023481"),
        (439023483, "9780439023481"),
        ("439023483.0", "9780439023481"),
        ("9780439023481.0", "9780439023481"),
        ("61120081", "9780061120084"),
        ("043965548x", "9780439655484"),
        ("43965548X", "9780439655484"),
        ('="0439023483"', "9780439023481"),
        ('=""', None),
    ],
)
def test_isbns_are_brought_into_one_form(cell, isbn):
    assert Values().isbn(cell) == isbn


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("439023484", "invalid"),
        ("0", "invalid"),
        ("n/a", "invalid"),
        (True, "invalid"),
        ("9.78043902348e+12", "rounded"),
        ("9.78E12", "rounded"),
        ("٠٤٣٩٠٢٣٤٨٣", "invalid"),
    ],
)
def test_isbns_that_cannot_be_used(cell, code):
    with pytest.raises(Unusable) as error:
        Values().isbn(cell)

    assert error.value.code == code


@pytest.mark.parametrize(
    ("cell", "year"),
    [("2008", 2008), ("2008.0", 2008), ("-720.0", -720), (" 1 ", 1), (1999, 1999), (-5.0, -5)],
)
def test_years_are_whole_numbers_however_written(cell, year):
    assert Values().published_year(cell) == year


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2008.5", "invalid"),
        ("MMVIII", "invalid"),
        ("²", "invalid"),
        ("1e400", "invalid"),
        (float("inf"), "invalid"),
        (False, "invalid"),
        ([2008], "invalid"),
        ("9" * 5_000, "invalid"),
        ("-3001", "out_of_range"),
        ("2999", "out_of_range"),
    ],
)
def test_years_that_cannot_be_used(cell, code):
    with pytest.raises(Unusable) as error:
        Values().published_year(cell)

    assert error.value.code == code


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Science Fiction", "science-fiction"),
        ("science_fiction", "science-fiction"),
        ("Poésie", "poesie"),
        ("classics", "classics"),
    ],
)
def test_a_genre_becomes_a_slug(name, slug):
    assert Values().genre(name) == slug


@pytest.mark.parametrize("name", ["文学", "!", "x" * 51, 5, None])
def test_genres_that_make_no_slug(name):
    with pytest.raises(Unusable):
        Values().genre(name)


@pytest.mark.parametrize(
    ("cell", "tag"), [("eng", "en"), ("EN_us", "en-US"), (" fre ", "fr"), ("pt-BR", "pt-BR")]
)
def test_languages_are_bcp_47(cell, tag):
    assert Values().language(cell) == tag
