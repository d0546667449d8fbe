"""A walk through a list's pages meets every row once, in order."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.django_db
User = get_user_model()
START = datetime(2026, 1, 1, tzinfo=UTC)


def people(*names):
    """Users with these names, each made a second after the one before."""
    return [
        User.objects.create(
            email=f"{number}@example.com", name=name, created_at=START + timedelta(seconds=number)
        )
        for number, name in enumerate(names)
    ]


def get(web, url):
    response = web.get(url)
    assert response.status_code == 200, response.content
    return response.json()


def names(page):
    return [row["name"] for row in page["results"]]


def walk(web, url, direction="next"):
    """The names page by page, from this page on to the end."""
    pages = []
    while url:
        page = get(web, url)
        pages.append(names(page))
        url = page[direction]
    return pages


def everyone(ordering):
    sign = "-" if ordering.startswith("-") else ""
    return [person.name for person in User.objects.order_by(ordering, f"{sign}pk")]


TIES = ["d", "a", "b", "b", "b", "c", "b", "a", "e", "b", "", "é"]


@pytest.mark.parametrize("ordering", ["name", "-name", "created_at", "-created_at", "pk"])
@pytest.mark.parametrize("limit", [1, 3, 5, 12, 100])
def test_forward_every_row_comes_once_in_order(web, ordering, limit):
    people(*TIES)

    pages = walk(web, f"/api/v1/people/?ordering={ordering}&limit={limit}")

    assert sum(pages, []) == everyone(ordering)
    assert all(len(page) == limit for page in pages[:-1])


@pytest.mark.parametrize("ordering", ["name", "-name", "created_at", "-created_at", "pk"])
@pytest.mark.parametrize("limit", [1, 3, 5])
def test_back_again_every_row_comes_once_in_order(web, ordering, limit):
    people(*TIES)
    url = f"/api/v1/people/?ordering={ordering}&limit={limit}"
    while page := get(web, url):
        if page["next"] is None:
            break
        url = page["next"]

    pages = [names(page), *walk(web, page["previous"], "previous")]

    assert sum(reversed(pages), []) == everyone(ordering)


def test_forth_and_back_is_the_same_page(web):
    people(*"abcdefg")
    first = get(web, "/api/v1/people/?limit=2")
    second = get(web, first["next"])

    assert names(get(web, second["previous"])) == names(first)
    assert names(get(web, get(web, second["next"])["previous"])) == names(second)


def test_the_ends_have_no_further_link(web):
    people(*"abc")
    first = get(web, "/api/v1/people/?limit=2")
    last = get(web, first["next"])

    assert first["previous"] is None
    assert last["next"] is None
    assert get(web, last["previous"])["previous"] is None


def test_an_empty_list_is_one_empty_page(web):
    assert get(web, "/api/v1/people/") == {"next": None, "previous": None, "results": []}


def test_a_last_page_that_is_exactly_full_is_the_last(web):
    people(*"abcd")

    assert walk(web, "/api/v1/people/?limit=2") == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize("ordering", ["name", "pk"])
def test_rows_that_come_between_two_pages_disturb_nobody(web, ordering):
    people("b", "c", "d", "e")
    first = get(web, f"/api/v1/people/?limit=2&ordering={ordering}")

    User.objects.create(email="before@example.com", name="a")
    User.objects.create(email="after@example.com", name="f")
    rest = sum(walk(web, first["next"]), [])

    assert names(first) == ["b", "c"]
    assert [name for name in rest if name in "bcde"] == ["d", "e"]
    assert "f" in rest


def test_rows_that_go_between_two_pages_take_no_other_with_them(web):
    people(*"abcdef")
    first = get(web, "/api/v1/people/?limit=2")

    User.objects.filter(name__in=["a", "b", "c"]).delete()

    assert walk(web, first["next"]) == [["d", "e"], ["f"]]


def test_a_page_whose_rows_have_all_gone_leads_back_to_the_beginning(web):
    people(*"abcd")
    first = get(web, "/api/v1/people/?limit=2")
    second = get(web, first["next"])

    User.objects.filter(name__in=["c", "d"]).delete()
    emptied = get(web, first["next"])
    assert names(emptied) == []
    assert names(get(web, emptied["previous"])) == ["a", "b"]

    people_again = User.objects.filter(name__in=["a", "b"])
    people_again.update(name="z")
    emptied = get(web, second["previous"])
    assert names(emptied) == []
    assert names(get(web, emptied["next"])) == ["z", "z"]


def test_links_keep_the_other_parameters(web):
    people(*"abc")

    url = get(web, "/api/v1/people/?limit=1&ordering=-name")["next"]

    assert "limit=1" in url
    assert "ordering=-name" in url


def test_a_page_has_20_rows_unless_told(web):
    people(*("x" * 21))

    assert len(get(web, "/api/v1/people/")["results"]) == 20


@pytest.mark.parametrize("limit", ["1", "100"])
def test_a_limit_is_1_to_100(web, limit):
    assert web.get(f"/api/v1/people/?limit={limit}").status_code == 200


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "x", "", " ", "1e1", "9" * 5000, "%00"])
def test_any_other_limit_is_invalid(web, problem, limit):
    response = web.get(f"/api/v1/people/?limit={limit}")

    (error,) = problem(response)["errors"]
    assert response.status_code == 400
    assert (error["pointer"], error["in"]) == ("/limit", "query")
