"""`Accept` chooses the form of an answer, and no spelling of it breaks anything."""

import json

import pytest


@pytest.mark.parametrize("accept", ["image/png", "application/xml, text/csv", "nonsense", "/"])
def test_where_no_form_is_acceptable_the_answer_is_406_and_json(web, problem, accept):
    response = web.get("/api/v1/echo/", HTTP_ACCEPT=accept)

    assert response.status_code == 406
    assert problem(response)["type"] == "/problems/not-acceptable/"


@pytest.mark.parametrize(
    "unreadable",
    [
        "text/html; a*=nope''%41",
        "text/html; a*=nowhere''%41",
        f"text/html; a={'x' * 300}",
    ],
)
def test_an_unreadable_part_of_accept_is_passed_over(web, unreadable):
    response = web.get("/api/v1/echo/", HTTP_ACCEPT=f"{unreadable}, application/json")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


def test_nothing_readable_in_accept_is_nothing_acceptable(web, problem):
    response = web.get("/api/v1/echo/", HTTP_ACCEPT="text/html; a*=nope''%41")

    assert response.status_code == 406
    problem(response)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/html, */*", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
    ],
)
def test_the_form_follows_accept(web, accept, content_type):
    response = web.get("/api/v1/echo/", HTTP_ACCEPT=accept)

    assert response["Content-Type"] == content_type


def test_a_problem_is_json_whatever_form_was_asked_for(web, problem, settings):
    settings.ROOT_URLCONF = "backend_practice.urls"

    response = web.post("/api/v1/schema/", HTTP_ACCEPT="application/yaml")

    assert response.status_code == 405
    assert problem(response)["type"] == "/problems/method-not-allowed/"


def test_json_is_indented_for_those_who_ask(web):
    response = web.get("/api/v1/echo/", HTTP_ACCEPT="application/json; indent=2")

    assert response.content == b'{\n  "hello": "World"\n}'
    assert json.loads(response.content) == {"hello": "World"}
