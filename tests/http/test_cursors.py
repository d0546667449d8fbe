"""A cursor is the site's own, for one list in one order, or it is refused."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

pytestmark = pytest.mark.django_db


@pytest.fixture
def cursor(web):
    """To the second page of the people in the order of their names."""
    for name in "abc":
        get_user_model().objects.create(email=f"{name}@example.com", name=name)
    return cursor_of(web.get("/api/v1/people/?limit=1"))


def cursor_of(response):
    return parse_qs(urlsplit(response.json()["next"]).query)["cursor"][0]


def refused(problem, response):
    (error,) = problem(response)["errors"]
    return response.status_code == 400 and (error["pointer"], error["in"]) == ("/cursor", "query")


def test_the_cursor_itself_is_taken(web, cursor):
    response = web.get("/api/v1/people/", {"cursor": cursor})

    assert [row["name"] for row in response.json()["results"]] == ["b", "c"]


@pytest.mark.parametrize(
    "tampered",
    [
        lambda cursor: cursor[:-1],
        lambda cursor: "A" + cursor,
        lambda cursor: cursor.replace(".", ""),
        lambda cursor: cursor.split(".")[0],
        lambda cursor: "." + cursor.split(".")[1],
        lambda cursor: base64.urlsafe_b64encode(b'[false,["x",1]]').decode() + ".signed",
        lambda cursor: "x",
        lambda cursor: "",
        lambda cursor: " ",
        lambda cursor: "\x00",
        lambda cursor: "é",
        lambda cursor: "x" * 2001,
        lambda cursor: "." * 50,
    ],
)
def test_a_cursor_that_was_touched_is_refused(web, problem, cursor, tampered):
    response = web.get("/api/v1/people/", {"cursor": tampered(cursor)})

    assert refused(problem, response)


@pytest.mark.parametrize("ordering", ["-name", "created_at", "pk"])
def test_a_cursor_of_another_order_is_refused(web, problem, cursor, ordering):
    response = web.get("/api/v1/people/", {"cursor": cursor, "ordering": ordering})

    assert refused(problem, response)


def test_a_cursor_of_another_list_is_refused(web, problem, cursor):
    Group.objects.create(name="a")

    response = web.get("/api/v1/groups/pages/", {"cursor": cursor})

    assert refused(problem, response)


def test_a_cursor_outlives_a_change_of_the_secret_key_that_is_announced(web, settings, cursor):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert web.get("/api/v1/people/", {"cursor": cursor}).status_code == 200


def test_two_cursors_in_one_query_are_refused(web, problem, cursor):
    response = web.get("/api/v1/people/", {"cursor": [cursor, cursor]})

    assert refused(problem, response)
