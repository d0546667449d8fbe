"""One spelling for all language tags."""

import langcodes
import pytest

from books.languages import MAX_LENGTH, normalise_language
from tests.books.api import BOOKS

SPELLINGS = [
    ("en", "en"), ("EN", "en"), (" en ", "en"), ("eng", "en"), ("ger", "de"), ("deu", "de"),
    ("en-US", "en-US"), ("EN_us", "en-US"), ("pt-br", "pt-BR"), ("zh-hant-tw", "zh-Hant-TW"),
    ("zh-min-nan", "nan"), ("iw", "he"), ("sr-Latn", "sr-Latn"), ("es-419", "es-419"),
    ("en-Latn", "en"), ("ar-arb", "ar-arb"), ("und", "und"), ("grc", "grc"),
    ("x-elvish", "x-elvish"),
]  # fmt: skip
WRONG = [
    *("english", "xx", "en-", "-en", "e", "12", "en--US", "en-USA", "en US", "*", "de;q=0.5"),
    *("ｅｎ", "日本", "en\nUS", "x", "en-x-" + "a" * 40, "C.UTF-8"),
]


@pytest.mark.parametrize(("spelling", "tag"), SPELLINGS)
def test_every_spelling_is_one_tag(spelling, tag):
    assert normalise_language(spelling) == tag


@pytest.mark.parametrize(("spelling", "tag"), SPELLINGS)
def test_a_tag_that_was_given_out_is_taken_back_unchanged(spelling, tag):
    assert normalise_language(tag) == tag


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_language_is_refused(text):
    with pytest.raises(ValueError, match="no language tag"):
        normalise_language(text)


def test_a_canonical_form_that_would_not_fit_is_refused():
    longest = "i-default-" + "x" * 8 + "-" + "y" * 8 + "-" + "z" * 7

    with pytest.raises(ValueError, match="no language tag"):
        normalise_language(longest)


def test_strangers_cannot_fill_the_memory_with_tags():
    for number in range(2000):
        normalise_language(f"en-x-a{number}")

    assert normalise_language.cache_info().currsize <= 1000
    assert not langcodes.Language._PARSE_CACHE
    assert not langcodes.Language._INSTANCES


def test_no_tag_is_longer_than_its_column():
    assert MAX_LENGTH == 35


def test_the_api_gives_out_the_canonical_tag(client_of, alice):
    body = {"title": "Emma", "authors": ["Jane Austen"], "language": "eng-gb"}

    response = client_of(alice).post(BOOKS, body)

    assert response.json()["language"] == "en-GB"
