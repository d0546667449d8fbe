"""What search compares: words without accents and case."""

import sys
import unicodedata

import pytest
from django.db import connection

from books.words import MAX_SORT_KEY, MAX_WORD, sort_key, words_of

FOLDED = [
    ("Señor Łukasz, C++", ["senor", "lukasz", "c"]),
    ("STRASSE Straße", ["strasse", "strasse"]),
    ("Frøken Ægypt œuvre Þór Đorđe ılık", ["froken", "aegypt", "oeuvre", "thor", "dorde", "ilik"]),
    ("İstanbul", ["istanbul"]),
    ("e\u0301t\u00e9", ["ete"]),
    ("ﬁn １９８４ Ⅳ ²", ["fin", "1984", "iv", "2"]),
    ("L'Étranger", ["l", "etranger"]),
    ("Catch-22", ["catch", "22"]),
    ("Фёдор Ё", ["федор", "е"]),
    ("雪国 川端", ["雪国", "川端"]),
    ("गोदान", ["गोदान"]),
    ("zero\u200bwidth tab\there", ["zero", "width", "tab", "here"]),
    ("  ", []),
    ("'\"*:()&|!<->\\%_", []),
    ("👍", []),
]


@pytest.mark.parametrize(("text", "words"), FOLDED)
def test_words_are_folded(text, words):
    assert words_of(text) == words


def test_a_very_long_word_is_cut():
    assert words_of("a" * 500) == ["a" * MAX_WORD]


def test_folding_words_again_changes_nothing():
    every_character = (chr(code) for code in range(sys.maxunicode + 1))
    text = " ".join(c for c in every_character if unicodedata.category(c) != "Cs")

    words = words_of(text)

    assert words_of(" ".join(words)) == words


@pytest.mark.django_db
def test_sqlite_takes_every_word_as_it_is(sqlite):
    """Its own idea of letters and case is that of another version of Unicode."""
    every_character = (chr(code) for code in range(sys.maxunicode + 1))
    text = " ".join(c for c in every_character if unicodedata.category(c) != "Cs")
    words = sorted(set(words_of(text)))

    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'books_words'")
        tokenizer = cursor.fetchone()[0].split("tokenize=")[1].rstrip(")")
        cursor.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5(text, tokenize={tokenizer})")
        cursor.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(temp, words, 'row')")
        cursor.execute("INSERT INTO temp.words VALUES (%s)", [" ".join(words)])
        cursor.execute("SELECT term FROM temp.terms")
        terms = sorted(term for (term,) in cursor.fetchall())
        cursor.execute("DROP TABLE temp.terms")
        cursor.execute("DROP TABLE temp.words")

    assert terms == words


def test_a_sort_key_is_the_words_as_one():
    assert sort_key("  The Señor's  Garden! ") == "the senor s garden"


def test_a_sort_key_fits_into_its_column():
    key = sort_key("ab " * 300)

    assert len(key) <= MAX_SORT_KEY
    assert key == key.strip()
