"""The schema is valid OpenAPI 3.1, and describes each error that an operation can give."""

import json

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from backend_practice.http.renderers import JSONRenderer
from tests.http.urls import urlpatterns


@pytest.fixture(scope="module")
def schema():
    """As a client reads it, of this directory's own routes."""
    generator = SchemaGenerator(patterns=urlpatterns)
    return json.loads(JSONRenderer().render(generator.get_schema(public=True)))


def operation(schema, method, path):
    return schema["paths"][f"/api/v1/{path}"][method]


def test_it_is_valid_openapi_3_1(schema):
    validate_schema(schema)

    assert schema["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    ("method", "path", "errors"),
    [
        ("get", "people/", {"400", "406", "429", "500", "503"}),
        ("get", "versioned/{number}/", {"400", "404", "406", "429", "500", "503"}),
        ("put", "versioned/{number}/", {"404", "409", "412", "413", "415"}),
        ("delete", "versioned/{number}/", {"404", "409", "412", "413"}),
        ("post", "groups/", {"401", "403", "409", "413", "415", "422", "429"}),
    ],
)
def test_each_error_is_described_as_a_problem(schema, method, path, errors):
    responses = operation(schema, method, path)["responses"]

    assert errors <= set(responses)
    for status in errors:
        content = responses[status]["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_anybody_may_do_needs_no_login(schema, method):
    assert not {"401", "403"} & set(operation(schema, method, "echo/")["responses"])


def test_the_problem_is_described_with_all_its_members(schema):
    problem = schema["components"]["schemas"]["Problem"]
    error = schema["components"]["schemas"]["ProblemError"]

    assert set(problem["required"]) == {
        "type", "title", "status", "detail", "instance", "request_id"
    }  # fmt: skip
    assert {"errors", "limit"} <= set(problem["properties"])
    assert set(error["properties"]) == {"pointer", "code", "detail", "in"}
    assert set(error["required"]) == {"pointer", "code", "detail"}


def headers_of(schema, method, path):
    parameters = operation(schema, method, path)["parameters"]
    return {parameter["name"] for parameter in parameters if parameter["in"] == "header"}


def test_the_headers_that_an_operation_heeds_are_described(schema):
    assert headers_of(schema, "post", "groups/") == {"X-Request-ID", "Idempotency-Key"}
    assert headers_of(schema, "put", "versioned/{number}/") == {"X-Request-ID", "If-Match"}
    assert headers_of(schema, "get", "versioned/{number}/") == {"X-Request-ID", "If-None-Match"}
    assert headers_of(schema, "get", "people/") == {"X-Request-ID"}


def test_the_parameters_of_a_list_are_described_with_their_bounds(schema):
    parameters = {each["name"]: each for each in operation(schema, "get", "people/")["parameters"]}

    assert parameters["limit"]["schema"]["minimum"] == 1
    assert parameters["limit"]["schema"]["maximum"] == 100
    assert parameters["limit"]["schema"]["default"] == 20
    assert "cursor" in parameters


def test_a_strict_body_admits_no_other_members(schema):
    assert schema["components"]["schemas"]["Group"]["additionalProperties"] is False


def test_a_page_has_next_previous_and_results(schema):
    page = schema["components"]["schemas"]["PersonPage"]

    assert set(page["required"]) == {"next", "previous", "results"}
    assert page["properties"]["next"]["type"] == ["string", "null"]


def test_a_304_is_described_for_a_single_resource(schema):
    assert "304" in operation(schema, "get", "versioned/{number}/")["responses"]
    assert "304" not in operation(schema, "get", "people/")["responses"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["nowhere/", "raise/conflict/", "raise/crash/", "people/?limit=x", "private/"]
)
def test_problems_are_as_described(web, problem, schema, path):
    from jsonschema import Draft202012Validator

    body = problem(web.get(f"/api/v1/{path}"))

    described = {"$ref": "#/components/schemas/Problem", "components": schema["components"]}
    Draft202012Validator(described).validate(body)
