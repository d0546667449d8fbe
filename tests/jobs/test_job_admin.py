"""The admin of jobs: to look at, cancel and retry."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs import transitions
from jobs.models import Entry, Job
from tests.conftest import person

pytestmark = pytest.mark.django_db
LIST = "/admin/jobs/job/"


@pytest.fixture
def web_of():
    def logged_in(user):
        client = Client()
        client.force_login(user)
        return client

    return logged_in


@pytest.fixture
def web(web_of, admin):
    return web_of(admin)


@pytest.fixture
def guest(web_of):
    """Staff who may look and no more."""
    staff = person("staff", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_job"))
    return web_of(staff)


def act(client, action, *jobs):
    body = {"action": action, "_selected_action": [job.pk for job in jobs]}
    return client.post(LIST, body, follow=True)


def queries(client, url):
    client.get(url)  # which learns what is asked once in a process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_list_shows_where_each_job_stands(web, sleeping):
    page = web.get(LIST).content.decode()

    assert "jobs.sleep" in page
    assert '<progress max="1" value="0.0">' in page
    assert "alice@example.com" in page


def test_more_jobs_cost_no_more_queries(web, alice, bob):
    Job.objects.bulk_create(Job(kind="jobs.sleep", owner=alice) for _ in range(3))
    few = queries(web, LIST)
    Job.objects.bulk_create(Job(kind="jobs.sleep", owner=bob) for _ in range(30))

    assert queries(web, LIST) == few


@pytest.mark.parametrize("query", ["state=queued", "state__exact=queued", "kind=jobs.sleep"])
def test_it_can_be_narrowed(web, sleeping, done, query):
    other = Job.objects.create(kind="another", state="failed")

    page = web.get(f"{LIST}?{query}").content.decode()

    assert str(sleeping.pk) in page
    assert str(other.pk) not in page


@pytest.mark.parametrize("words", ["alice@example", "asked-for", "", "%00", "🦄", "'; --"])
def test_any_search_is_answered(web, sleeping, words):
    assert web.get(f"{LIST}?q={words}").status_code == 200


def test_a_job_is_found_by_its_id(web, sleeping):
    assert str(sleeping.pk) in web.get(f"{LIST}?q={sleeping.pk}").content.decode()


def test_one_job_shows_what_was_told_of_it(web, sleeping, done):
    done(sleeping)

    page = web.get(reverse("admin:jobs_job_change", args=[sleeping.pk])).content.decode()

    assert "Succeeded" in page
    assert "&quot;state&quot;: &quot;succeeded&quot;" in page


def test_more_entries_cost_no_more_queries(web, sleeping):
    url = reverse("admin:jobs_job_change", args=[sleeping.pk])
    few = queries(web, url)
    Entry.objects.bulk_create(Entry(job=sleeping, number=n, type="log") for n in range(2, 60))

    assert queries(web, url) == few


def test_selected_jobs_are_cancelled(web, sleeping):
    ended = Job.objects.create(kind="jobs.sleep", state="succeeded")

    page = act(web, "cancel", sleeping, ended).content.decode()

    assert set(Job.objects.values_list("state", flat=True)) == {"cancelled", "succeeded"}
    assert "1 jobs are cancelled" in page
    assert "has succeeded already" in page


def test_selected_jobs_are_retried(web, sleeping):
    transitions.cancel(sleeping)

    page = act(web, "retry", sleeping).content.decode()

    assert Job.objects.get().state == "queued"
    assert "1 jobs are back in line" in page


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_whoever_may_only_look_changes_nothing(guest, sleeping, action):
    act(guest, action, sleeping)

    assert list(Job.objects.values_list("state", "version")) == [("queued", 1)]


def test_whoever_may_not_look_sees_nothing(web_of, sleeping):
    stranger = web_of(person("staff", is_staff=True))

    assert stranger.get(LIST).status_code == 403


def test_a_job_is_not_made_changed_or_deleted_here(web, sleeping):
    change = reverse("admin:jobs_job_change", args=[sleeping.pk])

    assert web.get(f"{LIST}add/").status_code == 403
    assert web.post(change, {"kind": "x"}).status_code == 403
    assert web.post(f"{change[:-7]}delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in web.get(LIST).content.decode()
