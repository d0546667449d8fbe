"""The command line: which checks, at which address, told to whom.

Ends with 0 where every check passed, 1 where one failed, 2 where it could not begin (a wrong
option, a wrong address, nobody there) or not write what it was to, and 130 where it was stopped.
"""

import argparse
import json
import logging
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import httpx

from . import progress, troubles
from .checks import CORE, LEVELS, Check
from .line import Line
from .origin import Origin, WrongAddress, origin_of
from .reports.machines import as_json, write_junit
from .reports.terminal import Terminal
from .running import FAILED, Outcome, run_checks
from .settings import Settings, WrongSettings, read_settings
from .site import Site
from .stages import STAGES

OK, NOT_KEPT, NOT_BEGUN, STOPPED = 0, 1, 2, 130
PROGRAM = "python tests/contract"


class CannotBegin(Exception):
    """The text says what is wrong with what was asked for."""


def main(
    arguments: Sequence[str] | None = None,
    *,
    program: str = PROGRAM,
    progress_file: Path = Path(".practice.jsonl"),
    output: TextIO | None = None,
) -> int:
    """Do what the arguments say; the exit code."""
    parser = build_parser(program, progress_file)
    try:
        options = parser.parse_args(arguments)
    except SystemExit as stop:  # argparse has said why
        return int(stop.code or OK)
    terminal = Terminal(output or sys.stdout)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # each request is told elsewhere
    try:
        return int(options.do(options, terminal))
    except (CannotBegin, WrongAddress, WrongSettings) as error:
        print(error, file=sys.stderr)
        return NOT_BEGUN
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:  # whoever was told wants to hear no more: `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_KEPT
    except OSError as error:
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        return NOT_BEGUN


def build_parser(program: str, progress_file: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program, description="Checks a server against the contract, stage by stage.",
        epilog="Exit codes: 0 all kept, 1 a check failed, 2 it could not begin, 130 stopped.",
    )  # fmt: skip
    parser.set_defaults(do=show_progress, url="", progress=progress_file)
    commands = parser.add_subparsers(metavar="{check,list,progress}")

    check = commands.add_parser("check", help="check a server", epilog=parser.epilog)
    check.set_defaults(do=check_server)
    check.add_argument("--url", default="", help="its address: http://localhost:3000")
    check.add_argument("--stage", action="append", help="3, or 1-4, or 1,3; all unless told")
    check.add_argument("--level", choices=LEVELS, default=CORE, help="core unless told")
    check.add_argument(
        "--only", action="append", metavar="NAME", help="this check alone, of any level"
    )
    check.add_argument("--keep-going", action="store_true", help="past the first failure")
    check.add_argument(
        "--config", type=Path, metavar="FILE", help="TOML: what differs on your server"
    )
    check.add_argument("--seed", default="", help="the values of an earlier run again")
    check.add_argument("--json", action="store_true", help="one JSON object instead of the lines")
    check.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit's XML as well")
    check.add_argument(
        "--i-own-this", action="store_true", help="check a server on another machine"
    )
    check.add_argument(
        "--progress",
        type=Path,
        default=progress_file,
        metavar="FILE",
        help="where it is remembered",
    )

    listing = commands.add_parser("list", help="every check and what it stands for")
    listing.set_defaults(do=list_checks)
    listing.add_argument("--stage", action="append")

    shown = commands.add_parser("progress", help="how far one is; the same without any command")
    shown.set_defaults(do=show_progress)
    shown.add_argument("--url", default="", help="of this server, not the one checked last")
    shown.add_argument("--progress", type=Path, default=progress_file, metavar="FILE")
    return parser


# ---- check --------------------------------------------------------------------


def check_server(options: argparse.Namespace, terminal: Terminal) -> int:
    settings = read_settings(options.config)
    url = options.url or settings.url
    if not url:
        raise CannotBegin(
            "Which server? Say --url http://localhost:3000, or `url` in the --config."
        )
    origin = without_prefix(origin_of(url, i_own_this=options.i_own_this), settings.prefix)
    checks = chosen(options.stage, options.level, options.only)
    seed = options.seed or secrets.token_hex(4)
    stop_if_nobody_answers(origin, settings)

    told = Silent() if options.json else terminal
    told.start(origin.url, seed, options.level)
    outcomes, stopped = list[Outcome](), False
    try:
        for outcome in run(origin, settings, checks, seed, options.keep_going, told):
            outcomes.append(outcome)
    except KeyboardInterrupt:
        told.say("\nStopped; what was checked until here counts.")
        stopped = True
    told.end(outcomes, len(checks))
    if options.json:
        terminal.say(json.dumps(as_json(origin.url, seed, options.level, outcomes), indent=2))
    if options.junit:
        write_junit(options.junit, origin.url, outcomes)
    if not options.only:
        progress.remember(options.progress, origin.url, options.level, outcomes, STAGES)
    if stopped:
        return STOPPED
    return NOT_KEPT if any(each.state == FAILED for each in outcomes) else OK


