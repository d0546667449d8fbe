"""One line a request, with what is worth knowing and nothing that is nobody's business."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

SECRET = "swordfish"


def test_a_request_is_one_line_with_the_fields_of_the_contract(web_of, alice, access_log):
    web_of(alice).get("/api/v1/private/", HTTP_X_REQUEST_ID="request-1", REMOTE_ADDR="192.0.2.7")

    (line,) = access_log()
    assert line["method"] == "GET"
    assert line["route"] == "/api/v1/private/"
    assert line["status"] == 200
    assert line["milliseconds"] > 0
    assert line["queries"] == 2
    assert line["user_id"] == str(alice.pk)
    assert line["request_id"] == "request-1"
    assert line["address"] == "192.0.2.7"


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/v1/versioned/7/", "/api/v1/versioned/<int:number>/"),
        ("/api/v1/versioned/7", "/api/v1/versioned/<int:number>/"),
        ("/api/v1/nowhere/", "unmatched"),
        ("/static/none.css", "static"),
        ("/plain/", "/plain/"),
    ],
)
def test_the_route_stands_for_the_path(web, access_log, path, route):
    web.get(path)

    (line,) = access_log()
    assert line["route"] == route


@pytest.mark.django_db
def test_neither_query_string_nor_headers_nor_body_are_written(web, json_log):
    web.post(
        f"/api/v1/echo/?ticket={SECRET}",
        {"password": SECRET},
        "application/json",
        HTTP_AUTHORIZATION=f"Bearer {SECRET}",
        HTTP_COOKIE=f"sessionid={SECRET}",
        HTTP_IDEMPOTENCY_KEY=SECRET,
        HTTP_REFERER=f"http://testserver/?code={SECRET}",
    )

    assert len(json_log()) == 1
    assert SECRET not in str(json_log())


def test_a_crash_writes_none_of_them_either(web, json_log):
    web.get(f"/api/v1/plain/crash/?ticket={SECRET}", HTTP_AUTHORIZATION=f"Bearer {SECRET}")

    assert len(json_log()) == 2
    assert SECRET not in str(json_log())


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/api/v1/a%0aGET%20/b", r"/api/v1/a\nGET /b"),
        ("/api/v1/a%1b[31mred", r"/api/v1/a\x1b[31mred"),
        ("/api/v1/a%E2%80%AEdcba", r"/api/v1/a\u202edcba"),
        ("/api/v1/a%00", r"/api/v1/a\x00"),
        ("/api/v1/café", "/api/v1/café"),
    ],
)
def test_control_characters_in_a_path_are_escaped(web, access_log, path, written):
    web.get(path)

    (line,) = access_log()
    assert line["message"].startswith(f"GET {written} 404, ")


def test_the_user_is_named_without_a_query_of_its_own(web_of, alice, access_log):
    client = web_of(alice)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/plain/")

    (line,) = access_log()
    assert len(asked) == line["queries"] == 0
    assert line["user_id"] is None


def test_nobody_has_no_user_id(web, access_log):
    web.get("/api/v1/echo/")

    assert access_log()[0]["user_id"] is None


@pytest.mark.django_db
def test_every_query_of_the_request_is_counted(web, access_log):
    web.get("/api/v1/asks/")

    assert access_log()[0]["queries"] == 3


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("/api/v1/echo/", "INFO"),
        ("/api/v1/nowhere/", "INFO"),
        ("/api/v1/raise/unavailable/", "WARNING"),
    ],
)
def test_a_failure_of_the_site_stands_out(web, access_log, path, level):
    web.get(path)

    assert access_log()[0]["level"] == level
