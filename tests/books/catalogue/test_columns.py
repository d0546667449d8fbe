"""Columns are found by name, however it is written."""

import pytest

from books.catalogue.report import CatalogueError


@pytest.mark.parametrize(
    "header",
    [
        "title,authors,isbn,published_year,language,genres,description",
        "Title,AUTHOR,ISBN-13,Year,Language Code,Categories,Summary",
        "Book-Title,Book-Author,ISBN,Year-Of-Publication,lang,genre,blurb",
        "description,genres,language_code,original_publication_year,isbn10,author name,name",
    ],
)
def test_columns_have_many_names(header, read):
    row = ",".join("x" for _ in header.split(","))

    (record,) = read(f"{header}\n{row}\n")

    assert set(record.cells) == {
        "title", "authors", "isbn", "published_year", "language", "genres", "description",
    }  # fmt: skip


def test_the_better_of_two_names_counts(read):
    (record,) = read("original_title,title,isbn13,isbn,authors\nno,yes,no,yes,Ann\n")

    assert record.cells["title"] == "yes"
    assert record.cells["isbn"] == "yes"


def test_an_original_title_will_do_where_there_is_no_other(read):
    (record,) = read("original_title,authors\nEmma,Jane Austen\n")

    assert record.cells["title"] == "Emma"


def test_an_unusual_column_can_be_told(read):
    mapping = {"title": "Werk", "authors": "von wem"}

    (record,) = read("title,Werk,Von Wem\nno,Emma,Jane Austen\n", mapping=mapping)

    assert record.cells == {"title": "Emma", "authors": "Jane Austen"}


def test_a_column_that_is_told_is_taken_as_it_is_written_first(read):
    (record,) = read("TITLE,title,authors\nno,Emma,Ann\n", mapping={"title": "title"})

    assert record.cells["title"] == "Emma"


def test_an_unknown_field_stops_the_import_and_the_known_ones_are_named(read):
    with pytest.raises(CatalogueError, match=r"'colour'; a book has title, authors, isbn"):
        read("title,authors\nEmma,Ann\n", mapping={"colour": "title"})


def test_a_column_that_is_not_there_stops_the_import_and_those_that_are_are_named(read):
    with pytest.raises(CatalogueError, match=r"no column 'Jahr'; the file has title, authors\."):
        read("title,authors\nEmma,Ann\n", mapping={"published_year": "Jahr"})


@pytest.mark.parametrize(("header", "missing"), [("title,x", "authors"), ("authors,x", "title")])
def test_title_and_authors_must_have_columns(header, missing, read):
    with pytest.raises(CatalogueError, match=f"no {missing} column; the file has {header[:5]}"):
        read(f"{header}\n1,2\n")


def test_what_is_not_text_is_not_printed(read):
    with pytest.raises(CatalogueError, match="the file has a\N{REPLACEMENT CHARACTER}"):
        read("a\x1b[31m,b\n1,2\n")
