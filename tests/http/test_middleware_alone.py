"""Each middleware works in another Django project: by itself, with no setting of this one."""

import json
import subprocess
import sys
from functools import cache

import pytest

from tests.environment import ROOT, pristine_environment
from tests.http.alone import MODULES


@cache
def project_of(name):
    """What the project with this middleware alone answered and logged."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.http.alone", name],
        cwd=ROOT, env=pristine_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(process.stdout), process.stderr


@pytest.fixture(params=["sync", "async"])
def answers_of(request):
    """`answers_of(middleware)` is what that project answered, by either of Django's handlers."""
    return lambda name: project_of(name)[0][request.param]


@pytest.mark.parametrize("name", sorted(MODULES.keys() - {"IdempotencyMiddleware"}))
def test_a_request_gets_through(answers_of, name):
    assert answers_of(name)["hello"]["status"] == 200


def test_a_request_has_an_id(answers_of):
    headers = answers_of("RequestIdMiddleware")["hello"]["headers"]

    assert headers["X-Request-ID"] == "request-1"


def test_a_crash_of_the_view_has_an_id_too(answers_of):
    headers = answers_of("RequestIdMiddleware")["crash"]["headers"]

    assert headers["X-Request-ID"] == "request-1"


def test_the_time_is_told(answers_of):
    headers = answers_of("ServerTimingMiddleware")["hello"]["headers"]

    assert headers["Server-Timing"].startswith("total;dur=")


def test_browsers_are_told_what_not_to_do(answers_of):
    headers = answers_of("SecurityHeadersMiddleware")["hello"]["headers"]

    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_crash_is_a_problem(answers_of):
    answer = answers_of("ProblemDetailsMiddleware")["crash"]

    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(answer["body"])["status"] == 500


def test_the_slash_may_be_missing(answers_of):
    assert answers_of("TrailingSlashMiddleware")["without a slash"]["status"] == 200
    assert answers_of("RequestIdMiddleware")["without a slash"]["status"] == 404


def test_a_stranger_s_forwarded_header_is_taken_away(answers_of):
    assert answers_of("TrustedProxyMiddleware")["hello"]["body"] == ""
    assert answers_of("RequestIdMiddleware")["hello"]["body"] == "192.0.2.1"


def test_a_key_that_is_none_is_refused(answers_of):
    answer = answers_of("IdempotencyMiddleware")["hello"]

    assert answer["status"] == 400
    assert json.loads(answer["body"])["type"] == "/problems/malformed-request/"


def test_a_body_above_a_mebibyte_is_refused(answers_of):
    assert answers_of("BodyLimitMiddleware")["large"]["status"] == 413
    assert answers_of("RequestIdMiddleware")["large"]["status"] == 200


def test_one_request_too_many_is_refused_by_either_handler():
    modes, _ = project_of("RateLimitMiddleware")

    statuses = [answer["status"] for mode in ("sync", "async") for answer in modes[mode].values()]
    assert statuses.count(429) == 1
    assert statuses[-1] == 429


def test_requests_of_either_handler_are_logged():
    _, log = project_of("AccessLogMiddleware")

    assert log.count("POST /api/crash/ 500") == 2
