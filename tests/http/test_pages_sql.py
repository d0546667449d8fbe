"""A page costs the same however deep it lies, and no list counts its table."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(web):
    """`asked(url)` is the answer and the only query made for it."""
    for number in range(5):
        get_user_model().objects.create(email=f"{number}@example.com", name="same")

    def get(url):
        with CaptureQueriesContext(connection) as context:
            response = web.get(url)
        (query,) = context.captured_queries
        return response.json(), query["sql"]

    return get


@pytest.mark.parametrize(("ordering", "operator"), [("name", ">"), ("-name", "<")])
def test_a_page_is_found_by_one_comparison_of_rows(asked, ordering, operator):
    page, _ = asked(f"/api/v1/people/?limit=2&ordering={ordering}")
    _, sql = asked(page["next"])

    assert f'("accounts_user"."name", "accounts_user"."id") {operator} (' in sql
    assert "LIMIT 3" in sql


def test_back_the_comparison_is_the_other_way_round(asked):
    page, _ = asked("/api/v1/people/?limit=2")
    page, _ = asked(page["next"])
    _, sql = asked(page["previous"])

    assert '("accounts_user"."name", "accounts_user"."id") < (' in sql


def test_a_list_in_the_order_of_its_key_compares_one_column(asked):
    page, _ = asked("/api/v1/people/?limit=2&ordering=pk")
    _, sql = asked(page["next"])

    assert '("accounts_user"."id") > (' in sql


def test_nothing_is_counted_or_skipped(asked):
    page = {"next": "/api/v1/people/?limit=2"}
    while page["next"]:
        page, sql = asked(page["next"])

        assert "COUNT(" not in sql.upper()
        assert "OFFSET" not in sql.upper()
