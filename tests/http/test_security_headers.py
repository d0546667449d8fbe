"""Every answer tells browsers what they must not do."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from backend_practice.http.middleware.security_headers import (
    CONTENT_SECURITY_POLICY,
    SecurityHeadersMiddleware,
)

PATHS = ["/plain/", "/plain/crash/", "/api/v1/echo/", "/api/v1/raise/crash/", "/nowhere/"]


@pytest.mark.parametrize("path", PATHS)
def test_each_answer_has_them_errors_too(web, path):
    response = web.get(path)

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    policy = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))

    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


def test_a_header_that_the_view_has_set_stays():
    def view(request):
        return HttpResponse(headers={"content-security-policy": "default-src 'self'"})

    response = SecurityHeadersMiddleware(view)(RequestFactory().get("/"))

    assert response["Content-Security-Policy"] == "default-src 'self'"
