"""`POST /jobs/`: accepted at once, or refused with the member that is wrong."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import Job
from tests.jobs.api import JOBS, SLEEP, errors_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client_of, alice):
    """`ask(body)` sends this as alice."""
    client = client_of(alice)
    return lambda body, **headers: client.post(JOBS, body, headers=headers)


def in_the_future(**time):
    return (timezone.now() + timedelta(**time)).isoformat()


def test_a_job_is_accepted_with_its_address(ask, alice, client_of):
    answer = ask({"kind": "jobs.sleep", "params": {"seconds": 1.5}})

    job = answer.json()
    assert answer.status_code == 202
    assert answer["Location"].endswith(f"/api/v1/jobs/{job['id']}/")
    assert client_of(alice).get(answer["Location"]).json() == job


def test_it_tells_all_of_itself(ask, alice):
    job = ask(SLEEP).json()

    assert (job["kind"], job["params"]) == ("jobs.sleep", {"seconds": 0})
    assert (job["state"], job["progress"], job["attempts"]) == ("queued", 0, 0)
    assert (job["message"], job["result"], job["error"]) == ("", None, None)
    assert job["owner"] == str(alice.pk)
    assert (job["started_at"], job["finished_at"]) == (None, None)
    assert job["created_at"].endswith("Z")


def test_it_keeps_the_id_of_its_request(ask):
    ask(SLEEP, x_request_id="asked-for-0001")

    assert Job.objects.get().request_id == "asked-for-0001"


def test_whoever_has_not_logged_in_asks_for_nothing(anonymous):
    answer = anonymous.post(JOBS, SLEEP)

    assert answer.status_code == 401
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, ("/kind", "required")),
        ({"kind": "no.such"}, ("/kind", "unknown")),
        ({"kind": 5}, ("/kind", "invalid")),
        ({"kind": None}, ("/kind", "null")),
        ({"kind": "x" * 101}, ("/kind", "max_length")),
        ({"kind": "jobs.sleep\0"}, ("/kind", "control_characters")),
        ({**SLEEP, "params": []}, ("/params", "not_a_dict")),
        ({**SLEEP, "params": "seconds"}, ("/params", "not_a_dict")),
        ({**SLEEP, "params": None}, ("/params", "null")),
        ({"kind": "jobs.sleep"}, ("/params/seconds", "required")),
        ({**SLEEP, "params": {"seconds": "1"}}, ("/params/seconds", "type")),
        ({**SLEEP, "params": {"seconds": True}}, ("/params/seconds", "type")),
        ({**SLEEP, "params": {"seconds": None}}, ("/params/seconds", "type")),
        ({**SLEEP, "params": {"seconds": -1}}, ("/params/seconds", "minimum")),
        ({**SLEEP, "params": {"seconds": 1e300}}, ("/params/seconds", "maximum")),
        ({**SLEEP, "params": {"seconds": 0, "\0": 1}}, ("/params", "invalid")),
        ({**SLEEP, "params": {"seconds": 0, "a/b~": 1}}, ("/params/a~1b~0", "unknown")),
        ({**SLEEP, "priority": 9}, ("/priority", "unknown")),
        ({**SLEEP, "run_at": "tomorrow"}, ("/run_at", "invalid")),
        ({**SLEEP, "run_at": 5}, ("/run_at", "invalid")),
        ({**SLEEP, "run_at": []}, ("/run_at", "invalid")),
        ({**SLEEP, "run_at": "2026-02-30T00:00:00Z"}, ("/run_at", "invalid")),
        ({**SLEEP, "run_at": "9999-12-31T23:59:59-12:00"}, ("/run_at", "overflow")),
        ({**SLEEP, "run_at": "9999-12-31T23:59:59Z"}, ("/run_at", "max_value")),
        ({**SLEEP, "run_at": in_the_future(days=367)}, ("/run_at", "max_value")),
    ],
)  # fmt: skip
def test_bad_input_is_named(ask, body, error):
    answer = ask(body)

    assert answer.status_code == 400
    assert error in errors_of(answer)
    assert not Job.objects.exists()


@pytest.mark.parametrize("number", ["1e999", "1" * 400, "-" + "9" * 30])
def test_a_number_beyond_all_bounds_is_refused(client_of, alice, number):
    body = f'{{"kind": "jobs.sleep", "params": {{"seconds": {number}}}}}'

    answer = client_of(alice).generic("POST", JOBS, body, "application/json")

    assert answer.status_code == 400
    assert not Job.objects.exists()


def test_a_nul_in_a_text_of_any_kind_is_refused(ask, kind):
    kind()

    answer = ask({"kind": "tests.kind", "params": {"deep": [{"er": "a\0b"}]}})

    assert errors_of(answer) == [("/params", "invalid")]


def test_what_only_looks_like_a_nul_is_taken(ask, kind):
    kind()
    params = {"text": "\\u0000", "other": "\\\\u0000"}

    answer = ask({"kind": "tests.kind", "params": params})

    assert answer.json()["params"] == params


def test_a_fault_deep_inside_is_named_where_it_is(ask, kind):
    rows = {"type": "array", "items": {"type": "object", "required": ["id", "name"]}}
    kind(params={"type": "object", "properties": {"rows": rows}})

    answer = ask({"kind": "tests.kind", "params": {"rows": [{"id": 1, "name": ""}, {}]}})

    assert errors_of(answer) == [
        ("/params/rows/1/id", "required"),
        ("/params/rows/1/name", "required"),
    ]


def test_a_thousand_faults_are_not_all_told(ask, kind):
    kind(params={"type": "object", "additionalProperties": False})

    answer = ask({"kind": "tests.kind", "params": {f"p{n}": n for n in range(1000)}})

    assert len(errors_of(answer)) <= 20


def test_the_sites_own_kinds_are_for_nobody(ask, kind):
    kind(requestable=False)

    answer = ask({"kind": "tests.kind"})

    assert answer.status_code == 403
    assert not Job.objects.exists()


def test_what_is_to_come_later_waits(ask, done):
    answer = ask({**SLEEP, "run_at": in_the_future(hours=1)})

    job = done(Job.objects.get())
    assert answer.status_code == 202
    assert (job.state, job.attempts) == ("queued", 0)


def test_a_time_that_has_passed_is_now(ask, done):
    answer = ask({**SLEEP, "run_at": "1999-12-31T23:59:59Z"})

    assert answer.json()["run_at"] <= answer.json()["created_at"]
    assert done(Job.objects.get()).state == "succeeded"


def test_with_one_key_twice_is_one_job(ask):
    first = ask(SLEEP, idempotency_key="one")
    again = ask(SLEEP, idempotency_key="one")

    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert Job.objects.count() == 1


def test_with_one_key_and_another_body_it_is_refused(ask):
    ask(SLEEP, idempotency_key="one")

    answer = ask({**SLEEP, "params": {"seconds": 1}}, idempotency_key="one")

    assert answer.status_code == 422
    assert Job.objects.count() == 1


def test_a_refusal_rings_no_bell(ask, rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask({"kind": "no.such"})

    assert rings == []


def test_the_bell_rings_after_the_commit(ask, rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask(SLEEP)
        assert rings == []

    assert rings == [Job.objects.get().pk]


def test_for_what_is_to_come_later_no_bell_rings(ask, rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask({**SLEEP, "run_at": in_the_future(minutes=1)})

    assert rings == []


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_the_list_takes_nothing_else(client_of, alice, method):
    answer = getattr(client_of(alice), method)(JOBS, SLEEP)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"
