"""A Django project of one middleware, one view and no other setting,
but for a rate that is low enough to be met.

`python -m tests.http.alone RequestIdMiddleware` prints, as JSON, how it answers
through Django's synchronous and its asynchronous handler.
"""

import asyncio
import json
import sys

import django
from django.conf import settings
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.urls import path

PACKAGE = "backend_practice.http.middleware"
MODULES = {
    "TrustedProxyMiddleware": "trusted_proxy",
    "RequestIdMiddleware": "request_id",
    "AccessLogMiddleware": "access_log",
    "ServerTimingMiddleware": "server_timing",
    "SecurityHeadersMiddleware": "security_headers",
    "ProblemDetailsMiddleware": "problem_details",
    "TrailingSlashMiddleware": "trailing_slash",
    "RateLimitMiddleware": "rate_limit",
    "BodyLimitMiddleware": "body_limit",
    "IdempotencyMiddleware": "idempotency",
}
REQUESTS = {
    "hello": ("/api/hello/", b""),
    "without a slash": ("/api/hello", b""),
    "crash": ("/api/crash/", b""),
    "large": ("/api/hello/", b"a" * (1024 * 1024 + 1)),
}
REQUEST = {
    "X-Request-ID": "request-1",
    "X-Forwarded-For": "192.0.2.1",
    "Idempotency-Key": "not a key",
}
# The one that keeps something: its table stands beside users and their sessions.
APPS_OF_IDEMPOTENCY = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "backend_practice.http",
]


def view(request):
    if "crash" in request.path:
        raise RuntimeError
    return HttpResponse(request.META.get("HTTP_X_FORWARDED_FOR", ""))


urlpatterns = [path("api/hello/", view), path("api/crash/", view)]


def told(response):
    body = response.content.decode()
    return {"status": response.status_code, "headers": dict(response.headers), "body": body}


def answers(requests):
    client = Client(raise_request_exception=False)
    return [told(client.post(*each, "text/plain", headers=REQUEST)) for each in requests]


async def answers_of_async(requests):
    client = AsyncClient(raise_request_exception=False)
    return [told(await client.post(*each, "text/plain", headers=REQUEST)) for each in requests]


def main(name):
    apps = APPS_OF_IDEMPOTENCY if name == "IdempotencyMiddleware" else []
    settings.configure(
        ROOT_URLCONF=__name__,
        MIDDLEWARE=[f"{PACKAGE}.{MODULES[name]}.{name}"],
        INSTALLED_APPS=apps,
        SECRET_KEY="nothing is signed here",
        ALLOWED_HOSTS=["testserver"],
        **({"REQUESTS_PER_MINUTE_ADDRESS": 7} if name == "RateLimitMiddleware" else {}),
    )
    django.setup()
    requests = REQUESTS.values()
    modes = {"sync": answers(requests), "async": asyncio.run(answers_of_async(requests))}
    print(
        json.dumps({mode: dict(zip(REQUESTS, told, strict=True)) for mode, told in modes.items()})
    )


if __name__ == "__main__":
    main(sys.argv[1])
