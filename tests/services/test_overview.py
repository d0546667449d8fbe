"""`services/`: each service with its health and its version."""

import pytest

from backend_practice import __version__
from backend_practice.registry import PARTS
from backend_practice.services import overview
from tests.services.nginx import free_range

ADDRESS = "/api/v1/services/"


@pytest.fixture(autouse=True)
def nobody_has_asked(monkeypatch):
    monkeypatch.setattr(overview, "_last", [])


@pytest.mark.django_db
def test_one_process_is_all_of_them(anonymous):
    answer = anonymous.get(ADDRESS)

    services = answer.json()["results"]
    assert [service["name"] for service in services] == list(PARTS)
    assert {service["version"] for service in services} == {__version__}
    assert {service["status"] for service in services} == {"up"}


@pytest.mark.django_db
def test_what_each_needs_is_for_this_machine_alone(anonymous):
    here = anonymous.get(ADDRESS).json()["results"][0]
    elsewhere = anonymous.get(ADDRESS, REMOTE_ADDR="203.0.113.1").json()["results"][0]

    assert here["checks"]["database"]["status"] == "ok"
    assert "checks" not in elsewhere


@pytest.mark.django_db
def test_a_service_that_does_not_answer_is_down(as_books, anonymous):
    as_books.SERVICE, as_books.SERVICES_PORT = "web", free_range()

    services = {each["name"]: each for each in anonymous.get(ADDRESS).json()["results"]}

    assert (services["web"]["status"], services["web"]["version"]) == ("up", __version__)
    assert (services["books"]["status"], services["books"]["version"]) == ("down", None)


@pytest.mark.django_db
def test_who_asks_often_causes_no_more_questions(anonymous, monkeypatch):
    first = anonymous.get(ADDRESS).json()
    monkeypatch.setattr(overview, "internal", None)

    assert anonymous.get(ADDRESS).json() == first
