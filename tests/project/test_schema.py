"""The schema is made once, by whoever asks first, however many do."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from backend_practice.http import schema_view


@pytest.fixture
def nobody_has_asked(monkeypatch):
    monkeypatch.setattr(schema_view, "_made", {})


def ask(_):
    return Client().get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})


def test_the_first_requests_may_all_come_at_once(nobody_has_asked):
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(ask, range(8)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_the_second_is_given_what_the_first_was_made(nobody_has_asked, monkeypatch):
    ask(1)
    monkeypatch.setattr(schema_view, "SchemaGenerator", None)

    assert ask(2).status_code == 200
