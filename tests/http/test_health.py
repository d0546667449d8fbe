"""Whether the process lives, and whether what it needs answers: found out, not guessed."""

import pytest
from django.db import connections

pytestmark = pytest.mark.django_db(transaction=True)
STRANGER = "192.0.2.1"


@pytest.fixture
def database_at(monkeypatch, postgresql):
    """`database_at(port)` lets the database be looked for at another port."""

    def move(port):
        configuration = connections.settings["default"]
        monkeypatch.setitem(configuration, "HOST", "127.0.0.1")
        monkeypatch.setitem(configuration, "PORT", str(port))

    return move


def test_a_process_that_answers_lives(web):
    response = web.get("/healthz/live", REMOTE_ADDR=STRANGER)

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_a_process_without_its_database_lives_too(web, monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "NAME", "/nowhere/db.sqlite3")

    assert web.get("/healthz/live").status_code == 200


def test_each_dependency_is_named_with_its_time(web, settings, redis_url):
    settings.REDIS_URL = redis_url

    response = web.get("/healthz/ready")

    assert response.status_code == 200
    checks = response.json()["checks"]
    assert set(checks) == {"database", "redis"}
    assert all(check["status"] == "ok" and check["milliseconds"] >= 0 for check in checks.values())


def test_redis_that_is_not_used_is_no_dependency(web):
    assert set(web.get("/healthz/ready").json()["checks"]) == {"database"}


def test_a_stranger_learns_whether_and_not_what(web):
    response = web.get("/healthz/ready", REMOTE_ADDR=STRANGER)

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_stranger_who_asks_for_details_is_refused(web):
    assert web.get("/healthz/ready?details", REMOTE_ADDR=STRANGER).status_code == 403


def test_the_bearer_of_the_token_gets_the_details(web, settings):
    settings.METRICS_TOKEN = "a-long-token"

    response = web.get(
        "/healthz/ready?details", REMOTE_ADDR=STRANGER, HTTP_AUTHORIZATION="Bearer a-long-token"
    )

    assert "checks" in response.json()


@pytest.mark.usefixtures("sqlite")
def test_a_database_file_that_is_gone_is_503(web, monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "NAME", "/nowhere/db.sqlite3")

    response = web.get("/healthz/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["database"] == {"status": "down", "error": "OperationalError"}


@pytest.mark.usefixtures("sqlite")
def test_a_database_file_that_is_none_is_503(web, monkeypatch, tmp_path):
    path = tmp_path / "db.sqlite3"
    path.write_text("This is a text and no database." * 100)
    monkeypatch.setitem(connections.settings["default"], "NAME", str(path))

    assert web.get("/healthz/ready").status_code == 503


def test_a_database_server_that_is_down_is_503(web, database_at, closed_port):
    database_at(closed_port)

    response = web.get("/healthz/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["database"] == {"status": "down", "error": "OperationalError"}


def test_a_database_server_that_is_silent_is_503_in_time(web, database_at, silent_port, seconds_of):
    database_at(silent_port)

    assert seconds_of(lambda: web.get("/healthz/ready")) < 3
    assert web.get("/healthz/ready").status_code == 503


@pytest.mark.parametrize("state", ["closed", "silent"])
def test_redis_that_is_away_or_silent_is_503_in_time(web, settings, seconds_of, request, state):
    settings.REDIS_URL = f"redis://127.0.0.1:{request.getfixturevalue(f'{state}_port')}/0"
    answers = []

    assert seconds_of(lambda: answers.append(web.get("/healthz/ready"))) < 3

    (response,) = answers
    assert response.status_code == 503
    checks = response.json()["checks"]
    assert checks["redis"]["status"] == "down"
    assert checks["database"]["status"] == "ok"


def test_one_dependency_that_hangs_hides_no_other(web, monkeypatch):
    import threading

    from backend_practice import health

    never = threading.Event()
    checks = {"silent": never.wait, "database": health._ask_database}
    monkeypatch.setattr(health, "dependencies", lambda: checks)
    monkeypatch.setattr(health, "SECONDS_TO_ANSWER", 0.1)

    answers = [web.get("/healthz/ready").json()["checks"] for _ in range(6)]
    never.set()

    assert {answer["database"]["status"] for answer in answers} == {"ok"}
    assert {answer["silent"]["error"] for answer in answers} == {"no answer in time"}
