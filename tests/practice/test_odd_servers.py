"""Servers that do not answer as servers should: what is said of them is clear, and they end."""

import json
import subprocess

import pytest

from tests.contract import line
from tests.contract.answers import Failure
from tests.contract.line import Line
from tests.contract.origin import origin_of
from tests.contract.settings import Settings, Uploads
from tests.contract.site import Site
from tests.practice.small_server import Hello, serving

pytestmark = pytest.mark.once
ONE = ("--only", "hello-world", "--json")


def answering(answer):
    """A server whose every answer to GET is this."""
    return type("Odd", (Hello,), {"do_GET": answer})


def told_of(practise, answer, *arguments):
    """What is said of a server whose every answer is this: of one check, as JSON tells it."""
    with serving(answering(answer)) as url:
        code, output = practise("check", "--url", url, *(arguments or ONE))
    assert code == 1
    return json.loads(output)["checks"][0]


def test_a_body_without_end_is_not_read_to_its_end(practise, monkeypatch):
    def endless(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65536)

    monkeypatch.setattr(line, "LARGEST", 2**20)

    told = told_of(practise, quietly(endless))

    assert told["expected"] == "a body of less than 1,048,576 bytes"
    assert "writes in a loop" in told["cause"]


def quietly(answer):
    """The answer, of which nobody may want to hear the end."""

    def handle(self):
        try:
            answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    return handle


def test_a_closed_connection_is_not_taken_for_a_missing_route(practise):
    def close(self):
        self.close_connection = True

    told = told_of(practise, close)

    assert told["expected"] == "an answer"
    assert "closed the connection" in told["cause"]
    assert "what your server has printed" in told["hint"]


def test_a_server_that_breaks_is_sent_to_its_own_output_and_told_the_checks_hint(practise):
    told = told_of(practise, lambda self: self.answer(500, b"<h1>Oops</h1>\n" * 99))

    assert told["cause"] == "An error in the handler that nobody caught."
    assert told["hint"].splitlines()[0].startswith("Look at what your server has printed")
    assert "app.get('/hello/'" in told["hint"]
    assert told["came"].count("\n") == 12


def test_where_a_redirect_leads_is_told_and_nobody_goes_there(practise):
    told = told_of(practise, lambda self: self.answer(302, Location="http://127.0.0.2:1/x"))

    assert "a redirect to http://127.0.0.2:1/x (the checks follow none)" in told["came"]


def test_an_answer_that_a_check_stumbles_over_is_told_without_a_traceback(practise):
    def odd(self):
        self.answer(200, b'{"results": [7]}')

    told = told_of(practise, odd, "--only", "services-listed", "--json")

    assert told["expected"] == "an answer of the form that the contract gives"
    assert "A value is of another type or form" in told["cause"]
    assert "Traceback" not in json.dumps(told)


def test_a_server_that_asks_for_patience_without_end_is_given_up(practise, monkeypatch):
    monkeypatch.setattr(line, "PATIENCE", 0)

    told = told_of(practise, lambda self: self.answer(429, Retry_After="0"))

    assert told["expected"] == "another answer than 429 in the end"


def test_what_a_terminal_would_obey_is_shown_as_text(practise):
    def loud(self):
        self.answer(404, b"\x1b[2Jcleared\x07")

    with serving(answering(loud)) as url:
        _, output = practise("check", "--url", url, "--stage", "1")

    assert "\\x1b[2Jcleared\\x07" in output
    assert "\x1b" not in output


def test_a_websocket_that_is_sent_to_another_host_does_not_go_there():
    asked = []

    def elsewhere(self):
        asked.append(self.path)
        self.answer(404)

    with serving(answering(elsewhere)) as there:
        to = f"{there.replace('http', 'ws')}/ws/chat/x/"

        with serving(answering(lambda self: self.answer(302, Location=to))) as url:
            site = Site(Line(origin_of(url), Settings()), "seed")
            with pytest.raises(Failure, match="a WebSocket"), site.socket("/ws/chat/x/"):
                pass

    assert asked == []


@pytest.mark.parametrize(
    ("link", "is_there"),
    [
        ("http://127.0.0.1:9000/bucket/a", True),
        ("http://127.0.0.1:9000.example.com/a", False),
        ("http://127.0.0.1:9000@example.com/a", False),
        ("http://127.0.0.1:90001/a", False),
    ],
)
@pytest.mark.parametrize("end", ["", "/"])
def test_the_storage_is_the_one_that_was_named(link, is_there, end):
    uploads = Uploads(storage=f"http://127.0.0.1:9000{end}")

    assert uploads.is_stored_at(link) == is_there


def test_whoever_stops_it_is_told_what_was_checked_and_the_exit_code_says_so(practise):
    def interrupted(self, path):
        raise KeyboardInterrupt

    with serving() as url, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Site, "head", interrupted)
        code, output = practise("check", "--url", url, "--stage", "1")

    assert code == 130
    assert "Stopped; what was checked until here counts." in output
    assert "1 passed, 2 left" in output


def test_what_was_asked_can_be_pasted_into_a_shell(practise):
    with serving() as url:
        _, output = practise("check", "--url", url, "--only", "books-create")

    command = output.partition("    asked     ")[2].partition("    expected")[0]
    shell = subprocess.run(
        ["sh", "-c", "curl() { printf '%s\\n' \"$@\"; }\n" + command],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    words = shell.stdout.splitlines()
    assert set(json.loads(words[words.index("--data-binary") + 1])) == {"title", "authors"}
    assert words[-1] == f"{url}/api/v1/books/"


def test_a_route_that_is_not_there_is_the_likely_cause_and_not_what_it_should_do(practise):
    with serving() as url:
        _, output = practise("check", "--url", url, "--only", "books-delete", "--json")

    [told] = json.loads(output)["checks"]
    assert told["cause"].startswith("There is no route for POST /api/v1/books/ yet")
    assert "[paths]" in told["cause"]


def test_a_sign_up_that_fails_is_told_apart_from_what_the_check_is_about(practise):
    with serving() as url:
        _, output = practise("check", "--url", url, "--only", "refresh", "--json")

    [told] = json.loads(output)["checks"]
    assert "the sign-up before it failed" in told["cause"]
    assert "--only signup" in told["hint"]
