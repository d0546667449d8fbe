"""`GET /jobs/{id}/`, and that it is for its owner alone."""

import pytest

from jobs.models import Job
from tests.jobs.api import JOBS, address_of

pytestmark = pytest.mark.django_db


def test_an_unchanged_job_is_not_told_again(sleeping, client_of, alice):
    client = client_of(alice)
    etag = client.get(address_of(sleeping))["ETag"]

    answer = client.get(address_of(sleeping), headers={"If-None-Match": etag})

    assert (answer.status_code, answer["ETag"], answer.content) == (304, etag, b"")


def test_a_job_that_has_moved_on_has_another_etag(sleeping, client_of, alice, done):
    client = client_of(alice)
    etag = client.get(address_of(sleeping))["ETag"]
    done(sleeping)

    answer = client.get(address_of(sleeping), headers={"If-None-Match": etag})

    assert answer.status_code == 200
    assert answer.json()["state"] == "succeeded"
    assert answer["ETag"] != etag


def test_what_came_of_it_is_told(sleeping, client_of, alice, done):
    done(sleeping)

    job = client_of(alice).get(address_of(sleeping)).json()

    assert (job["state"], job["progress"], job["result"]) == ("succeeded", 1, {"slept": 0})
    assert job["attempts"] == 1
    assert job["created_at"] <= job["started_at"] <= job["finished_at"]


@pytest.mark.parametrize("action", ["", "events/"])
def test_a_stranger_does_not_find_it(sleeping, client_of, charlie, admin, action):
    for stranger in (charlie, admin):
        assert client_of(stranger).get(address_of(sleeping, action)).status_code == 404


@pytest.mark.parametrize("action", ["cancel/", "retry/"])
def test_a_stranger_changes_nothing(sleeping, client_of, charlie, admin, action):
    for stranger in (charlie, admin):
        assert client_of(stranger).post(address_of(sleeping, action)).status_code == 404

    assert list(Job.objects.values_list("state", "version")) == [("queued", 1)]


@pytest.mark.parametrize("action", ["", "events/"])
def test_without_login_nothing_is_told(sleeping, anonymous, action):
    assert anonymous.get(address_of(sleeping, action)).status_code == 401


@pytest.mark.parametrize("name", ["01a20ae0-61e6-77be-9a26-a06ef21f9d57", "5", "no-uuid", "%00"])
def test_an_unknown_job_is_not_found(client_of, alice, name):
    assert client_of(alice).get(f"{JOBS}{name}/").status_code == 404


def test_the_sites_own_jobs_are_nobodys(client_of, alice, admin):
    job = Job.objects.create(kind="jobs.sleep")

    for user in (alice, admin):
        assert client_of(user).get(address_of(job)).status_code == 404
