"""Who asked is what a trusted proxy says, and nobody else."""

from ipaddress import ip_network

import pytest

PROXY, CLIENT = "10.0.0.1", "203.0.113.5"


@pytest.fixture(autouse=True)
def proxies(settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")]


def origin(web, peer, forwarded_for=None, **headers):
    if forwarded_for is not None:
        headers["HTTP_X_FORWARDED_FOR"] = forwarded_for
    return web.get("/api/v1/whoami/", REMOTE_ADDR=peer, **headers).json()


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"198.51.100.1, {CLIENT}", CLIENT),
        (PROXY, f"{CLIENT}, 10.0.0.2", CLIENT),
        (PROXY, f"127.0.0.1, {CLIENT}, 10.0.0.2,10.0.0.3", CLIENT),
        (PROXY, "10.0.0.7, 10.0.0.8", "10.0.0.7"),
        (PROXY, "2001:db8:2::5", "2001:db8:2::5"),
        ("2001:db8:1::1", f"2001:db8:2::5, {PROXY}", "2001:db8:2::5"),
        (f"::ffff:{PROXY}", CLIENT, CLIENT),
        (PROXY, f"::ffff:{CLIENT}", CLIENT),
    ],
)
def test_the_nearest_address_that_is_no_proxy_is_the_client(web, peer, forwarded_for, address):
    assert origin(web, peer, forwarded_for)["address"] == address


@pytest.mark.parametrize("peer", [CLIENT, "127.0.0.1", "::1", "2001:db8:2::1"])
def test_what_a_stranger_says_of_itself_is_not_believed(web, peer):
    assert origin(web, peer, "198.51.100.1")["address"] == peer


def test_without_trusted_proxies_nobody_is_believed(web, settings):
    settings.TRUSTED_PROXIES = []

    assert origin(web, PROXY, CLIENT)["address"] == PROXY


@pytest.mark.parametrize(
    "garbage",
    ["", ",", "unknown", "a" * 9000, "_hidden", "1.2.3.4.5", "256.1.1.1", "\xff", f"{CLIENT}:80"],
)
def test_behind_garbage_the_proxy_itself_is_the_nearest_known(web, garbage):
    assert origin(web, PROXY, garbage)["address"] == PROXY


def test_what_stands_left_of_garbage_is_not_believed(web):
    assert origin(web, PROXY, f"{CLIENT}, garbage, 10.0.0.9")["address"] == "10.0.0.9"


@pytest.mark.parametrize("peer", ["", "unix:", "not an address"])
def test_a_peer_without_an_address_is_trusted_with_nothing(web, peer):
    assert origin(web, peer, CLIENT)["address"] == peer


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        (PROXY, "https", "https"),
        (PROXY, "HTTPS ", "https"),
        (PROXY, "http", "http"),
        (PROXY, "gopher", "http"),
        (PROXY, "https, http", "http"),
        (CLIENT, "https", "http"),
    ],
)
def test_the_scheme_comes_from_a_trusted_proxy_alone(web, peer, said, scheme):
    assert origin(web, peer, HTTP_X_FORWARDED_PROTO=said)["scheme"] == scheme


def test_no_forwarded_host_ever_counts(web):
    response = web.get("/api/v1/people/x", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_HOST="evil.example")

    assert "evil" not in response.content.decode()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded"])
def test_nothing_further_in_sees_these_headers(header):
    from django.http import HttpResponse
    from django.test import RequestFactory

    from backend_practice.http.middleware.trusted_proxy import TrustedProxyMiddleware

    request = RequestFactory().get("/", headers={header: CLIENT}, REMOTE_ADDR=PROXY)

    TrustedProxyMiddleware(lambda request: HttpResponse())(request)

    assert header not in request.headers
