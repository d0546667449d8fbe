"""What clients and scanners send is answered, and never with a 500."""

import pytest

from tests.front.servers import ask, connected, head, status_of

BOOKS = "/api/v1/books/"


@pytest.mark.parametrize("query", ["q=é".encode(), b"q=\xe9", b"q=\xff\xfe", b"\xc3\xa9=1&q=x"])
@pytest.mark.parametrize("path", [b"/hello/", BOOKS.encode()])
def test_raw_bytes_in_the_query_are_refused(site, path, query):
    assert status_of(site, b"GET " + path + b"?" + query + b" HTTP/1.1") == 400


@pytest.mark.parametrize("path", ["/hello/é/".encode(), b"/hello/\xe9/", b"/\xff"])
def test_raw_bytes_in_the_path_are_refused(site, path):
    assert status_of(site, b"GET " + path + b" HTTP/1.1") == 400


@pytest.mark.parametrize(
    "target",
    [
        "/hello/%/",
        "/hello/%zz/",
        "/hello/%E9/",
        "/hello/%ED%A0%80/",
        "/hello/%00/",
        "/hello/%0d%0aX-Injected:1/",
        "/%00",
        "/%",
        "//",
        "/..",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/%00",
        "/site/%E9",
        f"{BOOKS}%00/",
        f"{BOOKS}%E9/",
        f"{BOOKS}?q=%00",
        f"{BOOKS}?q=%E9",
        f"{BOOKS}?q=%",
        f"{BOOKS}?%=%&&&=",
        f"{BOOKS}?cursor=%00",
        f"{BOOKS}?limit=%D9%A1",
        "/hello/?" + "a=1&" * 2_000,
        "*",
        "http://127.0.0.1/hello/",
        "http://[/",
        "hello",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_odd_address_is_no_500(site, method, target):
    assert status_of(site, f"{method} {target} HTTP/1.1", "Content-Length: 0") < 500


@pytest.mark.parametrize("length", [2_000, 8_000, 60_000])
@pytest.mark.parametrize("begin", ["/hello/", f"{BOOKS}?q="])
def test_a_very_long_address_is_no_500(site, begin, length):
    assert status_of(site, f"GET {begin}{'x' * length} HTTP/1.1") < 500


def test_a_line_break_in_the_address_adds_no_header(site):
    answer = ask(site, "GET /hello/%0d%0aX-Injected:%201/ HTTP/1.1")

    assert "x-injected" not in answer.headers


@pytest.mark.parametrize(
    "lines",
    [
        ["Accept: \xe9"],
        ["Accept: " + "a/b," * 1_000],
        ["Accept-Encoding: gzip;q=x"],
        ["Accept-Language: \xff"],
        ["Authorization: Bearer \xe9"],
        ["Cookie: sessionid=\xe9\xff; csrftoken==;;,"],
        ["Cookie: a=1", "Cookie: sessionid=2"],
        ["Content-Type: \xe9"],
        ["Content-Type: a/b; charset=hex"],
        ["Content-Type: application/json", "Content-Type: text/plain"],
        ["If-None-Match: \xe9"],
        ["If-Modified-Since: " + "9" * 500],
        ["Range: bytes=\xb2-"],
        ["X-Forwarded-For: \xe9, 127.0.0.1", "X-Forwarded-Proto: gopher"],
        ["X-Request-ID: \xe9"],
        ["Upgrade: h2c", "Connection: Upgrade"],
        ["X-Long: " + "x" * 6_000],
    ],
)
@pytest.mark.parametrize("path", ["/hello/", BOOKS, "/site/style.css"])
def test_an_odd_header_is_no_500(site, path, lines):
    encoded = [line.encode("latin-1") for line in lines]

    assert status_of(site, f"GET {path} HTTP/1.1", *encoded) < 500


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1:x", "a b", "[::", "\xe9"])
def test_a_host_that_is_not_ours_is_refused(site, host):
    assert status_of(site, "GET /hello/ HTTP/1.1", f"Host: {host}".encode("latin-1")) == 400


def test_two_hosts_are_refused(site):
    lines = ("GET /hello/ HTTP/1.1", "Host: 127.0.0.1", "Host: localhost")

    assert status_of(site, *lines) == 400


def test_http_1_0_without_a_host_is_answered_and_closed(site):
    with connected(site) as connection:
        connection.sendall(b"GET /hello/ HTTP/1.0\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert received.split(b"\r\n")[0].endswith(b" 200 OK")
    assert received.endswith(b"\r\n\r\nHello, World!")


@pytest.mark.parametrize("method", ["FOO", "TRACE", "CONNECT", "get", "PROPFIND", "G\x00T"])
def test_an_odd_method_is_no_500(site, method):
    assert status_of(site, f"{method} /hello/ HTTP/1.1") < 500


@pytest.mark.parametrize(
    "noise", [b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"PRI * HTTP/2.0\r\n\r\n"]
)
def test_noise_harms_nobody(site, noise):
    with connected(site) as connection:
        connection.sendall(noise)

    assert ask(site, "GET /hello/ HTTP/1.1").status == 200


# ---- Who asks, and what that means ----------------------------------------------


def test_a_header_with_an_underscore_is_not_the_one_with_a_hyphen(site):
    answer = ask(site, "GET /hello/ HTTP/1.1", "X_Request_ID: smuggled-request-id")

    assert answer.headers["x-request-id"] != "smuggled-request-id"


def test_a_header_with_an_underscore_adds_nothing_to_the_one_with_a_hyphen(site):
    lines = ("X-Request-ID: the-real-request-id", "X_Request_ID: smuggled-request-id")

    answer = ask(site, "GET /hello/ HTTP/1.1", *lines)

    assert answer.headers["x-request-id"] == "the-real-request-id"


def test_a_header_that_comes_twice_is_read_as_a_list(site):
    lines = ("X-Request-ID: first-request-id", "X-Request-ID: second-request-id")

    answer = ask(site, "GET /hello/ HTTP/1.1", *lines)

    assert "request-id" not in answer.headers["x-request-id"]  # a list is no id: a new one


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X_Forwarded_For", "X-Real-IP", "Forwarded"])
def test_nobody_says_who_asks_but_a_trusted_proxy(site, name):
    request_id = f"who-asks-{site.name}-{name.lower()}"

    ask(site, "GET /hello/ HTTP/1.1", f"X-Request-ID: {request_id}", f"{name}: 203.0.113.7")

    assert site.log_line(request_id)["address"] == "127.0.0.1"


def test_a_head_without_its_end_is_no_request(site):
    with connected(site) as connection:
        connection.sendall(head("GET /hello/ HTTP/1.1")[:-2])

    assert ask(site, "GET /hello/ HTTP/1.1").status == 200
