"""Catalogues through jobs: in from an upload, out to a new one."""

import uuid

import pytest

from backend_practice.files import open_upload, store_upload
from books.models import Book
from jobs import running, transitions
from jobs.context import JobContext, Reason, Stopped
from jobs.models import Job
from jobs.services import request_job

pytestmark = [pytest.mark.django_db, pytest.mark.together]  # uploads come in, and go out
CSV = b"title,authors,isbn\nEmma,Jane Austen,\nUlysses,James Joyce,9780141439519\n,Nobody,\n"


def upload_of(owner, content=CSV, name="books.csv"):
    chunks = [content[:20], content[20:]]
    return store_upload(chunks, owner_id=owner.pk, name=name, content_type="text/csv")


def ask(client, kind, **params):
    return client.post("/api/v1/jobs/", {"kind": kind, "params": params})


def done(answer):
    """The job, after a worker has had it."""
    running.run(uuid.UUID(answer.json()["id"]))
    return Job.objects.get(pk=answer.json()["id"])


def test_an_upload_becomes_books_with_a_report(client_of, alice):
    answer = ask(client_of(alice), "books.import", upload=str(upload_of(alice)))
    job = done(answer)

    assert answer.status_code == 202
    assert job.state == "succeeded"
    figures = {name: job.result[name] for name in ("read", "created", "unchanged", "refused")}
    assert figures == {"read": 3, "created": 2, "unchanged": 0, "refused": 1}
    assert {remark["line"] for remark in job.result["remarks"]} == {3, 4}
    assert set(Book.objects.values_list("title", "owner")) == {
        ("Emma", alice.pk),
        ("Ulysses", alice.pk),
    }


def test_the_report_is_an_upload_of_the_same_owner(client_of, alice):
    job = done(ask(client_of(alice), "books.import", upload=str(upload_of(alice))))

    with open_upload(uuid.UUID(job.result["report"]), owner_id=alice.pk) as file:
        lines = file.read().decode().splitlines()

    assert lines[0] == "line,outcome,field,code,reason,value"
    assert len(lines) == 3


def test_an_import_without_a_remark_has_no_report(client_of, alice):
    upload = upload_of(alice, b"title,authors\nEmma,Jane Austen\n")
    job = done(ask(client_of(alice), "books.import", upload=str(upload)))

    assert job.result["report"] is None
    assert job.result["remarks"] == []


def test_columns_with_unusual_names_are_told(client_of, alice):
    upload = upload_of(alice, b"Werk,Wer\nEmma,Jane Austen\n")
    params = {"upload": str(upload), "map": {"title": "Werk", "authors": "Wer"}}
    job = done(ask(client_of(alice), "books.import", **params))

    assert job.result["created"] == 1


@pytest.mark.parametrize(
    ("params", "pointer", "code"),
    [
        ({}, "/params/upload", "required"),
        ({"upload": 5}, "/params/upload", "type"),
        ({"upload": "x"}, "/params/upload", "format"),
        ({"upload": str(uuid.uuid4())}, "/params/upload", "does_not_exist"),
        ({"upload": str(uuid.uuid4()), "map": {"price": "P"}}, "/params/map", "enum"),
        ({"upload": str(uuid.uuid4()), "map": {"title": 5}}, "/params/map/title", "type"),
        ({"upload": str(uuid.uuid4()), "format": "xlsx"}, "/params/format", "enum"),
    ],
)
def test_bad_input_is_told_at_once_and_names_the_member(client_of, alice, params, pointer, code):
    answer = ask(client_of(alice), "books.import", **params)

    assert answer.status_code == 400
    assert {"pointer": pointer, "code": code}.items() <= answer.json()["errors"][0].items()
    assert not Job.objects.filter(kind="books.import").exists()


def test_a_strangers_upload_is_none(client_of, alice, charlie):
    answer = ask(client_of(charlie), "books.import", upload=str(upload_of(alice)))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/params/upload"


