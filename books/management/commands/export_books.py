"""`manage.py export_books FILE`: the whole catalogue as a file."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from books.catalogue.exporting import export_books
from books.catalogue.files import FORMATS, STANDARD, format_of
from books.catalogue.report import CatalogueError
from books.catalogue.whole_files import whole_file
from books.models import Book


class Command(BaseCommand):
    help = "Writes all books to a file that import_books reads back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the file to write, or - for standard output")
        parser.add_argument("--format", choices=FORMATS, help="by the file's name unless told")

    def handle(self, **options: Any) -> None:
        name = options["file"]
        form = options["format"] or format_of(name)
        try:
            with _destination(name) as file:
                written = _write(file, form)
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        except BrokenPipeError as error:
            _leave_standard_output()
            raise CommandError("Nobody reads the output any more.") from error
        except KeyboardInterrupt as error:
            raise CommandError(f"Stopped. {name} is as it was.", returncode=130) from error
        self.stderr.write(f"{written:,} books written.", style_func=str)  # it is no error


@contextmanager
def _destination(name: str) -> Iterator[BinaryIO]:
    if name != STANDARD:
        with whole_file(Path(name)) as file:
            yield file
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _write(file: BinaryIO, form: str) -> int:
    """Write every book, with a progress bar in a terminal; how many there were."""
    written: list[int] = []
    total = Book.objects.count()
    with tqdm(total=total, unit="books", disable=not sys.stderr.isatty()) as bar:
        for piece in export_books(form, on_batch=written.append):
            file.write(piece)
            bar.update(sum(written) - bar.n)
    return sum(written)


def _leave_standard_output() -> None:
    """Or Python would try to flush it once more at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
