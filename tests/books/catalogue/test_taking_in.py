"""What becomes of a row: a book, a book without some value, or a refusal."""

import pytest

from books.models import Author, Book
from books.services import create_book

HEADER = "title,authors,isbn,published_year,language,genres,description\n"


def test_a_row_becomes_a_book(take_in, books):
    row = 'Emma,"Jane Austen, Fiona Stafford",0141439580,1815.0,eng,"Classics; comedy",Clever.\n'

    taken = take_in(HEADER + row)

    assert taken.remarks == []
    assert books() == [
        ("Emma", ["Jane Austen", "Fiona Stafford"], "9780141439587", 1815, "en",
         ["classics", "comedy"], "Clever."),
    ]  # fmt: skip


def test_an_imported_book_is_like_one_that_was_created(take_in, alice):
    created = create_book(owner=alice, authors=["Søren Ægir"], genres=["noir"], title="Café, bitte")
    Book.objects.filter(pk=created.pk).update(fingerprint="")

    take_in('title,authors,genres\n"Café, bitte",Søren Ægir,noir\n')

    imported = Book.objects.exclude(pk=created.pk).get()
    assert imported.title_key == created.title_key
    assert imported.search_text == created.search_text
    assert imported.year_order == created.year_order
    assert imported.version == created.version
    assert imported.owner is None


def test_an_imported_author_can_be_found_without_accents(take_in):
    take_in("title,authors\nEmma,Søren Ægir\n")

    assert Author.objects.get().name_key == "soren aegir"


def test_an_imported_book_is_found_by_its_words(take_in, anonymous):
    take_in("title,authors\nThe Dispossessed,Ursula K. Le Guin\n")

    answer = anonymous.get("/api/v1/books/?q=le guin")

    assert [book["title"] for book in answer.json()["results"]] == ["The Dispossessed"]


def test_books_can_be_created_after_an_import(take_in, alice, books):
    take_in("title,authors\nEmma,Jane Austen\n")

    create_book(owner=alice, authors=["Jane Austen"], genres=[], title="Persuasion")

    assert [book[0] for book in books()] == ["Emma", "Persuasion"]


def test_books_keep_the_order_of_the_file(take_in, books):
    titles = [f"Book {number}" for number in range(2_500)]

    take_in("title,authors\n" + "".join(f"{title},Ann\n" for title in titles))

    assert [book[0] for book in books()] == titles


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (",Jane Austen", "title.required"),
        ("Emma,", "authors.required"),
        ("Emma", "authors.required"),
        ("E" * 301 + ",Jane Austen", "title.max_length"),
        ("Em\x07ma,Jane Austen", "title.control_characters"),
        ("Emma," + "A" * 201, "authors.max_length"),
        ("Emma,[Jane", "authors.invalid"),
    ],
)
def test_without_title_and_authors_a_row_is_refused(row, kind, take_in, books):
    taken = take_in(f"title,authors\n{row}\n")

    assert (taken.report.read, taken.report.refused, taken.report.warnings) == (1, 1, 0)
    assert [(remark.line, remark.kind, remark.refused) for remark in taken.remarks] == [
        (2, kind, True)
    ]
    assert books() == []


def test_every_reason_for_a_refusal_is_given(take_in):
    taken = take_in("title,authors,isbn\n,,nonsense\n")

    assert [remark.kind for remark in taken.remarks] == ["title.required", "authors.required"]
    assert taken.report.refused == 1


@pytest.mark.parametrize(
    ("field", "cell", "kind"),
    [
        ("isbn", "0141439581", "isbn.invalid"),
        ("isbn", "9.78014143958e+12", "isbn.rounded"),
        ("published_year", "soon", "published_year.invalid"),
        ("published_year", "-5000", "published_year.out_of_range"),
        ("language", "english prose", "language.unknown"),
        ("genres", "文学", "genres.blank"),
        ("genres", "g" * 51, "genres.max_length"),
        ("description", "d" * 10_001, "description.max_length"),
        ("description", "\x07", "description.control_characters"),
    ],
)
def test_any_other_value_that_cannot_be_used_is_left_out(field, cell, kind, take_in, books):
    taken = take_in(f"title,authors,{field}\nEmma,Jane Austen,{cell}\n")

    assert (taken.report.created, taken.report.warnings) == (1, 1)
    assert [(remark.line, remark.kind, remark.refused) for remark in taken.remarks] == [
        (2, kind, False)
    ]
    assert books() == [("Emma", ["Jane Austen"], None, None, None, [], "")]


def test_genres_that_can_be_used_stay(take_in, books):
    taken = take_in("title,authors,genres\nEmma,Jane Austen,文学; Classics; classics; 诗\n")

    assert [remark.value for remark in taken.remarks] == ["文学", "诗"]
    assert books()[0][5] == ["classics"]


def test_of_too_many_genres_the_first_stay(take_in, books):
    genres = "; ".join(f"g{number:02}" for number in range(22))

    taken = take_in(f"title,authors,genres\nEmma,Jane Austen,{genres}\n")

    assert [remark.kind for remark in taken.remarks] == ["genres.max_length"]
    assert books()[0][5] == [f"g{number:02}" for number in range(20)]


def test_a_remark_shows_a_value_shortly_and_on_one_line(take_in):
    taken = take_in(f'title,authors,isbn\nEmma,Jane Austen,"\x1b[31m\n{"x" * 500}"\n')

    value = taken.remarks[0].value
    assert len(value) == 100
    assert value.isprintable()


def test_remarks_come_in_the_order_of_the_file(take_in):
    taken = take_in("title,authors,isbn\nA,Ann,1\n,Ann,\nB,Ann,1\n")

    assert [remark.line for remark in taken.remarks] == [2, 3, 4]


def test_what_is_read_is_created_unchanged_or_refused(take_in):
    taken = take_in("title,authors,isbn\nA,Ann,1\n,Ann,\nA,Ann,\nB,Ann,\n")

    report = taken.report
    assert (report.read, report.created, report.unchanged, report.refused) == (4, 2, 1, 1)
    assert report.kinds == {"isbn.invalid": 1, "title.required": 1}