def test_a_file_that_is_no_catalogue_fails_at_once_and_says_why(client_of, alice):
    upload = upload_of(alice, b"colour,size\nred,5\n")
    job = done(ask(client_of(alice), "books.import", upload=str(upload)))

    assert (job.state, job.attempts) == ("failed", 1)
    assert job.error == {"code": "unreadable", "detail": job.error["detail"]}
    assert "title" in job.error["detail"]


def test_an_upload_that_goes_before_the_job_is_done_fails_it(client_of, alice):
    answer = ask(client_of(alice), "books.import", upload=str(upload_of(alice)))
    job = Job.objects.get(pk=answer.json()["id"])
    Job.objects.filter(pk=job.pk).update(params={"upload": str(uuid.uuid4())})

    running.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error["code"]) == ("failed", "does_not_exist")


def test_an_import_that_is_done_again_counts_what_it_added_before(alice, monkeypatch):
    """The worker is killed after a batch; the second attempt begins anew."""
    from books.catalogue import importing

    monkeypatch.setattr(importing, "BATCH", 1)
    upload = upload_of(alice)
    job = request_job("books.import", {"upload": str(upload)}, owner_id=alice.pk)
    batches = []

    def killed(context, fraction, message=""):
        batches.append(message)
        if len(batches) == 2:
            context.stop = Reason.ENDING
            raise Stopped(Reason.ENDING)

    with monkeypatch.context() as patch:
        patch.setattr(JobContext, "progress", killed)
        running.run(job.pk)
    assert Book.objects.count() == 2
    running.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("succeeded", 2)
    assert (job.result["created"], job.result["unchanged"], job.result["refused"]) == (2, 0, 1)
    assert Book.objects.count() == 2


def test_a_worker_that_has_lost_its_job_adds_nothing_more(alice, monkeypatch):
    job = request_job("books.import", {"upload": str(upload_of(alice))}, owner_id=alice.pk)
    claimed = transitions.claim(job.pk, "a worker that hangs")
    context = JobContext(claimed, time_limit=60)
    transitions.give_back(claimed)  # its lease ran out

    from books.jobs import import_catalogue

    with pytest.raises(Stopped):
        import_catalogue(context, claimed.params)

    assert not Book.objects.exists()


@pytest.mark.parametrize(("form", "suffix"), [("csv", ".csv"), ("jsonl", ".jsonl")])
def test_the_catalogue_goes_out_and_comes_in_again(client_of, alice, form, suffix):
    client = client_of(alice)
    done(ask(client, "books.import", upload=str(upload_of(alice))))

    exported = done(ask(client, "books.export", format=form))
    again = done(ask(client, "books.import", upload=exported.result["upload"]))

    assert exported.result["books"] == 2
    assert (again.result["read"], again.result["unchanged"]) == (2, 2)
    with open_upload(uuid.UUID(exported.result["upload"]), owner_id=alice.pk) as file:
        assert file.name.endswith(suffix)


def test_an_export_that_is_done_again_makes_one_upload(client_of, alice):
    client = client_of(alice)
    done(ask(client, "books.import", upload=str(upload_of(alice))))
    job = done(ask(client, "books.export"))
    first = job.result
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None)

    running.run(job.pk)

    job.refresh_from_db()
    assert job.result == first


def test_an_empty_catalogue_is_a_file_with_a_header(client_of, alice):
    job = done(ask(client_of(alice), "books.export"))

    assert job.state == "succeeded"
    assert job.result["books"] == 0


def test_no_room_for_an_export_fails_it_at_once(client_of, alice, settings):
    settings.MAX_UPLOAD_BYTES = 10
    job = done(ask(client_of(alice), "books.export"))

    assert (job.state, job.attempts, job.error["code"]) == ("failed", 1, "too-large")


def test_no_room_for_the_report_spoils_no_import(client_of, alice, settings):
    answer = ask(client_of(alice), "books.import", upload=str(upload_of(alice)))
    settings.MAX_UPLOAD_BYTES = 10

    job = done(answer)

    assert job.state == "succeeded"
    assert (job.result["created"], job.result["report"]) == (2, None)
    assert len(job.result["remarks"]) == 2
