"""Ten thousand real books, with the figures that are known of them."""

from collections import Counter

import pytest
from django.conf import settings
from django.db.models import Count

from books.models import Author, Authorship, Book, Genre
from tests.servers import missing_server

GOODBOOKS = settings.BASE_DIR.parent / "shared/data/goodbooks-10k.csv"


@pytest.fixture
def goodbooks(take_in):
    """The report of the whole file's import, and its remarks."""
    if not GOODBOOKS.exists():
        missing_server(f"the data set goodbooks-10k is not at {GOODBOOKS}")
    return take_in(GOODBOOKS.read_bytes())


def everything():
    models = (Book, Author, Authorship, Genre)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_goodbooks_come_in_with_the_figures_that_are_known(goodbooks):
    report = goodbooks.report
    most = Book.objects.annotate(writers=Count("authors")).order_by("-writers").first()

    assert (report.read, report.created, report.refused) == (10_000, 10_000, 0)
    assert report.kinds == {"isbn.invalid": 23}
    assert Book.objects.count() == 10_000
    assert Author.objects.count() == 5_841
    assert Book.objects.exclude(isbn=None).count() == 9_277
    assert most.writers == 47
    assert Book.objects.filter(published_year=-720).exists()
    assert Book.objects.filter(published_year=None).count() == 21


def test_goodbooks_have_the_languages_of_bcp_47(goodbooks):
    languages = Counter(Book.objects.values_list("language", flat=True))

    assert languages[None] == 1_084
    assert {"en", "en-US", "fr", "nl", "mul"} <= set(languages)
    assert not {"eng", "fre", "ger", ""} & set(languages)


def test_goodbooks_a_second_time_change_nothing(goodbooks, take_in):
    before = everything()

    report = take_in(GOODBOOKS.read_bytes()).report

    assert (report.created, report.unchanged) == (0, 10_000)
    assert everything() == before
