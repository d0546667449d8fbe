"""`manage.py import_books`."""

import csv
import io
import os
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from books.catalogue import importing
from books.catalogue.store import Store
from books.models import Book

EMMA = "title,authors\nEmma,Jane Austen\n"


@pytest.fixture
def run(db):
    """`run("books.csv")` is what the command prints."""

    def printed(*arguments, **options):
        output = io.StringIO()
        call_command("import_books", *map(str, arguments), stdout=output, **options)
        return output.getvalue()

    return printed


@pytest.fixture
def written(tmp_path):
    """`written("title,authors…")` is a file of that content."""

    def file(content, name="books.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode())
        return path

    return file


def test_the_figures_are_printed(run, written):
    path = written("title,authors,isbn\nEmma,Jane Austen,1\n,Ann,\nEmma,Jane Austen,\n")

    assert run(path).splitlines() == [
        "line 2: warning: isbn '1': The check digit of this ISBN-10 is wrong.",
        "line 3: refused: title: There is no title.",
        "         1  isbn.invalid",
        "         1  title.required",
        "3 rows read: 1 books added, 1 there already, 1 refused; 1 warnings.",
    ]


def test_only_the_first_remarks_are_printed(run, written):
    printed = run(written("title,authors\n" + "Emma,\n" * 25)).splitlines()

    assert [line.partition(":")[0] for line in printed[:20]] == [f"line {n}" for n in range(2, 22)]
    assert printed[20:22] == [
        "… and 5 more: --report FILE.csv writes them all down.",
        "        25  authors.required",
    ]


def test_a_report_has_every_remark(run, written, tmp_path):
    path = written("title,authors,isbn\n" + "Emma,,\n" * 25 + "Emma,Ann,=1+1\n")

    run(path, "--report", tmp_path / "report.csv")

    rows = list(csv.reader(io.StringIO((tmp_path / "report.csv").read_text(encoding="utf-8"))))
    assert rows[0] == ["line", "outcome", "field", "code", "reason", "value"]
    assert rows[1] == ["2", "refused", "authors", "required", "There is no author.", ""]
    assert rows[26][:4] == ["27", "warning", "isbn", "invalid"]
    assert rows[26][5] == "'=1+1"
    assert len(rows) == 27


def test_the_form_follows_from_the_name(run, written):
    run(written('{"title": "Emma", "authors": ["Jane Austen"]}\n', "books.JSONL"))

    assert Book.objects.get().title == "Emma"


def test_the_form_can_be_told(run, written):
    path = written('{"title": "Emma", "authors": ["Jane Austen"]}\n', "books.txt")

    run(path, "--format", "jsonl")

    assert Book.objects.get().title == "Emma"


def test_columns_encoding_and_delimiter_can_be_told(run, tmp_path):
    path = tmp_path / "books.txt"
    path.write_bytes("Werk^von\nCafé^Zoë\n".encode("mac-roman"))

    run(
        path, "--map", "title=Werk", "--map", "authors=von",
        "--encoding", "mac-roman", "--delimiter", "^",
    )  # fmt: skip

    assert Book.objects.get().search_text == "cafe zoe"


def test_the_books_can_be_somebodys(run, written, alice):
    run(written(EMMA), "--owner", "Alice@example.com")

    assert Book.objects.get().owner == alice


def test_standard_input_is_a_file_as_well(run, monkeypatch):
    stream = SimpleNamespace(buffer=io.BytesIO("title,authors\nCafé,Ann\n".encode("cp1252")))
    monkeypatch.setattr("sys.stdin", stream)

    run("-")

    assert Book.objects.get().title == "Café"


def test_a_pipe_is_a_file_as_well(run, tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=[EMMA], daemon=True)
    writer.start()

    run(pipe)

    writer.join(timeout=10)
    assert Book.objects.get().title == "Emma"


def test_a_dry_run_adds_nothing_and_gives_the_same_figures(run, written, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    path = written(
        "title,authors,isbn\nEmma,Ann,\nEmma,Bob,9780141439587\nX,Ann,1\n,Ann,\n"
        "Emma,Ann,\nEmma,Bob,\nPersuasion,Ann,9780141439587\n"
    )

    rehearsed = run(path, "--dry-run")

    assert Book.objects.count() == 0
    assert rehearsed.replace("would be added", "added") == run(path)
    assert "7 rows read: 3 books added, 3 there already, 1 refused; 2 warnings." in run(
        written(path.read_text().replace("Ann", "Carol").replace("9780141439587", "9780439023481"))
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "The file is empty."),
        ("title,authors\n", "The file has a header and no rows."),
        ("\0\1\2", "This is a binary file, not CSV or JSON Lines."),
        ("name,year\nEmma,1815\n", "There is no authors column; the file has name, year."),
    ],
)
def test_a_file_that_is_no_catalogue_is_said_in_one_line(content, reason, run, written):
    with pytest.raises(CommandError) as error:
        run(written(content))

    assert str(error.value) == f"{reason} Nothing was added."
    assert error.value.returncode == 1


