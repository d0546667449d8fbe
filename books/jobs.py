"""The kinds of this app: whole catalogues in from an upload, and out to a new one."""

import tempfile
from pathlib import Path
from typing import Any

from django.utils import timezone

from books.catalogue.columns import FIELDS
from books.catalogue.exporting import export_books
from books.catalogue.files import CSV, FORMATS, JSON_LINES, format_of
from books.catalogue.import_job import ImportJob
from books.catalogue.importing import import_books
from books.catalogue.records import Layout
from books.catalogue.remark_file import remark_file
from books.catalogue.report import CatalogueError
from books.models import Book
from books.uploads import check_upload, kept, opened
from jobs.kinds import JobContext, Refused, job

SIX_HOURS = 6 * 3600
CONTENT_TYPES = {CSV: "text/csv", JSON_LINES: "application/jsonl"}

FORMAT = {"enum": list(FORMATS), "description": "CSV, or one JSON object a line."}
IMPORT = {
    "type": "object",
    "properties": {
        "upload": {"type": "string", "format": "uuid", "description": "The file: an upload's id."},
        "map": {
            "type": "object",
            "propertyNames": {"enum": list(FIELDS)},
            "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 200},
            "description": "Fields whose columns have unusual names: field → column.",
        },
        "format": {**FORMAT, "description": "By the file's name unless told."},
        "delimiter": {"type": "string", "minLength": 1, "maxLength": 1},
        "encoding": {"type": "string", "minLength": 1, "maxLength": 40},
    },
    "required": ["upload"],
    "additionalProperties": False,
}
EXPORT = {"type": "object", "properties": {"format": FORMAT}, "additionalProperties": False}


@job(
    "books.import",
    params=IMPORT,
    check=check_upload,
    title="Adds the books of a CSV or JSON Lines upload that are not there yet",
    time_limit=SIX_HOURS,
)
def import_catalogue(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    """Each batch is stored together with the note that it was, so none is there twice."""
    with (
        opened(params["upload"], owner_id=context.owner_id) as file,
        tempfile.TemporaryDirectory() as directory,
    ):
        remarks = Path(directory) / "report.csv"
        with remark_file(remarks) as write:
            work = ImportJob(context, file, write)
            layout = layout_of(params, file.name)
            try:
                report = import_books(
                    file, layout, put=work.put, on_remark=work.hear, on_batch=work.tell
                )
            except CatalogueError as error:
                raise Refused(str(error), code="unreadable") from error
        return work.result(report, remarks)


@job(
    "books.export",
    params=EXPORT,
    title="Writes the whole catalogue into a new upload",
    time_limit=SIX_HOURS,
)
def export_catalogue(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    """The upload's id comes from the job's: exported again after a crash, it is the same one."""
    form = params.get("format", CSV)
    last = Book.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        with context.step() as memory:
            memory["books"] = done
        context.progress(done / last, f"{done:,} books")

    upload = kept(
        context,
        export_books(form, on_batch=tell),
        name=f"books-{timezone.now():%Y-%m-%d}.{form}",
        content_type=CONTENT_TYPES[form],
    )
    return {"upload": upload, "books": context.memory.get("books", 0)}


def layout_of(params: dict[str, Any], name: str) -> Layout:
    """How the file is to be read: what is not told is found out."""
    return Layout(
        form=params.get("format") or format_of(name),
        mapping=params.get("map", {}),
        encoding=params.get("encoding"),
        delimiter=params.get("delimiter"),
    )