class Silent:
    """Says nothing, where a machine listens."""

    def __getattr__(self, name: str) -> object:
        return lambda *arguments: None


def run(
    origin: Origin, settings: Settings, checks: list[Check], seed: str, keep_going: bool,
    told: Terminal | Silent,
) -> Iterator[Outcome]:  # fmt: skip
    """Run the checks in order; each outcome is told as it comes."""
    line = Line(origin, settings, say=lambda text: told.say(f"    … {text}"))
    site = Site(line, seed)
    try:
        for outcome in run_checks(site, announced(checks, told), keep_going=keep_going):
            told.outcome(outcome)
            yield outcome
    finally:
        site.end()
        line.close()


def announced(checks: list[Check], told: Terminal | Silent):  # type: ignore[no-untyped-def]
    """The checks, each stage's name said before its first."""
    stage = 0
    for check in checks:
        if check.stage != stage:
            stage = check.stage
            told.stage(next(each for each in STAGES if each.number == stage))
        yield check


def stop_if_nobody_answers(origin: Origin, settings: Settings) -> None:
    options = {"verify": settings.verify, "timeout": settings.timeout, "trust_env": False}
    try:
        with httpx.stream("GET", f"{origin.url}/", **options):  # type: ignore[arg-type]
            return
    except httpx.ConnectError as error:
        if origin.scheme == "https" and "SSL" in str(error):
            trouble = troubles.no_tls(str(error))
            raise CannotBegin(f"{trouble.expected}: {trouble.came}.\n{trouble.hint}") from error
        raise CannotBegin(
            f"Nothing answers at {origin.url} ({error}). Is the server running?"
        ) from error
    except httpx.HTTPError:
        return  # somebody is there, and the checks will say what is wrong


def without_prefix(origin: Origin, prefix: str) -> Origin:
    """The server's address. Raises `CannotBegin` for that of its API."""
    prefix = f"/{prefix.strip('/')}"
    if prefix != "/" and origin.base.endswith(prefix):
        raise CannotBegin(
            f"--url is the server's address, without {prefix}: stages 1 and 2 lie outside of it."
        )
    return origin


def chosen(stages: list[str] | None, level: str, only: list[str] | None) -> list[Check]:
    """The checks that were asked for, in the contract's order. Raises `CannotBegin`."""
    numbers = numbers_of(stages)
    if only:
        every = {check.name: check for stage in STAGES for check in stage.checks}
        unknown = [name for name in only if name not in every]
        if unknown:
            raise CannotBegin(
                f"No check is called {unknown[0]}: the command `list` shows them all."
            )
        return [check for name, check in every.items() if name in only]
    return [check for stage in STAGES if stage.number in numbers for check in stage.of_level(level)]


def numbers_of(stages: list[str] | None) -> set[int]:
    """The numbers in `3`, `1-4` and `1,3`; all of them where nothing is said."""
    known = {stage.number for stage in STAGES}
    if not stages:
        return known
    numbers: set[int] = set()
    for part in ",".join(stages).split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise CannotBegin(f"--stage {part}: a number, or two with a dash between them.")
        numbers |= set(range(int(first), int(last or first) + 1))
    if not numbers or not numbers <= known:
        raise CannotBegin(
            f"--stage {','.join(stages)}: there are stages {min(known)} to {max(known)}."
        )
    return numbers


# ---- list and progress ----------------------------------------------------------


def list_checks(options: argparse.Namespace, terminal: Terminal) -> int:
    numbers = numbers_of(options.stage)
    terminal.checks([stage for stage in STAGES if stage.number in numbers])
    return OK


def show_progress(options: argparse.Namespace, terminal: Terminal) -> int:
    """The ten stages, and how many checks of each the server has passed."""
    lines = {
        (line["stage"], line["level"]): line
        for line in progress.newest(options.progress, options.url)
    }
    if lines:
        terminal.say(f"So far at {next(iter(lines.values()))['url']}")
    for stage in STAGES:
        told = "  ".join(f"{level} {share(lines.get((stage.number, level)))}" for level in LEVELS)
        terminal.say(f"{stage.number:>3}  {stage.title:<24} {told}".rstrip())
    if not lines:
        terminal.say("\nNothing has been checked yet. Begin with: check --url … --stage 1")
    return OK


def share(line: dict[str, object] | None) -> str:
    if line is None:
        return f"{'–':<9}"
    return f"{line['passed']}/{line['checks']}".ljust(9)
