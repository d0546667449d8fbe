"""`manage.py import_books FILE`: the books of a file that the catalogue has not yet."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from books.catalogue.files import FORMATS, format_of, opened
from books.catalogue.importing import import_books
from books.catalogue.records import Layout
from books.catalogue.report import CatalogueError, Remark
from books.catalogue.summary import Summary
from books.catalogue.terminal import destination, mapping_from, progress, remarks_to


class Command(BaseCommand):
    help = "Adds the books of a CSV or JSON Lines file that are not there yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("file", help="the file to read, or - for standard input")
        add(
            "--map",
            action="append",
            default=[],
            metavar="field=Column",
            help="where to find a field whose column has an unusual name; may be repeated",
        )
        add("--format", choices=FORMATS, help="by the file's name unless told")
        add("--encoding", help="of a CSV file; found out unless told")
        add("--delimiter", help="of a CSV file, a character or 'tab'; found out unless told")
        add("--owner", metavar="EMAIL", help="whose the new books are; nobody's unless told")
        add("--report", metavar="FILE.csv", help="to write down all that was refused or left out")
        add("--dry-run", action="store_true", help="counts and reports, adds nothing")

    def handle(self, **options: Any) -> None:
        summary = Summary(only_counted=options["dry_run"])
        try:
            _import(options, summary)
        except KeyboardInterrupt as error:
            raise CommandError(f"Stopped. {summary.kept()}", returncode=130) from error
        except (CatalogueError, DatabaseError) as error:
            reason = " ".join(str(error).split())  # a database's reason may have several lines
            raise CommandError(f"{reason.rstrip('.')}. {summary.kept()}") from error
        self.stdout.write("\n".join(summary.lines()))


def _import(options: dict[str, Any], summary: Summary) -> None:
    layout = Layout(
        form=options["format"] or format_of(options["file"]),
        mapping=mapping_from(options["map"]),
        encoding=options["encoding"],
        delimiter=options["delimiter"],
    )
    with (
        opened(options["file"]) as file,
        remarks_to(options["report"], options["file"]) as write,
        destination(owner=options["owner"], only_count=options["dry_run"]) as put,
        progress(file) as show,
    ):

        def hear(remark: Remark) -> None:
            summary.hear(remark)
            write(remark)

        import_books(
            file,
            layout,
            put=put,
            report=summary.report,
            on_remark=hear,
            on_batch=show,
        )
