"""`GET /jobs/`: one's own, the newest first, page by page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.models import Job
from jobs.services import request_job
from tests.jobs.api import JOBS, errors_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs(alice):
    """Five of alice's, in their order."""
    return [request_job("jobs.sleep", {"seconds": n}, owner_id=alice.pk) for n in range(5)]


def ids(page):
    return [job["id"] for job in page["results"]]


def keys(jobs):
    return [str(job.pk) for job in jobs]


def test_the_newest_comes_first(jobs, client_of, alice):
    page = client_of(alice).get(JOBS).json()

    assert ids(page) == keys(reversed(jobs))
    assert (page["next"], page["previous"]) == (None, None)


def test_it_goes_on_page_by_page_and_back(jobs, client_of, alice):
    client = client_of(alice)

    first = client.get(f"{JOBS}?limit=2").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()

    assert [len(page["results"]) for page in (first, second, third)] == [2, 2, 1]
    assert ids(first) + ids(second) + ids(third) == keys(reversed(jobs))
    assert client.get(third["previous"]).json()["results"] == second["results"]


def test_it_can_be_narrowed_to_a_state(jobs, client_of, alice, done):
    done(jobs[0])

    page = client_of(alice).get(f"{JOBS}?state=succeeded").json()

    assert ids(page) == [str(jobs[0].pk)]


def test_it_can_be_narrowed_to_a_kind(jobs, client_of, alice, job_of):
    other = job_of()

    page = client_of(alice).get(f"{JOBS}?kind=tests.kind&state=queued").json()

    assert ids(page) == [str(other.pk)]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("state=done", "state"), ("state=", "state"), ("colour=red", "colour"),
        ("limit=0", "limit"), ("limit=101", "limit"), ("cursor=x", "cursor"),
        ("kind=a&kind=b", "kind"),
        ("kind=%00", "kind"), ("owner=someone", "owner"),
    ],
)  # fmt: skip
def test_a_parameter_that_makes_no_sense_is_named(client_of, alice, query, name):
    answer = client_of(alice).get(f"{JOBS}?{query}")

    assert answer.status_code == 400
    assert [pointer for pointer, _ in errors_of(answer)] == [f"/{name}"]


def test_nobody_sees_the_jobs_of_others(jobs, client_of, charlie, admin):
    assert client_of(charlie).get(JOBS).json()["results"] == []
    assert client_of(admin).get(JOBS).json()["results"] == []


def test_more_jobs_cost_no_more_queries(jobs, client_of, alice):
    client = client_of(alice)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(JOBS).status_code == 200
        return len(captured)

    few = queries()
    Job.objects.bulk_create(Job(kind="jobs.sleep", owner=alice) for _ in range(15))

    assert queries() == few
