"""A POST that is sent twice with one key is done once."""

import pytest
from django.contrib.auth.models import Group

from backend_practice.http.models import IdempotencyRecord

KEY = "0190-first-try"


def post(client, body=None, key=KEY, path="/api/v1/groups/", **headers):
    body = {"name": "readers"} if body is None else body
    return client.post(path, body, "application/json", HTTP_IDEMPOTENCY_KEY=key, **headers)


@pytest.fixture
def client(web_of, alice):
    return web_of(alice)


def test_a_repeat_gets_the_first_answer_byte_for_byte(client):
    first = post(client)
    second = post(client)

    assert first.status_code == second.status_code == 201
    assert second.content == first.content
    for header in ("Content-Type", "Location", "ETag", "Allow"):
        assert second[header] == first[header]
    assert Group.objects.count() == 1


def test_only_a_repeat_says_that_it_is_one(client):
    first = post(client)
    second = post(client)

    assert "Idempotent-Replayed" not in first.headers
    assert second["Idempotent-Replayed"] == "true"


def test_a_repeat_has_a_request_id_of_its_own(client):
    first = post(client)
    second = post(client, HTTP_X_REQUEST_ID="second-time")

    assert second["X-Request-ID"] == "second-time"
    assert first["X-Request-ID"] != "second-time"


def test_either_spelling_of_the_address_is_the_same_request(client):
    first = post(client, path="/api/v1/groups")
    second = post(client, path="/api/v1/groups/")

    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    "other",
    [
        {"body": {"name": "writers"}},
        {"body": b'{"name":  "readers"}'},
        {"path": "/api/v1/echo/"},
        {"path": "/api/v1/groups/?a=1"},
    ],
)
def test_another_request_with_the_same_key_is_refused(client, problem, other):
    post(client)

    response = post(client, **other)

    assert response.status_code == 422
    assert problem(response)["type"] == "/problems/idempotency-key-reused/"
    assert Group.objects.count() == 1


def test_another_user_has_keys_of_their_own(client, web_of, bob):
    post(client)

    response = post(web_of(bob), {"name": "writers"})

    assert response.status_code == 201
    assert Group.objects.count() == 2


def test_another_key_is_another_request(client):
    post(client)

    response = post(client, {"name": "writers"}, key="another")

    assert response.status_code == 201


@pytest.mark.parametrize("key", ["x", "x" * 255, "!~", '"quoted"', "a,b;c=d"])
def test_a_key_is_1_to_255_visible_ascii_characters(client, key):
    assert post(client, key=key).status_code == 201
    assert post(client, key=key)["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "a\tb", "\x00", "é", "a\n"])
def test_any_other_key_is_malformed(client, web, problem, key):
    for asker in (client, web):
        response = post(asker, key=key)

        assert response.status_code == 400
        assert problem(response)["type"] == "/problems/malformed-request/"
    assert not Group.objects.exists()


@pytest.mark.django_db
def test_a_request_without_a_user_passes(web):
    first = post(web, path="/api/v1/echo/")
    second = post(web, path="/api/v1/echo/")

    assert first.status_code == second.status_code == 201
    assert "Idempotent-Replayed" not in second.headers
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_methods_other_than_post_take_no_key(client, method):
    for _ in range(2):
        response = client.generic(
            method, "/api/v1/echo/", b"{}", "application/json", HTTP_IDEMPOTENCY_KEY="a b"
        )

        assert response.status_code < 300
    assert not IdempotencyRecord.objects.exists()


def test_outside_of_the_api_no_key_is_taken(client):
    assert client.post("/plain/", HTTP_IDEMPOTENCY_KEY="a b").status_code == 200


def test_a_multipart_form_with_its_csrf_token_inside_is_no_crash(web_of, alice):
    client = web_of(alice, enforce_csrf_checks=True)
    client.get("/api/v1/auth/session/login/")
    form = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, "name": "readers"}

    response = client.post("/api/v1/groups/", form, HTTP_IDEMPOTENCY_KEY=KEY)

    assert response.status_code == 415


def test_a_database_that_is_away_is_503(client, problem, monkeypatch):
    from django.db import OperationalError

    def fail(*args, **options):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("backend_practice.http.idempotency._find", fail)

    response = post(client)

    assert response.status_code == 503
    assert response["Retry-After"]
    problem(response)
