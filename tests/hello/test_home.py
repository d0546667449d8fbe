"""The home page: the ten stages as a path."""

import json
import re

import pytest
from django.test import Client

from hello.stages import STAGES

LINKS = [link.path for stage in STAGES for link in stage.links]
OUTSIDE_DJANGO = ("/site/",)


def test_the_stages_are_the_ten_in_their_order():
    assert [stage.number for stage in STAGES] == list(range(1, 11))


def test_the_home_page_tells_of_every_stage(client):
    page = client.get("/").content.decode()

    for stage in STAGES:
        assert f'id="stage-{stage.number}"' in page
        assert stage.name in page


def test_a_stage_shows_what_can_be_tried_or_says_that_it_comes_later(client):
    page = client.get("/").content.decode()

    for link in LINKS:
        assert f'href="{link}"' in page
    assert page.count("this stage comes later") == sum(not stage.ready for stage in STAGES)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [path for path in LINKS if not path.startswith(OUTSIDE_DJANGO)])
def test_every_link_leads_somewhere(client, path):
    assert client.get(path, follow=True).status_code == 200


@pytest.mark.parametrize("path", [path for path in LINKS if path.startswith(OUTSIDE_DJANGO)])
def test_every_link_to_a_file_leads_somewhere(fetch, path):
    assert fetch(path).status == 200


def test_the_first_request_is_the_one_for_this_very_address(client):
    page = client.get("/", headers={"host": "localhost:8123"}).content.decode()

    assert "curl http://localhost:8123/hello/" in page


def test_the_page_says_what_this_process_runs_on(client, settings, sqlite):
    settings.REDIS_URL = "redis://127.0.0.1:6379/0"

    page = client.get("/").content.decode()

    assert "<strong>SQLite</strong>" in page
    assert "<strong>Redis</strong>" in page


def test_the_page_asks_nothing_of_the_database(client):
    # No database is allowed in this test: a query would raise.
    assert client.get("/").status_code == 200


def test_an_unknown_page_says_so_and_leads_home(client):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
    assert 'href="/"' in response.content.decode()


def test_a_crash_has_a_page_of_its_own(client, monkeypatch):
    monkeypatch.setattr("hello.views.runs_on", lambda: 1 / 0)
    client.raise_request_exception = False

    response = client.get("/")

    assert response.status_code == 500
    assert "Something broke here" in response.content.decode()
    assert "ZeroDivisionError" not in response.content.decode()


def test_a_request_for_another_host_is_refused_with_a_page(client):
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "The request cannot be read" in response.content.decode()


def test_a_form_without_its_token_is_refused_with_a_page():
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/admin/login/")

    assert response.status_code == 403
    assert "The form has expired" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/problems/", "/problems/conflict/", "/nowhere/"])
def test_no_page_has_anything_inline_or_from_another_host(client, path):
    page = client.get(path).content.decode()

    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_the_page_leads_to_every_stage(client):
    page = client.get("/").content.decode()

    for stage in STAGES:
        assert f'href="{stage.path}#try"' in page


def test_it_shows_how_far_ones_own_server_is(client, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    line = {
        "url": "http://127.0.0.1:3000",
        "stage": 3,
        "level": "core",
        "at": "2026-01-01T00:00:00Z",
    }
    line |= {"passed": 11, "checks": 12, "failing": ["deletes"]}
    (tmp_path / "practice.jsonl").write_text(json.dumps(line) + "\n")

    page = client.get("/").content.decode()

    assert "http://127.0.0.1:3000" in page
    assert "core 11/12" in page
