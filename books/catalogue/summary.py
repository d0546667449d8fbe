"""An import in words, for whoever started it in a terminal."""

from collections.abc import Iterator

from books.catalogue.report import ImportReport, Remark

MAX_SHOWN = 20


class Summary:
    """Gathers the first remarks of an import and its figures."""

    def __init__(self, *, only_counted: bool = False) -> None:
        self.report = ImportReport()
        self.first: list[Remark] = []
        self.verb = "would be added" if only_counted else "added"

    def hear(self, remark: Remark) -> None:
        if len(self.first) < MAX_SHOWN:
            self.first.append(remark)

    def kept(self) -> str:
        """What there is to know after an import that broke off; nothing before its first batch."""
        if not self.report.read:
            return "Nothing was added."
        return f"Up to here: {self} What was added stays, and running it again goes on."

    def __str__(self) -> str:
        report = self.report
        return (
            f"{report.read:,} rows read: {report.created:,} books {self.verb},"
            f" {report.unchanged:,} there already, {report.refused:,} refused;"
            f" {report.warnings:,} warnings."
        )

    def lines(self) -> Iterator[str]:
        """What went wrong first, how often each kind of thing did, and the figures."""
        for remark in self.first:
            yield _line(remark)
        unseen = self.report.kinds.total() - len(self.first)
        if unseen > 0:
            yield f"… and {unseen:,} more: --report FILE.csv writes them all down."
        for kind, count in sorted(self.report.kinds.items()):
            yield f"{count:>10,}  {kind}"
        yield str(self)


def _line(remark: Remark) -> str:
    outcome = "refused" if remark.refused else "warning"
    value = f" {remark.value!r}" if remark.value else ""
    return f"line {remark.line}: {outcome}: {remark.field}{value}: {remark.reason}"
