"""The pages that the `type` of a problem leads to."""

import pytest
from django.utils.html import escape

from backend_practice.http.problems import PROBLEM_TYPES


def test_the_list_names_every_kind(client):
    page = client.get("/problems/").content.decode()

    for kind in PROBLEM_TYPES.values():
        assert f'href="/problems/{kind.slug}/"' in page


@pytest.mark.parametrize("kind", PROBLEM_TYPES.values(), ids=lambda kind: kind.slug)
def test_each_kind_has_its_page(client, kind):
    response = client.get(kind.uri)
    page = response.content.decode()

    assert response.status_code == 200
    assert f"<h1>{escape(kind.title)}</h1>" in page
    assert f">{kind.status}</p>" in page


def test_what_stands_in_backticks_is_shown_as_code(client):
    page = client.get("/problems/precondition-failed/").content.decode()

    assert "<code>If-Match</code> names a version" in page


def test_the_example_is_the_body_that_the_api_sends(client):
    page = client.get("/problems/not-found/").content.decode()

    assert "application/problem+json" in page
    assert '<span class="key">&quot;status&quot;</span>: <span class="number">404</span>' in page


def test_an_unknown_kind_is_not_found(client):
    assert client.get("/problems/no-such-problem/").status_code == 404
