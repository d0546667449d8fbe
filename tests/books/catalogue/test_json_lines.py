"""JSON Lines: a book is an object on a line of its own."""

import json

import pytest

from books.catalogue import lines
from books.catalogue.report import CatalogueError

EMMA = {"title": "Emma", "authors": ["Jane Austen"]}


def in_lines(*values):
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def test_a_book_comes_with_json_types(take_in, books):
    book = EMMA | {
        "isbn": 9780141439587,
        "published_year": 1815.0,
        "language": "eng",
        "genres": ["Classics", "comedy"],
        "description": "Handsome,\nclever, and rich.",
    }

    taken = take_in(in_lines(book), form="jsonl")

    assert taken.remarks == []
    assert books() == [
        ("Emma", ["Jane Austen"], "9780141439587", 1815, "en", ["classics", "comedy"],
         "Handsome,\nclever, and rich."),
    ]  # fmt: skip


def test_empty_members_are_as_good_as_none(take_in, books):
    book = EMMA | {"isbn": None, "published_year": None, "language": "", "genres": []}

    taken = take_in(in_lines(book), form="jsonl")

    assert taken.remarks == []
    assert books() == [("Emma", ["Jane Austen"], None, None, None, [], "")]


def test_each_line_has_names_of_its_own(read):
    rows = read(in_lines({"author": "Ann", "Name": "Emma"}, EMMA), form="jsonl")

    assert rows[0].cells == {"title": "Emma", "authors": "Ann"}
    assert rows[1].cells == EMMA


@pytest.mark.parametrize(
    "line",
    ['{"title": ', "[1, 2]", '"Emma"', '{"title": "\\ud800"}', '{"title": NaN}', b"\xff\xfe"],
)
def test_a_broken_line_is_refused_and_the_rest_goes_on(line, take_in):
    line = line if isinstance(line, bytes) else line.encode()

    taken = take_in(in_lines(EMMA).encode() + line + b"\n" + in_lines(EMMA).encode(), form="jsonl")

    assert (taken.report.created, taken.report.refused, taken.report.unchanged) == (1, 1, 1)
    assert taken.remarks[0].kind == "row.unreadable"
    assert taken.remarks[0].line == 2


def test_brackets_without_end_are_refused(take_in):
    deep = '{"title": ' + "[" * 100_000 + "]" * 100_000 + "}\n"

    taken = take_in(in_lines(EMMA) + deep, form="jsonl")

    assert (taken.report.created, taken.report.refused) == (1, 1)


def test_a_mark_and_blank_lines_are_passed_over(read):
    (record,) = read("\ufeff" + in_lines(EMMA) + "\n \n", form="jsonl")

    assert (record.line, record.cells) == (1, EMMA)


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"title": 1984}, "title.invalid"),
        ({"title": None}, "title.required"),
        ({"title": ["Emma"]}, "title.invalid"),
        ({"authors": 5}, "authors.invalid"),
        ({"authors": [{"name": "Ann"}]}, "authors.invalid"),
    ],
)
def test_a_value_of_the_wrong_type_refuses_the_row(members, kind, take_in):
    taken = take_in(in_lines(EMMA | members), form="jsonl")

    assert taken.report.refused == 1
    assert taken.remarks[0].kind == kind


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"isbn": ["9780141439587"]}, "isbn.invalid"),
        ({"published_year": {"year": 1815}}, "published_year.invalid"),
        ({"language": 5}, "language.invalid"),
        ({"genres": {"a": 1}}, "genres.invalid"),
        ({"genres": [5]}, "genres.invalid"),
        ({"description": 5}, "description.invalid"),
    ],
)
def test_any_other_value_of_the_wrong_type_is_left_out(members, kind, take_in):
    taken = take_in(in_lines(EMMA | members), form="jsonl")

    assert taken.report.created == 1
    assert [remark.kind for remark in taken.remarks] == [kind]


def test_a_mapped_name_need_not_be_in_the_first_line(read):
    rows = read(
        in_lines(EMMA, EMMA | {"Jahr": 1815}), form="jsonl", mapping={"published_year": "Jahr"}
    )

    assert rows[1].cells["published_year"] == 1815


def test_a_mapped_name_that_no_line_has_stops_the_import(read):
    with pytest.raises(CatalogueError, match=r"no column 'Jahr'; the file has title, authors\."):
        read(in_lines(EMMA), form="jsonl", mapping={"published_year": "Jahr"})


def test_a_line_without_end_is_never_held_whole(read, monkeypatch):
    monkeypatch.setattr(lines, "MAX_LINE", 1_000)

    rows = read(in_lines(EMMA, EMMA | {"x": "x" * 5_500}, EMMA), form="jsonl")

    assert [row.line for row in rows] == [1, 2, 3]
    assert "longer than 1,000" in rows[1].reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "The file is empty"),
        ("\n", "The file is empty"),
        ("title,authors\nEmma,Jane Austen\n", "This is not JSON Lines"),
        ('[\n{"title": 5},\n]', "This is not JSON Lines"),
        ("\0\0", "This is a binary file"),
    ],
)
def test_what_is_no_json_lines_stops_the_import(content, reason, read):
    with pytest.raises(CatalogueError, match=reason):
        read(content, form="jsonl")


def test_encoding_and_delimiter_are_for_csv(read):
    with pytest.raises(CatalogueError, match="JSON Lines is UTF-8"):
        read(in_lines(EMMA), form="jsonl", encoding="latin-1")
