"""One id for all that a request causes."""

import pytest


@pytest.mark.parametrize(
    "given", ["12345678", "a" * 128, "Az09._-x", "018f6b2e-7a7e-7b44-8a53-6d1f2c1a0f6e"]
)
def test_a_well_formed_id_is_echoed(web, given):
    response = web.get("/api/v1/echo/", HTTP_X_REQUEST_ID=given)

    assert response["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given",
    ["", "1234567", "a" * 129, "with space", "semi;colon", "new\nline-", "é" * 8, "12345678\n"],
)
def test_any_other_is_replaced(web, given):
    response = web.get("/api/v1/echo/", HTTP_X_REQUEST_ID=given)

    assert response["X-Request-ID"] != given
    assert len(response["X-Request-ID"]) == 32


def test_without_one_each_request_gets_its_own(web):
    ids = {web.get("/api/v1/echo/")["X-Request-ID"] for _ in range(5)}

    assert len(ids) == 5


def test_the_id_stands_in_every_log_line_of_the_request(web, json_log):
    web.get("/api/v1/raise/crash/", HTTP_X_REQUEST_ID="my-request-1")

    lines = json_log()
    assert len(lines) >= 2
    assert {line["request_id"] for line in lines} == {"my-request-1"}


@pytest.mark.parametrize("path", ["/api/v1/nowhere/", "/api/v1/raise/conflict/"])
def test_the_id_stands_in_every_problem(web, problem, path):
    response = web.get(path, HTTP_X_REQUEST_ID="my-request-2")

    assert problem(response)["request_id"] == "my-request-2"


def test_the_id_of_one_request_does_not_reach_the_next(web, json_log):
    web.get("/api/v1/echo/", HTTP_X_REQUEST_ID="my-request-3")
    web.get("/api/v1/echo/", HTTP_X_REQUEST_ID="my-request-4")

    assert [line["request_id"] for line in json_log()] == ["my-request-3", "my-request-4"]
