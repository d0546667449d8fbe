"""An import as a job: counted over all its attempts, with a report of what was refused."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from books.catalogue.entries import Entry
from books.catalogue.report import ImportReport, Remark
from books.catalogue.store import Store, Stored
from books.uploads import kept
from jobs.kinds import JobContext, Refused

MOST_REMARKS = 100
CHUNK = 64 * 1024


class ImportJob:
    """What `import_books` needs of a job: where books go, whom to tell, what to write down."""

    def __init__(self, context: JobContext, file: Any, write: Callable[[Remark], None]) -> None:
        self.context, self.file, self.write = context, file, write
        self.store = Store(context.owner_id)
        self.first_remarks: list[dict[str, Any]] = []

    def put(self, entries: Sequence[Entry]) -> Stored:
        """Store a batch, and remember how many books this job has added, in one transaction."""
        with self.context.step() as memory:
            stored = self.store.put(entries)
            memory["created"] = memory.get("created", 0) + stored.created
        return stored

    def hear(self, remark: Remark) -> None:
        self.write(remark)
        if len(self.first_remarks) < MOST_REMARKS:
            outcome = "refused" if remark.refused else "warning"
            about = {"line": remark.line, "outcome": outcome, "field": remark.field}
            why = {"code": remark.code, "reason": remark.reason, "value": remark.value}
            self.first_remarks.append(about | why)

    def tell(self, report: ImportReport) -> None:
        self.context.progress(self.file.tell() / max(1, self.file.size), f"{report.read:,} rows")

    def result(self, report: ImportReport, remarks: Path) -> dict[str, Any]:
        """In figures. What an attempt before this one has added counts as added."""
        created = self.context.memory.get("created", 0)
        return {
            "read": report.read,
            "created": created,
            "unchanged": report.read - report.refused - created,
            "refused": report.refused,
            "warnings": report.warnings,
            "kinds": dict(sorted(report.kinds.items())),
            "remarks": self.first_remarks,
            "report": self._kept(remarks) if self.first_remarks else None,
        }

    def _kept(self, remarks: Path) -> str | None:
        """The id of an upload with all of them.

        No room for it spoils no import: the figures and the first remarks are there.
        """
        try:
            with remarks.open("rb") as file:
                chunks = iter(partial(file.read, CHUNK), b"")
                return kept(self.context, chunks, name="import-report.csv", content_type="text/csv")
        except Refused as error:
            self.context.log(f"The report could not be kept: {error}")
            return None
