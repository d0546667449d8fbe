"""Query parameters are checked like a body."""

import pytest

pytestmark = pytest.mark.django_db


def errors_of(problem, response):
    assert response.status_code == 400
    body = problem(response)
    assert body["type"] == "/problems/invalid-input/"
    return body["errors"]


def test_an_unknown_parameter_is_an_error_and_the_known_are_named(web, problem):
    (error,) = errors_of(problem, web.get("/api/v1/people/?nmae=x"))

    assert error == {
        "pointer": "/nmae",
        "code": "unknown",
        "detail": "There is no such parameter; known are cursor, limit, ordering.",
        "in": "query",
    }


def test_a_parameter_given_twice_is_an_error(web, problem):
    (error,) = errors_of(problem, web.get("/api/v1/people/?limit=1&limit=2"))

    assert (error["pointer"], error["code"]) == ("/limit", "repeated")


def test_an_unknown_value_is_an_error(web, problem):
    (error,) = errors_of(problem, web.get("/api/v1/people/?ordering=age"))

    assert (error["pointer"], error["code"]) == ("/ordering", "invalid_choice")


def test_all_that_is_wrong_is_told_at_once(web, problem):
    errors = errors_of(problem, web.get("/api/v1/people/?limit=x&a=1&b=2"))

    assert [error["pointer"] for error in errors] == ["/a", "/b", "/limit"]


def test_a_name_is_escaped_as_json_pointers_are(web, problem):
    (error,) = errors_of(problem, web.get("/api/v1/people/?a/b~c=1"))

    assert error["pointer"] == "/a~1b~0c"


@pytest.mark.parametrize("name", ["%00", "%FF", "%ED%A0%80", "%0d%0a", "&=", "%F0%9F%98%80"])
def test_no_name_is_too_odd(web, problem, name):
    errors_of(problem, web.get(f"/api/v1/people/?{name}=1"))


def test_the_form_of_the_answer_may_be_asked_for(web):
    assert web.get("/api/v1/people/?format=json").status_code == 200


def test_a_form_that_does_not_exist_is_not_found(web, problem):
    response = web.get("/api/v1/people/?format=xml")

    assert response.status_code == 404
    problem(response)


def test_a_thousand_parameters_are_too_many(web, problem):
    response = web.get("/api/v1/people/?" + "a=1&" * 1001)

    assert response.status_code == 400
    assert problem(response)["type"] == "/problems/malformed-request/"


def test_a_parameter_without_a_value_is_an_error_and_not_everything(web, problem):
    errors = errors_of(problem, web.get("/api/v1/people/?limit=&cursor=&ordering="))

    assert {error["pointer"] for error in errors} == {"/limit", "/cursor", "/ordering"}
