"""Either spelling of an address works, with no redirect."""

import pytest

METHODS = {"GET": 200, "HEAD": 200, "POST": 201, "PUT": 201, "PATCH": 201, "DELETE": 204}


@pytest.mark.parametrize(("method", "status"), METHODS.items())
@pytest.mark.parametrize("path", ["/api/v1/echo/", "/api/v1/echo"])
def test_every_method_works_with_and_without(web, method, status, path):
    response = web.generic(method, path, b"{}", "application/json")

    assert response.status_code == status


def test_the_body_arrives(web):
    response = web.generic("POST", "/api/v1/echo", b'{"a": 1}', "application/json")

    assert response.json() == {"a": 1}


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v1/versioned/x", "/nowhere"])
def test_what_exists_in_neither_form_is_not_found(web, path):
    assert web.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/healthz/live", "/both"])
def test_a_path_that_exists_without_is_left_as_it_is(web, path):
    response = web.get(path)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


@pytest.mark.django_db
def test_links_carry_the_slash(web, alice, bob):
    response = web.get("/api/v1/people?limit=1")

    assert response.json()["next"].startswith("http://testserver/api/v1/people/?cursor=")


def test_the_query_string_stays(web, problem):
    response = web.get("/api/v1/people?limit=x")

    assert problem(response)["errors"][0]["pointer"] == "/limit"
