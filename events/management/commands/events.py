"""`manage.py events list|show|replay|reconcile`: dead letters, and whether services agree."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend_practice.http.problems import Problem
from events import deliverer
from events.agreements import Findings, View, all_views, compare
from events.envelope import UnreadableEvent
from events.inbox import replay
from events.models import Delivery, OutboxEvent

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Lists, shows and replays events that no handler could handle; compares services."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="the dead letters, oldest first")
        listing.add_argument("--state", choices=("dead", "waiting"), default="dead")
        listing.add_argument("--limit", type=_how_many, default=100)
        verbs.add_parser("show", help="all that is known of one").add_argument("id", type=int)
        again = verbs.add_parser("replay", help="give dead letters all their attempts anew")
        again.add_argument("ids", type=int, nargs="*", metavar="id")
        again.add_argument("--all", action="store_true", help="every one there is")
        together = verbs.add_parser("reconcile", help="do services agree, and what is missing?")
        together.add_argument("--mend", action="store_true", help="bring ours to what owners have")

    def handle(self, *, verb: str, **options: Any) -> None:
        if verb == "list":
            self._list(options["state"], options["limit"])
        elif verb == "show":
            self._show(options["id"])
        elif verb == "reconcile":
            self._reconcile(mend=options["mend"])
        else:
            self._replay(options["ids"], is_all=options["all"])

    def _list(self, state: str, limit: int) -> None:
        rows = Delivery.objects.filter(state=state).order_by("pk")[: limit + 1]
        for row in rows[:limit]:
            self.stdout.write(
                f"{row.pk:>8}  {row.received_at:%Y-%m-%d %H:%M:%S}  {row.type} {row.subject}  "
                f"{row.handler or '(unreadable)'}  attempts {row.attempts}  "
                f"{_first_line(row.error)}"
            )
        if len(rows) > limit:
            self.stdout.write(f"… and more: --limit {limit * 10} shows them.")
        if not rows:
            self.stdout.write(f"No event is {state}.")

    def _show(self, key: int) -> None:
        row = self._one(key)
        self.stdout.write(f"{row}: {row.state} after {row.attempts} attempts\n{row.error}")
        self.stdout.write(json.dumps(row.event, indent=2, ensure_ascii=False))

    def _reconcile(self, *, mend: bool) -> None:
        """Ends with 1 where something is amiss, and was not mended."""
        amiss = not self._nothing_is_under_way()
        views = all_views()
        for view in views:
            try:
                findings = compare(view, mend=mend)
            except Problem as problem:
                self.stderr.write(f"{view.name} at {view.owner}: {problem.detail}")
                amiss = True
                continue
            self._tell(view, findings)
            amiss = amiss or not (findings.agrees or mend)
        if not views:
            self.stdout.write("Nothing here is a copy of another service's.")
        if amiss:
            raise CommandError("Not all is as it should be.")

    def _nothing_is_under_way(self) -> bool:
        unsent = OutboxEvent.objects.filter(sent_at=None).count()
        waiting, dead = Delivery.objects.waiting().count(), Delivery.objects.dead().count()
        self.stdout.write(f"{unsent} events unsent, {waiting} not handled yet, {dead} dead letters")
        return not dead

    def _tell(self, view: View, findings: Findings) -> None:
        kinds = ("missing", "outdated", "left_over")
        counts = [(kind.replace("_", " "), getattr(findings, kind)) for kind in kinds]
        said = ", ".join(f"{len(keys)} {kind}" for kind, keys in counts)
        self.stdout.write(f"{view.name} at {view.owner}: {findings.compared} compared, {said}")
        for kind, keys in counts:
            for key in keys[:MOST_SHOWN]:
                self.stdout.write(f"    {kind}: {key}")

    def _replay(self, ids: list[int], *, is_all: bool) -> None:
        if bool(ids) == is_all:
            raise CommandError("Name the ids of dead letters, or --all.")
        rows = list(Delivery.objects.dead().order_by("pk")) if is_all else self._dead(ids)
        again = [self._replay_one(row) for row in rows]
        deliverer.deliver_all()
        not_handled = Delivery.objects.exclude(state=Delivery.HANDLED)
        left = set(not_handled.filter(pk__in=chain(*again)).values_list("pk", flat=True))
        self.stdout.write(f"{sum(left.isdisjoint(keys) for keys in again)} of {len(rows)} handled.")

    def _replay_one(self, row: Delivery) -> list[int]:
        """The keys of the deliveries that it comes to."""
        try:
            return replay(row)
        except UnreadableEvent as error:
            self.stderr.write(f"{row.pk} stays dead: {error}")
            return [row.pk]

    def _one(self, key: int) -> Delivery:
        row: Delivery | None = Delivery.objects.filter(pk=key).first()
        if row is None:
            raise CommandError(f"There is no delivery {key}.")
        return row

    def _dead(self, ids: list[int]) -> list[Delivery]:
        rows = [self._one(key) for key in dict.fromkeys(ids)]
        if alive := [str(row.pk) for row in rows if row.state != Delivery.DEAD]:
            raise CommandError(f"Not dead: {', '.join(alive)}.")
        return rows


def _how_many(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("a number from 1")
    return int(text)


def _first_line(text: str) -> str:
    return text.partition("\n")[0][:100]
