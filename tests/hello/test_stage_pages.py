"""The pages of the stages: what each must have, whatever can be tried there."""

import re

import pytest

from hello.documents import readable_files
from hello.stages import STAGES, leads_somewhere

pytestmark = pytest.mark.once

BY_SLUG = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.slug)


@BY_SLUG
def test_a_stage_has_a_page_and_its_neighbours(client, stage):
    response = client.get(stage.path)
    page = response.content.decode()

    assert response.status_code == 200
    assert f"<h1>{stage.name} <code" in page
    for neighbour in STAGES[max(0, stage.number - 2) : stage.number + 1]:
        assert neighbour is stage or f'href="{neighbour.path}"' in page


@BY_SLUG
def test_a_page_has_nothing_inline_or_from_another_host(client, stage):
    page = client.get(stage.path).content.decode()

    assert "<style" not in page
    assert not re.search(r"<[^>]+ style=", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r'src="(?:https?:)?//', page)


@BY_SLUG
def test_what_is_to_be_seen_has_a_name_of_its_own(stage):
    keys = [goal.key for goal in stage.goals]

    assert len(set(keys)) == len(keys) >= 3


def test_a_stage_without_routes_says_that_it_does_not_run_here(client, monkeypatch):
    monkeypatch.setattr("hello.stages.leads_somewhere", lambda path: False)

    page = client.get("/stages/3-rest/").content.decode()

    assert "does not run here yet" in page
    assert "/3-rest.js" not in page


def test_a_process_of_pages_alone_leaves_the_routes_to_the_gateway(client, monkeypatch, settings):
    monkeypatch.setattr("hello.stages.leads_somewhere", lambda path: False)
    settings.SERVICE = "web"

    assert "does not run here yet" not in client.get("/stages/3-rest/").content.decode()


def test_an_unknown_stage_is_not_found(client):
    assert client.get("/stages/11-nothing/").status_code == 404


def test_a_page_gives_the_token_that_renewing_by_cookie_asks_for(client):
    assert "csrftoken" in client.get("/stages/4-authentication/").cookies


def test_a_route_is_there_or_not():
    assert leads_somewhere("/api/v1/books/")
    assert not leads_somewhere("/api/v1/nowhere/")


# ---- Source ----------------------------------------------------------------------


def test_every_file_that_a_text_names_can_be_read(client):
    for name in readable_files():
        assert client.get(f"/source/{name}").status_code == 200, name


@pytest.mark.parametrize(
    "name",
    [
        "backend_practice/settings/__init__.py",
        ".env",
        "var/secret_key",
        "../main/hello/urls.py",
        "hello/../hello/urls.py",
        "/etc/passwd",
        "hello",
    ],
)
def test_no_other_file_is_shown(client, name):
    assert client.get(f"/source/{name}").status_code == 404


def test_source_is_shown_as_text_whatever_it_holds(client):
    page = client.get("/source/hello/public/site/index.html").content.decode()

    assert "<title>A postcard" not in page
    assert "&lt;" in page
