"""The gateway: a real nginx with the configuration that is made from the registry."""

import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import override_settings

from backend_practice.services.gateway import configuration
from tests.services.nginx import free_range, running_gateway, syntax_of

pytestmark = pytest.mark.once

API = "/api/v1/"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with running_gateway(tmp_path_factory.mktemp("gateway")) as gateway:
        yield gateway


@pytest.fixture
def client(gateway):
    with httpx.Client(base_url=gateway.url, timeout=10) as client:
        yield client


@pytest.fixture
def stopped(gateway):
    """`stopped("books")` stops that service; it comes back at the end."""
    names = []

    def stop(name):
        gateway.echoes[name].stop()
        names.append(name)

    yield stop
    for name in names:
        old = gateway.echoes[name]
        gateway.echoes[name] = type(old)(name, old.server_port)
        gateway.echoes[name].serve()


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "web"),
        ("/hello/Ada/", "web"),
        ("/static/a.css", "web"),
        (f"{API}docs/", "web"),
        (f"{API}schema/", "web"),
        (f"{API}services/", "web"),
        (f"{API}nothing/", "web"),
        (f"{API}bookshelf/", "web"),
        (f"{API}auth/refresh/", "accounts"),
        (f"{API}auth/me", "accounts"),
        ("/.well-known/jwks.json", "accounts"),
        ("/mailbox/", "accounts"),
        ("/admin/", "accounts"),
        (f"{API}books/", "books"),
        (f"{API}books", "books"),
        (f"{API}books/3/reviews/4/", "books"),
        (f"{API}authors/3/books/", "books"),
        (f"{API}genres/fiction/books/", "books"),
        (f"{API}uploads/", "uploads"),
        (f"{API}uploads/tus/1/", "uploads"),
        (f"{API}uploads/1/content/", "uploads"),
        (f"{API}jobs/kinds/", "jobs"),
        (f"{API}jobs/1/", "jobs"),
    ],
)
def test_each_address_goes_to_its_service(client, path, service):
    assert client.get(path).json()["service"] == service


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_method_path_query_and_body_arrive_as_they_were_sent(client, method):
    told = client.request(method, f"{API}books/%C3%A4/?q=a%20b", content=b"12345").json()

    assert (told["method"], told["path"]) == (method, f"{API}books/%C3%A4/?q=a%20b")
    assert told["length"] == 5


def test_services_see_the_clients_own_address_and_not_what_it_claims(client):
    lies = {"X-Forwarded-For": "1.2.3.4", "X-Real-IP": "1.2.3.4", "Forwarded": "for=1.2.3.4"}

    headers = client.get(f"{API}books/", headers=lies).json()["headers"]

    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert "x-real-ip" not in headers
    assert "forwarded" not in headers


def test_the_address_that_was_asked_for_is_kept(client, gateway):
    headers = client.get(f"{API}books/").json()["headers"]

    assert headers["host"] == urlsplit(gateway.url).netloc


def test_a_request_id_is_passed_on(client):
    headers = client.get(f"{API}books/", headers={"X-Request-ID": "my-own-id.1"}).json()["headers"]

    assert headers["x-request-id"] == "my-own-id.1"


@pytest.mark.parametrize("given", ["short", "not allowed!", "x" * 129])
def test_a_request_id_that_makes_no_sense_is_replaced(client, given):
    headers = client.get(f"{API}books/", headers={"X-Request-ID": given}).json()["headers"]

    assert len(headers["x-request-id"]) == 32


def test_a_trace_goes_on_or_begins(client):
    given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    goes_on = client.get(f"{API}books/", headers={"traceparent": given}).json()["headers"]
    begins = client.get(f"{API}books/", headers={"traceparent": "nonsense"}).json()["headers"]

    assert goes_on["traceparent"] == given
    assert [len(part) for part in begins["traceparent"].split("-")] == [2, 32, 16, 2]


def test_nobody_gets_to_what_services_say_to_each_other(client, gateway):
    for path in ("/internal/keys/", "/internal", "/internal/health/?x", "/api/../internal/keys/"):
        answer = raw(gateway.url, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

        assert answer.startswith("HTTP/1.1 404"), path
        assert "application/problem+json" in answer


def test_a_stopped_service_is_a_problem_and_the_others_answer(client, stopped):
    stopped("books")

    answer = client.get(f"{API}books/", headers={"X-Request-ID": "my-own-id"})

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["X-Request-ID"] == "my-own-id"
    problem = answer.json()
    assert (problem["status"], problem["instance"]) == (503, f"{API}books/")
    assert (problem["type"], problem["request_id"]) == ("/problems/unavailable/", "my-own-id")
    assert "books" in problem["detail"]
    assert client.get(f"{API}uploads/").status_code == 200


def test_a_service_that_comes_back_answers_at_once(client, gateway):
    echo = gateway.echoes["jobs"]
    echo.stop()
    assert client.get(f"{API}jobs/").status_code == 503

    gateway.echoes["jobs"] = type(echo)("jobs", echo.server_port)
    gateway.echoes["jobs"].serve()

    assert client.get(f"{API}jobs/").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "GET"])
