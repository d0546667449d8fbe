"""CSV as it comes: any delimiter, any usual encoding, quoted line breaks."""

import codecs

import pytest

from books.catalogue import lines
from books.catalogue.report import CatalogueError, Remark

TEXT = "title,authors\nCafé Zoë,José Saramago\n"
CELLS = {"title": "Café Zoë", "authors": "José Saramago"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_usual_delimiters_are_recognised(delimiter, read):
    text = "title,authors,x\nEmma,Jane Austen,y\n".replace(",", delimiter)

    (record,) = read(text)

    assert record.cells == {"title": "Emma", "authors": "Jane Austen"}


def test_the_delimiter_that_shows_known_columns_wins(read):
    (record,) = read("title;authors;a,b,c,d,e\nEmma;Jane Austen;x\n")

    assert record.cells == {"title": "Emma", "authors": "Jane Austen"}


@pytest.mark.parametrize(("told", "delimiter"), [("^", "^"), ("tab", "\t"), (r"\t", "\t")])
def test_any_other_delimiter_can_be_told(told, delimiter, read):
    (record,) = read(f"title{delimiter}authors\nEmma{delimiter}Ann\n", delimiter=told)

    assert record.cells == {"title": "Emma", "authors": "Ann"}


@pytest.mark.parametrize("told", [",,", '"', "\n"])
def test_what_cannot_be_a_delimiter_is_refused(told, read):
    with pytest.raises(CatalogueError, match="A delimiter is one character"):
        read(TEXT, delimiter=told)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with a mark", "cp1252", "utf-16", "utf-16 big-endian"],
)
def test_the_encoding_is_found_out(content, read):
    (record,) = read(content)

    assert record.cells == CELLS


def test_what_windows_has_no_letter_for_is_latin_1(read):
    (record,) = read("title,authors\né\x81,Zoë\n".encode("latin-1"))

    assert record.cells == {"title": "é\x81", "authors": "Zoë"}


def test_an_encoding_is_found_out_however_late_it_shows(read):
    content = b"title,authors\n" + b"Emma,Jane Austen\n" * 100_000 + b"Caf\xe9,Zo\xeb\n"

    *_, last = read(content)

    assert last.cells == {"title": "Café", "authors": "Zoë"}


def test_an_encoding_can_be_told(read):
    (record,) = read(TEXT.encode("mac-roman"), encoding="mac-roman")

    assert record.cells == CELLS


@pytest.mark.parametrize("encoding", ["nonsense", "rot13", "base64"])
def test_an_encoding_that_there_is_not_stops_the_import(encoding, read):
    with pytest.raises(CatalogueError, match=f"no text encoding '{encoding}'"):
        read(TEXT, encoding=encoding)


def test_an_encoding_that_does_not_fit_stops_the_import(read):
    with pytest.raises(CatalogueError, match="This is not utf-8"):
        read(TEXT.encode("cp1252"), encoding="utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_numbered_by_the_line_they_begin_in(end, read):
    text = 'title,authors\n\n"Em\nma",Ann\nPersuasion,Ann\n,\n"Lady\n\nSusan","A\nB"\nX,Y\n'

    rows = read(text.replace("\n", end))

    assert [row.line for row in rows] == [3, 5, 7, 11]
    assert rows[0].cells["title"] == f"Em{end}ma"


def test_cells_that_are_missing_at_the_end_of_a_row_are_empty(take_in, books):
    taken = take_in("title,authors,language\nEmma,Jane Austen\n")

    assert taken.report.created == 1
    assert books()[0][4] is None


def test_empty_cells_too_many_do_no_harm(take_in):
    assert take_in("title,authors\nEmma,Jane Austen,,\n").report.created == 1


def test_a_cell_too_many_refuses_the_row(take_in):
    taken = take_in("title,authors\nEmma, or not,Jane Austen\nPersuasion,Jane Austen\n")

    assert (taken.report.refused, taken.report.created) == (1, 1)
    assert taken.remarks[0].kind == "row.width"
    assert taken.remarks[0].line == 2


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('"Emma" or not,Ann', "Something follows a closing quote"),
        ('"Emma,Ann', "A quoted cell never ends"),
        (f'"{"E" * 140_000}",Ann', "A cell is longer than 131,072 characters"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(row, reason, read):
    rows = read(f"title,authors\nPersuasion,Ann\n{row}\n")

    assert rows[1].refused
    assert rows[1].line == 3
    assert reason in rows[1].reason


@pytest.mark.parametrize("row", ['"Emma" or not,Ann', '"Emma,Ann'])
def test_reading_goes_on_after_a_row_that_cannot_be_read(row, read):
    text = f'title,authors\n{row}\n"Persuasion",Ann\n"Lady\nSusan",Ann\nSanditon,Ann\n'

    rows = read(text)

    assert [(row.line, type(row) is Remark) for row in rows] == [
        (2, True),
        (3, False),
        (4, False),
        (6, False),
    ]


def test_rows_that_are_read_again_keep_their_order_and_numbers(read):
    rows = read('title,authors\n"A,Ann\nB,Ann\n"C,Ann\nD,Ann\nE,Ann\n')

    assert [(row.line, type(row) is Remark) for row in rows] == [
        (2, True),
        (3, False),
        (4, True),
        (5, False),
        (6, False),
    ]
    assert [row.cells["title"] for row in rows if type(row) is not Remark] == ["B", "D", "E"]


def test_the_rest_of_a_cell_that_cannot_be_read_makes_no_book(take_in):
    text = 'title,authors,description\nEmma,Ann,"Clever\nrich, handsome\nand "wise"\nX,Ann,\n'

    taken = take_in(text)

    assert taken.report.created == 1
    assert [(remark.line, remark.kind) for remark in taken.remarks] == [
        (2, "row.unreadable"),
        (3, "row.width"),
        (4, "row.width"),
    ]


def test_a_line_without_end_is_never_held_whole(read, monkeypatch):
    monkeypatch.setattr(lines, "MAX_LINE", 1_000)

    rows = read("title,authors\nEmma,Ann\n" + "x" * 5_500 + "\nPersuasion,Ann\n")

    assert [row.line for row in rows] == [2, 3, 4]
    assert "longer than 1,000" in rows[1].reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (codecs.BOM_UTF8, "The file is empty"),
        (b"title,authors\n", "The file has a header and no rows"),
        (b"title,authors\n\n,\n", "The file has a header and no rows"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is a binary file"),
        (b'"title,authors\n', "The header cannot be read: A quoted cell never ends"),
    ],
)
def test_what_is_no_catalogue_stops_the_import(content, reason, read):
    with pytest.raises(CatalogueError, match=reason):
        read(content)