def test_a_file_that_is_not_there_is_said_in_one_line(run, tmp_path):
    with pytest.raises(CommandError, match=r"absent\.csv cannot be read: No such file"):
        run(tmp_path / "absent.csv")


def test_a_directory_is_no_file(run, tmp_path):
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        run(tmp_path)


def test_a_file_that_may_not_be_read_is_said_in_one_line(run, written, monkeypatch):
    path = written(EMMA)

    def forbidden(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)

    with pytest.raises(CommandError, match=r"books\.csv cannot be read: Permission denied"):
        run(path)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--map", "title"], "--map takes field=Column, not 'title'"),
        (["--map", "=Werk"], "--map takes field=Column, not '=Werk'"),
        (["--map", "colour=title"], "There is no field 'colour'; a book has title, authors"),
        (["--map", "isbn=Number"], "There is no column 'Number'; the file has title, authors"),
        (["--owner", "nobody@example.com"], "There is no user nobody@example.com"),
        (["--encoding", "nonsense"], "There is no text encoding 'nonsense'"),
        (["--report", "/nowhere/report.csv"], "/nowhere/report.csv cannot be written"),
    ],
)
def test_an_option_that_makes_no_sense_is_said(options, reason, run, written):
    with pytest.raises(CommandError, match=reason):
        run(written(EMMA), *options)

    assert Book.objects.count() == 0


def test_a_report_never_overwrites_the_file_that_is_read(run, written):
    path = written(EMMA)

    with pytest.raises(CommandError, match="--report would overwrite"):
        run(path, "--report", path)

    assert path.read_text() == EMMA


@pytest.fixture
def break_off(monkeypatch):
    """`break_off(error)` raises it in the second batch, after a first one of two rows."""

    def broken(error):
        monkeypatch.setattr(importing, "BATCH", 2)
        put, batches = Store.put, []

        def put_once(store, entries):
            batches.append(entries)
            if len(batches) == 2:
                raise error
            return put(store, entries)

        monkeypatch.setattr(Store, "put", put_once)

    return broken


def test_what_was_added_before_an_interrupt_stays(run, written, break_off):
    path = written("title,authors\nA,Ann\nB,Ann\nC,Ann\n")
    break_off(KeyboardInterrupt)

    with pytest.raises(CommandError, match=r"Stopped\. .* 2 books added") as error:
        run(path)

    assert error.value.returncode == 130
    assert Book.objects.count() == 2
    assert "2 rows" not in run(path)
    assert Book.objects.count() == 3


def test_what_was_added_before_an_error_is_said(run, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    path = tmp_path / "books.csv"
    path.write_bytes(b"title,authors\n" + b"Emma,Ann\n" * 2_000 + b"Caf\xe9,Ann\n")

    with pytest.raises(CommandError, match=r"This is not utf-8.* 1 books added"):
        run(path, "--encoding", "utf-8")

    assert Book.objects.count() == 1