def test_what_broke_off_is_not_sent_again(client, gateway, method):
    asked = gateway.echoes["books"].asked
    asked.clear()

    answer = client.request(method, f"{API}books/cut-off/", content=b"{}")

    assert answer.status_code == 503
    assert asked == [method]


def test_a_services_own_error_comes_through(client):
    answer = client.get(f"{API}books/own-error/")

    assert (answer.status_code, answer.text) == (503, "my own words")


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(gateway):
    answer = raw(
        gateway.url,
        f"POST {API}books/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
    )

    assert answer.startswith("HTTP/1.1 413")
    assert json.loads(answer.partition("\r\n\r\n")[2])["limit"]["name"] == "MAX_BODY_BYTES"


def test_a_file_beyond_its_own_limit_is_refused(gateway, client):
    large = client.post(f"{API}uploads/", content=b"x" * 3_000_000)
    answer = raw(
        gateway.url,
        f"POST {API}uploads/ HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n",
    )

    assert large.json()["length"] == 3_000_000
    assert answer.startswith("HTTP/1.1 413")
    assert json.loads(answer.partition("\r\n\r\n")[2])["limit"]["name"] == "MAX_UPLOAD_BYTES"


def test_an_upload_reaches_its_service_while_it_is_still_being_sent(gateway):
    """The client waits for the answer to `cut-off`, which comes before it has sent anything."""
    head = f"POST {API}uploads/cut-off/content/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"

    assert raw(gateway.url, head + "only a part").startswith("HTTP/1.1 503")


def test_a_stream_is_passed_on_as_it_comes(client, gateway):
    with client.stream("GET", f"{API}jobs/1/events/") as answer:
        parts = answer.iter_bytes()
        assert next(parts) == b"data: first\n\n"
        gateway.echoes["jobs"].go_on.set()
        assert b"".join(parts) == b"data: second\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /site/../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET /{'x' * 20_000} HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\nCookie: {'x' * 70_000}\r\n\r\n",
    ],
    ids=["host", "above the root", "long address", "long header"],
)
def test_a_request_that_is_none_is_a_problem(gateway, text):
    answer = raw(gateway.url, text)

    assert answer.startswith("HTTP/1.1 400")
    assert "application/problem+json" in answer


def test_a_path_with_quotes_leaves_the_problem_readable(gateway, stopped):
    stopped("books")

    answer = raw(
        gateway.url,
        f'GET {API}books/"x\\/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    )

    assert json.loads(answer.partition("\r\n\r\n")[2])["instance"] == f"{API}books/"


def test_many_guesses_at_once_are_held_back(gateway):
    with httpx.Client(base_url=gateway.url) as client:
        answers = [client.post(f"{API}auth/login/") for _ in range(120)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].headers["Content-Type"] == "application/problem+json"
    assert int(refused[0].headers["Retry-After"]) > 0
    assert httpx.get(f"{gateway.url}{API}auth/me/").status_code == 200


def test_no_query_string_is_logged(client, gateway):
    client.get("/ws/chat/lobby/?ticket=secret-ticket")

    assert "secret-ticket" not in gateway.log()


def test_a_sockets_handshake_arrives(client):
    wanted = {"Connection": "Upgrade", "Upgrade": "websocket"}

    headers = client.get("/ws/chat/lobby/", headers=wanted).json()["headers"]

    assert (headers["connection"], headers["upgrade"]) == ("upgrade", "websocket")


@pytest.mark.parametrize(
    "options",
    [{}, {"resolver": "127.0.0.11"}, {"uploads": "/var/lib/practice/uploads"}],
)
def test_nginx_takes_every_form_of_the_configuration(gateway, options, tmp_path):
    with override_settings(SERVICES_PORT=free_range()):
        text = configuration(
            listen="127.0.0.1:1", directory=str(tmp_path), user="root root", **options
        )

    checked = syntax_of(text, tmp_path)

    assert checked.returncode == 0, checked.stderr


def test_services_are_found_by_their_names_where_they_have_names():
    with override_settings(SERVICE_URL="http://{name}:8000"):
        text = configuration(listen="8080", directory="/var/lib/nginx")

    assert "server books:8000" in text


def raw(url, text):
    """What comes back for these very bytes."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(text.encode())
        answer = b""
        while b"\r\n\r\n" not in answer or not is_whole(answer):
            part = connection.recv(65536)
            if not part:
                break
            answer += part
    return answer.decode()


def is_whole(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return bool(lengths) and len(body) >= int(lengths[0].split(b":")[1])
