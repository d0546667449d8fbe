"""`manage.py doctor`: whether each setting does what it says."""

import json
import os
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend_practice.doctor import FAILED, OK, Finding, all_examinations, examine_all

MARKS = {OK: "ok", FAILED: "FAILED"}


class Command(BaseCommand):
    """Prove that what is set up works: mail goes out, objects come and go, jobs are done.

    Each examination does the thing itself and clears up after it; all run at once,
    each within its time. Exits with 1 if any has failed. Prints no secret.
    """

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="name", help="Only these; all unless told.")
        parser.add_argument("--json", action="store_true", help="One JSON object, for programs.")

    def handle(self, *, names: list[str], **options: Any) -> None:
        known = all_examinations()
        unknown = set(names) - {each.name for each in known}
        if unknown:
            listed = ", ".join(each.name for each in known)
            raise CommandError(f"{', '.join(sorted(unknown))}: there are {listed}.")
        findings = examine_all(each for each in known if not names or each.name in names)
        is_well = all(finding.state != FAILED for finding in findings)
        if options["json"]:
            body = {"ok": is_well, "findings": [finding.as_dict() for finding in findings]}
            self.stdout.write(json.dumps(body, indent=2))
        else:
            self.stdout.write("\n".join(table(findings)))
        if not is_well:
            self.leave(1)

    def leave(self, code: int) -> None:
        """End with this code; not waiting for an examination that hangs."""
        self.stdout.flush()
        if threading.active_count() > 1:  # Python would wait for what hangs
            os._exit(code)
        sys.exit(code)


def table(findings: list[Finding]) -> Iterator[str]:
    """A line for each finding."""
    width = max((len(finding.name) for finding in findings), default=0)
    for finding in findings:
        mark = MARKS.get(finding.state, "—")
        took = f"{finding.milliseconds:>6} ms"
        detail = finding.detail if finding.state in MARKS else f"not set up: {finding.detail}"
        yield f"{mark:<7} {finding.name:<{width}} {took}  {detail}"
