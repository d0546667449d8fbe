"""Log lines for people."""

import logging
import sys

import pytest

from backend_practice.http.logs import TextFormatter

ESCAPE = "\x1b"


def line(formatter, level=logging.INFO, **fields):
    record = logging.makeLogRecord({"levelno": level, "msg": "Hello, %s", "args": ("World",)})
    record.levelname = logging.getLevelName(level)
    record.__dict__.update(fields)
    return formatter.format(record)


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.mark.usefixtures("terminal")
def test_in_a_terminal_a_line_has_colours():
    assert ESCAPE in line(TextFormatter())
    assert f"{ESCAPE}[31mHello, World" in line(TextFormatter(), logging.ERROR)
    assert f"{ESCAPE}[33mHello, World" in line(TextFormatter(), logging.WARNING)


@pytest.mark.usefixtures("terminal")
def test_who_asks_for_no_colours_gets_none(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    assert ESCAPE not in line(TextFormatter(), logging.ERROR)


@pytest.mark.usefixtures("terminal")
def test_an_empty_no_color_asks_for_nothing(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "")

    assert ESCAPE in line(TextFormatter(), logging.ERROR)


def test_in_a_file_or_a_pipe_a_line_has_none(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert ESCAPE not in line(TextFormatter(), logging.ERROR, request_id="request-1")


def test_a_line_is_the_time_the_message_and_the_request_id(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)

    clock, message = line(TextFormatter(), request_id="request-1").split(" ", 1)

    assert len(clock.split(":")) == 3
    assert message == "Hello, World request-1"


def test_an_exception_follows_with_its_traceback():
    try:
        raise ValueError("odd")
    except ValueError:
        text = line(TextFormatter(), exc_info=sys.exc_info())

    assert text.splitlines()[1] == "Traceback (most recent call last):"
    assert text.endswith("ValueError: odd")
