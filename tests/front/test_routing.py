"""Each connection goes where it is served best."""

import json
from functools import partial

import pytest

from backend_practice import front as front_module
from backend_practice.front import Front, no_such_socket
from tests.front.calls import called, parts, scope_of

MAX_BODY = 100
CHUNKED = (b"transfer-encoding", b"chunked")


def wsgi(environ, start_response):
    """Says what it was given; 413 without reading where more than `MAX_BODY` is declared."""
    declared = int(environ.get("CONTENT_LENGTH") or 0)
    start_response("413 Too Large" if declared > MAX_BODY else "200 OK", [])
    body = environ["wsgi.input"].read(declared) if declared <= MAX_BODY else b""
    said = {"by": "wsgi", "declared": declared, "body": body.decode()}
    return [json.dumps({**said, "query": environ["QUERY_STRING"]}).encode()]


async def asgi(scope, receive, send):
    """Says what it was given, and what it hears once it has the body."""
    body, message = b"", {"more_body": True}
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    after = await receive()
    said = {"by": "asgi", "body": body.decode(), "after": after["type"]}
    said["headers"] = [name.decode() for name, _ in scope["headers"]]
    said["query"] = scope["query_string"].decode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(said).encode()})


async def websocket(scope, receive, send):
    await send({"type": "websocket.close", "code": 4999})


@pytest.fixture
def front():
    return Front(
        wsgi=wsgi,
        asgi=asgi,
        websocket=websocket,
        async_paths=[r"/events/$", r"/streams/\d+/"],
        threads=2,
        max_body=MAX_BODY,
    )


def said(messages):
    """The body of an answer, read as JSON."""
    return json.loads(b"".join(message.get("body", b"") for message in messages))


@pytest.mark.parametrize("path", ["/events/", "/streams/7/", "/streams/7/more"])
def test_an_async_path_stays_on_the_event_loop(front, path):
    assert said(called(front, scope_of(path), *parts(b"")))["by"] == "asgi"


@pytest.mark.parametrize("path", ["/", "/events/7", "/x/events/", "/streams/seven/"])
def test_every_other_path_crosses_to_a_thread(front, path):
    assert said(called(front, scope_of(path)))["by"] == "wsgi"


def test_without_async_paths_everything_crosses():
    front = Front(
        wsgi=wsgi, asgi=asgi, websocket=websocket, async_paths=[], threads=1, max_body=MAX_BODY
    )

    assert said(called(front, scope_of("/events/")))["by"] == "wsgi"


def test_a_websocket_goes_to_the_websockets_application(front):
    messages = called(front, {"type": "websocket", "path": "/events/"})

    assert messages == [{"type": "websocket.close", "code": 4999}]


def test_a_socket_that_nothing_answers_is_accepted_and_closed_with_4404():
    messages = called(no_such_socket, {"type": "websocket"}, {"type": "websocket.connect"})

    assert [message["type"] for message in messages] == ["websocket.accept", "websocket.close"]
    assert messages[-1]["code"] == 4404


@pytest.fixture
def told(monkeypatch):
    """What this process is told of its start and its end, which is not to come of it here."""
    heard = []
    for name in ("listen_for_the_end", "stopping", "end_in_time"):
        monkeypatch.setattr(front_module, name, partial(heard.append, name))
    return heard


def test_the_start_and_the_stop_of_the_server_are_confirmed(front, told):
    lifespan = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    messages = called(front, {"type": "lifespan"}, *lifespan)

    assert [message["type"] for message in messages] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert told == ["listen_for_the_end", "stopping", "end_in_time"]


@pytest.mark.parametrize("path", ["/", "/events/"])
@pytest.mark.parametrize("header", [CHUNKED, (b"content-length", b"6")])
def test_a_body_arrives_on_either_side(front, path, header):
    messages = called(front, scope_of(path, headers=[header]), *parts(b"abc", b"def"))

    assert said(messages)["body"] == "abcdef"


def test_the_client_that_leaves_is_heard_on_the_event_loop_after_the_body(front):
    scope = scope_of("/events/", headers=[CHUNKED])

    messages = called(front, scope, *parts(b"abc"))

    assert said(messages)["after"] == "http.disconnect"


@pytest.mark.parametrize("path", ["/", "/events/"])
@pytest.mark.parametrize("header", [CHUNKED, (b"content-length", b"6")])
def test_half_a_body_reaches_nobody(front, path, header):
    first, *_ = parts(b"abc", b"def")

    assert called(front, scope_of(path, headers=[header]), first) == []


@pytest.mark.parametrize("path", ["/", "/events/"])
def test_a_declared_body_that_is_too_large_is_refused_unread(front, path):
    scope = scope_of(path, headers=[(b"content-length", b"101")])

    start, *_ = messages = called(front, scope)  # a read would find that the client has gone

    assert start["status"] == 413
    assert said(messages)["declared"] == 101


@pytest.mark.parametrize("path", ["/", "/events/"])
def test_a_body_in_chunks_that_is_too_large_is_refused(front, path):
    scope = scope_of(path, headers=[CHUNKED])

    start, *_ = called(front, scope, *parts(b"x" * 60, b"x" * 60, b"x"))

    assert start["status"] == 413


def test_a_refused_body_closes_the_connection(front):
    start, *_ = called(front, scope_of(headers=[(b"content-length", b"101")]))

    assert (b"connection", b"close") in start["headers"]


def test_a_body_that_is_taken_leaves_the_connection_open(front):
    start, *_ = called(front, scope_of(headers=[(b"content-length", b"3")]), *parts(b"abc"))

    assert start["headers"] == []


@pytest.mark.parametrize("path", ["/", "/events/"])
def test_either_side_gets_the_query_in_ascii(front, path):
    messages = called(front, scope_of(path, query=b"q=\xe9"), *parts(b""))

    assert said(messages)["query"] == "q=%E9"


def test_the_event_loop_gets_no_ambiguous_header(front):
    scope = scope_of("/events/", headers=[(b"x_user", b"admin"), (b"x-id", b"1")])

    assert said(called(front, scope, *parts(b"")))["headers"] == ["x-id"]
