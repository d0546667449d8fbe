"""`manage.py export_books`."""

import io
import json
import os
import stat
import threading
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from books.management.commands import export_books


@pytest.fixture
def run(db):
    """`run("books.csv")` writes the file; what the command says."""

    def said(*arguments):
        errors = io.StringIO()
        call_command("export_books", *map(str, arguments), stderr=errors)
        return errors.getvalue()

    return said


@pytest.fixture
def broken_off(monkeypatch):
    """`broken_off(error)` raises it after the first piece of a file."""

    def pieces(error):
        def export(form, *, on_batch):
            yield b"title,authors\r\n"
            raise error

        monkeypatch.setattr(export_books, "export_books", export)

    return pieces


def test_a_catalogue_becomes_a_file(run, book, tmp_path):
    said = run(tmp_path / "books.csv")

    assert (tmp_path / "books.csv").read_text().count("Jane Austen; Fiona Stafford") == 1
    assert said == "1 books written.\n"


@pytest.mark.parametrize(
    ("name", "options"), [("books.jsonl", []), ("books.txt", ["--format", "jsonl"])]
)
def test_json_lines_are_told_by_name_or_option(name, options, run, book, tmp_path):
    run(tmp_path / name, *options)

    assert json.loads((tmp_path / name).read_text())["title"] == "Emma"


def test_standard_output_is_a_file_as_well(run, book, monkeypatch):
    stream = SimpleNamespace(buffer=io.BytesIO())
    monkeypatch.setattr("sys.stdout", stream)

    run("-", "--format", "jsonl")

    assert json.loads(stream.buffer.getvalue())["title"] == "Emma"


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (OSError(28, "Full"), 1)])
def test_half_a_file_is_never_left(error, code, run, tmp_path, broken_off):
    (tmp_path / "books.csv").write_text("as it was")
    broken_off(error)

    with pytest.raises(CommandError) as raised:
        run(tmp_path / "books.csv")

    assert raised.value.returncode == code
    assert (tmp_path / "books.csv").read_text() == "as it was"
    assert [path.name for path in tmp_path.iterdir()] == ["books.csv"]


def test_a_file_that_is_replaced_keeps_its_mode(run, book, tmp_path):
    path = tmp_path / "books.csv"
    path.touch(mode=0o600)

    run(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_size > 0


def test_a_link_stays_a_link(run, book, tmp_path):
    (tmp_path / "link.csv").symlink_to(tmp_path / "books.csv")

    run(tmp_path / "link.csv")

    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "books.csv").stat().st_size > 0


def test_a_pipe_is_written_and_not_replaced(run, book, tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()

    run(pipe)

    reader.join(timeout=10)
    assert [text.count("Emma") for text in read] == [1]
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("absent/books.csv", "No such file or directory"), ("", "Is a directory")],
)
def test_a_file_that_cannot_be_written_is_said_in_one_line(name, reason, run, tmp_path):
    with pytest.raises(CommandError, match=f"cannot be written: {reason}"):
        run(tmp_path / name)
