"""Figures for Prometheus, for this machine or the bearer of a token."""

import pytest
from prometheus_client import REGISTRY

from backend_practice.metrics import METHODS

TOKEN = "a-long-token"


def count(method, route, status):
    labels = {"method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("http_requests_total", labels) or 0


def labels_of(name):
    return {
        tuple(sample.labels.values())
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == name
    }


def test_each_request_is_counted_with_its_time(web):
    before = count("GET", "/api/v1/echo/", 200)

    web.get("/api/v1/echo/")

    assert count("GET", "/api/v1/echo/", 200) == before + 1
    text = web.get("/metrics").content.decode()
    assert 'http_request_duration_seconds_count{method="GET",route="/api/v1/echo/"}' in text


@pytest.mark.django_db
def test_queries_are_counted_by_route(web):
    labels = {"route": "/api/v1/asks/"}
    before = REGISTRY.get_sample_value("database_queries_total", labels) or 0

    web.get("/api/v1/asks/")

    assert REGISTRY.get_sample_value("database_queries_total", labels) == before + 3


def test_a_client_cannot_make_new_series(web):
    web.get("/api/v1/versioned/1/")
    web.get("/api/v1/nowhere/")
    web.generic("BREW", "/api/v1/echo/")
    before = labels_of("http_requests_total")

    for number in range(2, 20):
        web.get(f"/api/v1/versioned/{number}/")
        web.get(f"/api/v1/nowhere/{number}/")
        web.get(f"/api/v1/echo/?number={number}")
        web.get("/api/v1/echo/", HTTP_HOST=f"{number}.example.com")
        web.generic(f"BREW{number}", "/api/v1/echo/")

    after = labels_of("http_requests_total")
    assert after - before <= {("GET", "/api/v1/echo/", "200"), ("GET", "unmatched", "400")}
    assert {method for method, _, _ in after} <= METHODS | {"other"}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_look(web, address):
    response = web.get("/metrics", REMOTE_ADDR=address)

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert b"http_requests_total" in response.content


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "", "nonsense"])
def test_another_may_not(web, address):
    response = web.get("/metrics", REMOTE_ADDR=address)

    assert response.status_code == 403
    assert b"http_requests_total" not in response.content


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded"]
)
def test_what_a_proxy_of_this_machine_passes_on_is_another_s(web, header):
    response = web.get("/metrics", headers={header: "127.0.0.1"})

    assert response.status_code == 403


def test_the_bearer_of_the_token_may_look_from_anywhere(web, settings):
    settings.METRICS_TOKEN = TOKEN

    response = web.get(
        "/metrics", REMOTE_ADDR="192.0.2.1", HTTP_AUTHORIZATION=f"bearer {TOKEN}",
        HTTP_X_FORWARDED_FOR="198.51.100.1",
    )  # fmt: skip

    assert response.status_code == 200


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer é"]
)
def test_any_other_credentials_are_refused(web, settings, authorization):
    settings.METRICS_TOKEN = TOKEN

    response = web.get("/metrics", REMOTE_ADDR="192.0.2.1", HTTP_AUTHORIZATION=authorization)

    assert response.status_code == 403


def test_without_a_token_in_the_settings_an_empty_one_opens_nothing(web):
    response = web.get("/metrics", REMOTE_ADDR="192.0.2.1", HTTP_AUTHORIZATION="Bearer ")

    assert response.status_code == 403


def test_metrics_are_only_read(web):
    assert web.post("/metrics").status_code == 405
