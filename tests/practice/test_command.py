"""What the command line takes, says and ends with."""

import json
from xml.etree import ElementTree

import pytest

from tests.contract.settings import Settings
from tests.practice.small_server import METRICS_TOKEN

pytestmark = pytest.mark.once


def test_a_check_that_passes_ends_with_0(small_url, practise):
    code, output = practise("check", "--url", small_url, "--stage", "1")

    assert code == 0
    assert "hello-world" in output
    assert output.endswith("3 passed.\n")


def test_a_check_that_fails_ends_with_1_and_says_all_that_helps(small_url, practise, tmp_path):
    settings = tmp_path / "practice.toml"
    settings.write_text('[paths]\n"/hello/" = "/nowhere/"\n')

    code, output = practise("check", "--url", small_url, "--stage", "1", "--config", str(settings))

    assert code == 1
    for told in (
        f"asked     curl -i {small_url}/nowhere/",
        "expected  status 200",
        "came      404",
        "likely    ",
        "Express: app.get('/hello/'",
        "read      hello/views.py",
        "1 failed, 2 left: mend this one first",
    ):
        assert told in output
    assert max(map(len, output.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--url", "http://127.0.0.1:9"], "Is the server running?"),
        (["--url", "ftp://127.0.0.1"], "is no address of a server"),
        (["--url", "http://192.0.2.1"], "--i-own-this"),
        (["--url", "http://127.0.0.1:x"], "is no address"),
        (["--url", "http://0.0.0.0:3000"], "say http://127.0.0.1:3000"),
        (["--url", "http://127.0.0.1:3000/api/v1/"], "without /api/v1"),
        ([], "Which server?"),
        (["--url", "http://127.0.0.1", "--stage", "0"], "there are stages 1 to"),
        (["--url", "http://127.0.0.1", "--stage", "one"], "a number"),
        (["--url", "http://127.0.0.1", "--only", "no-such-check"], "No check is called"),
        (["--url", "http://127.0.0.1", "--config", "/no/such/file"], "cannot be read"),
        (["--url", "http://127.0.0.1", "--level", "half"], "invalid choice"),
    ],
)
def test_what_cannot_begin_ends_with_2_and_the_reason(practise, capsys, arguments, reason):
    code, _ = practise("check", *arguments)

    assert code == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("url = ", "is no TOML"),
        ("adress = 'x'", "nothing is called adress"),
        ("[auth]\nuser = 'x'", "nothing is called user"),
        ("timeout = 'long'", "timeout is to be of the type float"),
        ("slash = 0", "slash is to be of the type bool"),
        ("timeout = 0", "timeout is to be more than 0"),
        ("[paths]\n'/hello/' = 7", "[paths]: each of them is a text"),
    ],
)
def test_settings_that_cannot_be_say_which(practise, capsys, tmp_path, text, reason):
    (tmp_path / "practice.toml").write_text(text)

    code, _ = practise("check", "--config", str(tmp_path / "practice.toml"))

    assert code == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("prefix", "path"), [("api", "/api/books/"), ("/v2/", "/v2/books/"), ("", "/books/")]
)
def test_a_prefix_may_be_written_with_slashes_or_without(prefix, path):
    assert Settings(prefix=prefix).path_of("books/") == path


def test_an_address_with_tls_where_there_is_none_says_so(small_url, practise, capsys):
    code, _ = practise("check", "--url", small_url.replace("http", "https"))

    assert code == 2
    assert "Say http:// where it speaks no TLS." in capsys.readouterr().err


def test_a_report_that_cannot_be_written_ends_with_2(small_url, practise, capsys, tmp_path):
    file = tmp_path / "a-file" / "junit.xml"
    file.parent.write_text("")

    code, _ = practise("check", "--url", small_url, "--stage", "1", "--junit", str(file))

    assert code == 2
    assert str(file.parent) in capsys.readouterr().err


@pytest.mark.parametrize(("token", "code"), [(METRICS_TOKEN, 0), ("another", 1), ("", 1)])
def test_what_is_shown_to_few_is_asked_for_with_the_token(
    small_url, practise, tmp_path, token, code
):
    settings = tmp_path / "practice.toml"
    settings.write_text(f'metrics_token = "{token}"')
    only = ("--only", "database-is-watched")

    ended, output = practise("check", "--url", small_url, *only, "--config", str(settings))

    assert ended == code
    assert not token or token not in output


def test_junit_has_a_suite_a_stage_and_the_failure_with_its_request(small_url, practise, tmp_path):
    report = tmp_path / "junit.xml"

    practise("check", "--url", small_url, "--stage", "1,2", "--junit", str(report))

    hello, files = ElementTree.parse(report).getroot().findall("testsuite")  # noqa: S314 - ours
    assert (hello.get("name"), hello.get("tests"), hello.get("failures")) == ("stage 1", "3", "0")
    assert (files.get("name"), files.get("tests"), files.get("failures")) == ("stage 2", "1", "1")
    assert f"curl -i {small_url}/site/" in files.find("testcase/failure").text


def test_the_same_seed_asks_for_the_same_values(small_url, practise):
    runs = [
        practise("check", "--url", small_url, "--only", "hello-by-name", "--seed", seed, "--json")[
            1
        ]
        for seed in ("7", "7", "8")
    ]

    asked = [json.loads(run)["checks"][0]["asked"] for run in runs]
    assert asked[0] == asked[1] != asked[2]


def test_progress_tells_of_the_server_that_was_checked_last(small_url, practise):
    assert "Nothing has been checked yet" in practise()[1]

    practise("check", "--url", small_url, "--stage", "1")

    _, output = practise()
    assert output.startswith(f"So far at {small_url}\n")
    assert "Hello                    core 3/3" in output


def test_the_list_has_every_check_and_its_sentence(practise):
    code, output = practise("list", "--stage", "1")

    assert code == 0
    assert "POST /hello/ answers 405 with Allow." in output
