"""An import adds what is not there, and leaves alone what is."""

import pytest

from books.models import Author, Authorship, Book

ONE, OTHER = "9780141439587", "9780439023481"
HEADER = "title,authors,isbn\n"


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Book, Author, Authorship)]


def test_a_second_import_changes_nothing(take_in):
    content = f'{HEADER}Emma,Jane Austen,{ONE}\nEmma,"Ann, Bob",\nPersuasion,Jane Austen,1\n'
    take_in(content)
    before = everything()

    taken = take_in(content)

    assert (taken.report.created, taken.report.unchanged) == (0, 3)
    assert everything() == before


@pytest.mark.parametrize(
    ("there", "row"),
    [
        ("", ""),
        (ONE, ONE),
        (ONE, ""),
        ("", ONE),
    ],
)
def test_the_same_title_and_authors_are_the_same_book_unless_isbns_tell_them_apart(
    there, row, take_in
):
    take_in(f"{HEADER}Emma,Jane Austen,{there}\n")

    taken = take_in(f"{HEADER}Emma,Jane Austen,{row}\n")

    assert (taken.report.created, taken.report.unchanged) == (0, 1)
    assert taken.remarks == []


@pytest.mark.parametrize(
    "row",
    [f"Emma,Jane Austen,{OTHER}", "Emma,Ann,", 'Emma,"Jane Austen, Ann",', "emma,Jane Austen,"],
)
def test_another_isbn_another_author_or_another_spelling_is_another_book(row, take_in):
    take_in(f"{HEADER}Emma,Jane Austen,{ONE}\n")

    assert take_in(f"{HEADER}{row}\n").report.created == 1


def test_an_isbn_that_another_book_has_is_said(take_in, books):
    take_in(f"{HEADER}Emma,Jane Austen,{ONE}\n")

    taken = take_in(f"{HEADER}Persuasion,Jane Austen,{ONE}\n")

    assert (taken.report.created, taken.report.unchanged, taken.report.warnings) == (0, 1, 1)
    assert (taken.remarks[0].kind, taken.remarks[0].line) == ("isbn.taken", 2)
    assert [book[0] for book in books()] == ["Emma"]


@pytest.mark.parametrize("between", [0, 1_500])
def test_the_same_row_twice_in_a_file_is_one_book(between, take_in):
    others = "".join(f"Book {number},Ann,\n" for number in range(between))

    taken = take_in(f"{HEADER}Emma,Jane Austen,{ONE}\n{others}Emma,Jane Austen,{ONE}\n")

    assert (taken.report.created, taken.report.unchanged) == (1 + between, 1)


def test_an_isbn_twice_in_a_file_goes_to_the_first(take_in, books):
    taken = take_in(f"{HEADER}Emma,Jane Austen,{ONE}\nPersuasion,Jane Austen,{ONE}\n")

    assert [book[0] for book in books()] == ["Emma"]
    assert [remark.kind for remark in taken.remarks] == ["isbn.taken"]
