"""The headers of pages and of the API, graded as Mozilla's HTTP Observatory grades them.

Its rules are written down from memory; nobody has asked the Observatory itself. From 100 points
each fault takes some, and where 90 are left what is better than asked for adds some. 100 and more
is A+, 90 is A.
"""

import re

import pytest
from django.test import Client

from backend_practice.http.middleware.security_headers import HEADERS

pytestmark = pytest.mark.django_db

SIX_MONTHS = 15_768_000
PAGES = [
    "/", "/hello/", "/site/", "/admin/login/", "/api/v1/books/", "/api/v1/docs/",
    "/api/v1/auth/session/login/", "/nowhere/", "/api/v1/nowhere/", "/healthz/live",
]  # fmt: skip


def content_security_policy(answer):
    """From -25 for none to +10 for one that allows nothing by default."""
    header = answer.headers.get("Content-Security-Policy")
    if not header:
        return -25
    policy = {name: words for name, *words in (rule.split() for rule in header.split(";"))}
    scripts = policy.get("script-src", policy.get("default-src", []))
    styles = policy.get("style-src", policy.get("default-src", []))
    if any(word in scripts for word in ("'unsafe-inline'", "data:", "https:", "http:", "*")):
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if any(re.match("http:", word) for words in policy.values() for word in words):
        return -20
    if "'unsafe-inline'" in styles:
        return 0
    return 10 if policy.get("default-src") == ["'none'"] else 5


def cookies(answer):
    """-40 for a session that travels openly, -30 for one that scripts may read, +5 for all well."""
    if not answer.cookies:
        return 0
    score = 5
    for name, cookie in answer.cookies.items():
        is_session = "sess" in name or "refresh" in name
        if not cookie["secure"]:
            return -40 if is_session else -20
        if is_session and not cookie["httponly"]:
            return -30
        score = score if cookie["samesite"] in ("Lax", "Strict") else 0
    return score


def cross_origin(answer):
    return -50 if answer.headers.get("Access-Control-Allow-Origin") == "*" else 0


def referrer_policy(answer):
    good = {
        "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin",
    }  # fmt: skip
    header = answer.headers.get("Referrer-Policy")
    return 0 if header is None else 5 if header in good else -5


def strict_transport_security(answer):
    age = re.search(r"max-age=(\d+)", answer.headers.get("Strict-Transport-Security", ""))
    return -20 if not age else 0 if int(age[1]) >= SIX_MONTHS else -10


def content_type_options(answer):
    return 0 if answer.headers.get("X-Content-Type-Options") == "nosniff" else -5


def frame_options(answer):
    if "frame-ancestors" in answer.headers.get("Content-Security-Policy", ""):
        return 5
    return 0 if answer.headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else -20


def cross_origin_resource_policy(answer):
    header = answer.headers.get("Cross-Origin-Resource-Policy")
    return 10 if header in ("same-origin", "same-site") else 0


TESTS = (
    content_security_policy, cookies, cross_origin, referrer_policy,
    strict_transport_security, content_type_options, frame_options, cross_origin_resource_policy,
)  # fmt: skip


def score(answer):
    """What is left of 100; what is better than asked for counts only from 90 on."""
    points = [test(answer) for test in TESTS]
    base = 100 + sum(each for each in points if each < 0)
    return base + sum(each for each in points if each > 0) if base >= 90 else base


def grade(points):
    return "A+" if points >= 100 else "A" if points >= 90 else "B or worse"


@pytest.fixture
def https(settings):
    """The site as production sets it up behind TLS."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return Client()


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_top_grade(https, path):
    answer = https.get(path, secure=True, headers={"Accept": "text/html"})

    assert score(answer) == 130 + (5 if answer.cookies else 0)
    assert grade(score(answer)) == "A+"


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/api/v1/books/"])
def test_whoever_comes_without_tls_is_sent_to_it(https, path):
    answer = https.get(path)

    assert answer.status_code == 301
    assert answer["Location"].startswith("https://")


@pytest.mark.parametrize("name", ["Content-Security-Policy", "Cross-Origin-Resource-Policy"])
def test_the_grade_falls_with_a_header(https, monkeypatch, name):
    kept = {key: value for key, value in HEADERS.items() if key != name}
    module = "backend_practice.http.middleware.security_headers.HEADERS"
    monkeypatch.setattr(module, kept)

    points = score(https.get("/", secure=True))

    assert points < 130
