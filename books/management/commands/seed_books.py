"""`manage.py seed_books`: a small catalogue to try the site on; what is there stays as it is."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from books.catalogue.importing import import_books
from books.catalogue.records import Layout
from books.catalogue.report import CatalogueError

CATALOGUE = Path(__file__).resolve().parents[2] / "data" / "catalogue.csv"


class Command(BaseCommand):
    help = "Adds a few hundred well-known books, those that are not there yet."

    def handle(self, **options: Any) -> None:
        try:
            with CATALOGUE.open("rb") as file:
                report = import_books(file, Layout(encoding="utf-8", delimiter=","))
        except (CatalogueError, OSError) as error:
            raise CommandError(f"{CATALOGUE}: {error}") from error
        added, there = report.created, report.unchanged
        self.stdout.write(f"Sample books: {added} added, {there} there already.")
