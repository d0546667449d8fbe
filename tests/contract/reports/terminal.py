"""For people: one line a check, and for a failure what a teacher would say."""

import os
import textwrap
from typing import TextIO

from ..checks import Stage
from ..running import FAILED, PASSED, SKIPPED, Outcome

WIDTH = 80
LABEL = 10
ROOM = WIDTH - 4 - LABEL
MARKS = {PASSED: "✓", FAILED: "✗", SKIPPED: "–"}
PLAIN_MARKS = {PASSED: "ok", FAILED: "NO", SKIPPED: "--"}
COLOURS = {PASSED: "32", FAILED: "31;1", SKIPPED: "2"}
BEFORE = 6  # requests that led to the failure


class Terminal:
    """Writes to a stream; in colours only where that is a terminal that wants them."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.colours = stream.isatty() and "NO_COLOR" not in os.environ
        encoding = (getattr(stream, "encoding", None) or "ascii").lower()
        self.marks = MARKS if encoding.startswith("utf") else PLAIN_MARKS

    # ---- One run, as it goes on

    def start(self, url: str, seed: str, level: str) -> None:
        self.say(f"Checking {url}, level {level}, with the seed {seed}")

    def stage(self, stage: Stage) -> None:
        self.say("")
        self.say(self.paint(f"Stage {stage.number} · {stage.title}", "1"))

    def outcome(self, outcome: Outcome) -> None:
        mark = self.paint(self.marks[outcome.state], COLOURS[outcome.state])
        name = f"{outcome.check.name:<44} {outcome.check.level}"
        self.say(f"  {mark} {name}")
        if outcome.state == SKIPPED:
            self.say(indented(f"not checked: {outcome.expected}", 4))
        if outcome.state == FAILED:
            self.failure(outcome)

    def failure(self, outcome: Outcome) -> None:
        """What was asked, expected and got, and how to go on."""
        check, exchange = outcome.check, outcome.exchange
        self.say("")
        self.say(indented(plain(check.says), 4))
        if check.why:
            self.say(indented(check.why, 4))
        self.say("")
        if len(outcome.before) > BEFORE:
            self.labelled("before", f"{len(outcome.before) - BEFORE} requests, then")
        for line in outcome.before[-BEFORE:]:
            self.labelled("before", line)
        if exchange:
            self.labelled("asked", command(exchange.asked.words(), ROOM), whole=True)
            if "$TOKEN" in exchange.asked.curl():
                self.labelled("", f"($TOKEN is the access token of {exchange.asked.who})")
        self.labelled("expected", outcome.expected)
        self.labelled("came", outcome.came)
        self.labelled("likely", outcome.cause)
        self.labelled("hint", outcome.hint)
        self.labelled("read", check.read)
        self.say("")

    def end(self, outcomes: list[Outcome], all_checks: int) -> None:
        """How many of which, and what to do next."""
        count = {state: sum(each.state == state for each in outcomes) for state in MARKS}
        parts = [f"{count[PASSED]} passed"]
        parts += [f"{count[FAILED]} failed"] if count[FAILED] else []
        parts += [f"{count[SKIPPED]} not checked"] if count[SKIPPED] else []
        left = all_checks - len(outcomes)
        parts += [f"{left} left: mend this one first, or say --keep-going"] if left else []
        self.say("")
        self.say(self.paint(", ".join(parts) + ".", COLOURS[FAILED if count[FAILED] else PASSED]))

    # ---- Lists

    def checks(self, stages: list[Stage]) -> None:
        """Every check with the sentence that it stands for."""
        for stage in stages:
            self.stage(stage)
            for check in stage.checks:
                self.say(f"  {check.name:<44} {check.level}")
                self.say(indented(plain(check.says), 4))

    # ---- Words

    def labelled(self, label: str, text: str, *, whole: bool = False) -> None:
        """A label in a column of its own, the text beside it; its lines stay whole if told so."""
        first = self.paint(f"{label:<{LABEL}}", "2") if label else " " * LABEL
        given = printable(text).splitlines()
        lines = given if whole else [part for line in given for part in wrapped(line, ROOM)]
        lines = lines or [""]
        self.say(f"    {first}{lines[0]}")
        for line in lines[1:]:
            self.say(" " * (4 + LABEL) + line)

    def paint(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self.colours else text

    def say(self, text: str) -> None:
        errors = getattr(self.stream, "encoding", None) or "utf-8"
        self.stream.write(text.encode(errors, "replace").decode(errors) + "\n")
        self.stream.flush()


def wrapped(line: str, room: int) -> list[str]:
    """Broken at spaces; a long word, an address above all, stays whole."""
    deep = len(line) - len(line.lstrip())
    return textwrap.wrap(
        line, room, break_long_words=False, break_on_hyphens=False,
        subsequent_indent=" " * deep, drop_whitespace=True,
    ) or [""]  # fmt: skip


def command(words: list[str], room: int) -> str:
    """A command for a shell in lines that can be pasted: each goes on after a backslash."""
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) + len("  \\") > room:
            lines.append(f"  {word}")
        else:
            lines[-1] += f" {word}"
    return " \\\n".join(lines)


def indented(text: str, by: int) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=" " * by, subsequent_indent=" " * by,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def plain(text: str) -> str:
    """Without the marks of Markdown."""
    return text.replace("`", "")


def printable(text: str) -> str:
    """What a terminal would obey stands there as it is written: `\\x1b`."""
    return "".join(
        each if each.isprintable() or each in "\n\t" else ascii(each)[1:-1] for each in text
    )
