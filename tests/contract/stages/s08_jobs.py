"""Stage 8: work that outlives its request."""

import json
import time
from datetime import UTC, datetime, timedelta

from ..answers import eventually, expect
from ..checks import Stage
from ..people import Bearer
from .s03_rest import titles_of
from .s04_authentication import another_session

stage = Stage(
    8,
    "Background jobs",
    about="""`POST …/jobs/` `{kind, params}`. A job has `id`, `kind`, `state` (`queued`, `running`,
`succeeded`, `failed`, `cancelled`), `progress` (0 to 1), `message`, `params`, `result`, `error`,
`attempts`, `owner`, `created_at`, `started_at`, `finished_at`. The kind `jobs.sleep` `{seconds}` is
for trying things out.""",
    read="jobs/README.md, jobs/services.py",
)
ENDS = ("succeeded", "failed", "cancelled")
STREAMS = "jobs/stream.py; HTML Standard, server-sent events"
KINDS = "jobs/kinds.py, jobs/jobs.py"


def ended(person, job, seconds=30):
    """The job once it has ended."""

    def job_that_ended():
        told = person.get(f"jobs/{job['id']}/").expect(200).object()
        return told if told["state"] in ENDS else None

    return eventually(job_that_ended, seconds=seconds, expected="the job to end", came="it goes on")


# ---- core -----------------------------------------------------------------------------------


@stage.core(
    cause="The work is done in the request, which takes as long as the work.",
    hint="""Write the job down, answer 202 with its address, and do the work afterwards:
in a queue (BullMQ, Celery, RQ, Hangfire), or for a start in a thread.""",
)
def job_accepted(site):
    """`POST …/jobs/` answers 202 at once, with `Location`."""
    answer = site.alice.post("jobs/", json={"kind": "jobs.sleep", "params": {"seconds": 3}})
    answer.expect(202).expect_members(kind="jobs.sleep")
    answer.expect_that(
        answer.seconds < 2, "an answer before the work is done", f"{answer.seconds:.1f} s"
    )
    found = site.alice.follow(answer.link("Location")).expect(200)
    found.expect_members(id=answer.member("id"))
    expect(
        found.member("state") in ("queued", "running"), "it to wait or run", found.member("state")
    )


@stage.core(
    cause="Nobody does the work, or nobody writes down that it is done.",
    hint="A worker beside the site; its last act is to write state and result into the job.",
)
def job_done(site):
    """`GET …/jobs/{id}/` tells how it is until it is done."""
    job = site.alice.job(seconds=0.2)
    told = ended(site.alice, job)
    expect(told["state"] == "succeeded", "the state succeeded", told["state"])


@stage.core(cause="Jobs are for everybody.", hint="401 without a token; another's job is a 404.")
def jobs_of_others(site):
    """A job needs a token, and is nobody else's to see: 404."""
    site.post("jobs/", json={"kind": "jobs.sleep", "params": {"seconds": 0}}).expect(401)
    job = site.alice.job(seconds=0)
    site.bob.get(f"jobs/{job['id']}/").expect(404)


# ---- full ----------------------------------------------------------------------------------------


@stage.full(
    cause="A member is missing, or is not written when its time has come.",
    hint="started_at with the claim, finished_at and progress 1 with the end.",
)
def job_members(site):
    """A job has all its members, and the times of its beginning and end."""
    told = ended(site.alice, site.alice.job(seconds=0.1))
    wanted = {"id", "kind", "state", "progress", "message", "params", "result", "error", "attempts"}
    wanted |= {"owner", "created_at", "started_at", "finished_at"}
    expect(
        wanted <= set(told), "all its members", f"{', '.join(sorted(wanted - set(told)))} missing"
    )
    expect(told["progress"] == 1, "progress 1 at the end", str(told["progress"]))
    expect(told["attempts"] == 1, "one attempt", str(told["attempts"]))
    expect(told["owner"] == site.alice.id, "its owner", str(told["owner"]))
    expect(told["error"] is None, "no error", str(told["error"]))
    expect(told["created_at"] <= told["started_at"] <= told["finished_at"], "times in their order")


@stage.full(
    cause="Progress is 0 until it is 1.", hint="Tell it a few times a second, and store it."
)
def job_progress(site):
    """A job moves its progress all the while."""
    job, seen = site.alice.job(seconds=2), set()

    def end():
        told = site.alice.get(f"jobs/{job['id']}/").object()
        seen.add(told["progress"])
        return told["state"] in ENDS

    eventually(end, seconds=30, expected="the job to end", came="it goes on")
    between = [each for each in seen if 0 < each < 1]
    expect(between, "progress between 0 and 1 on the way", str(sorted(seen)))


@stage.full(
    cause="The kinds are known to the code alone.",
    hint="A name, and a JSON Schema of its parameters, from the same place that checks them.",
    read=KINDS,
)
def job_kinds(site):
    """`…/jobs/kinds/` lists what can be done, with a JSON Schema of each kind's parameters."""
    rows = site.get("jobs/kinds/").expect(200).results()
    kinds = {row["name"]: row for row in rows}
    wanted = {"books.import", "books.export", "uploads.thumbnails", "accounts.mail", "jobs.sleep"}
    expect(wanted <= set(kinds), f"the kinds {', '.join(sorted(wanted))}", ", ".join(sorted(kinds)))
    schema = kinds["jobs.sleep"]["params"]
    expect(
        schema.get("type") == "object" and "seconds" in schema["properties"],
        "a schema",
        str(schema),
    )


@stage.full(
    cause="Whatever comes in is queued, and fails later.",
    hint="Check kind and parameters before you accept: 400 with the field.",
    read=KINDS,
)
def jobs_checked(site):
    """An unknown kind, wrong parameters, and what only the site itself may ask for answer 400."""
    for body, pointer in (
        ({"kind": "jobs.fly"}, "/kind"), ({"params": {}}, "/kind"), ({"kind": 7}, "/kind"),
        ({"kind": "jobs.sleep"}, "/params"), ({"kind": "jobs.sleep", "params": []}, "/params"),
        ({"kind": "jobs.sleep", "params": {"seconds": "x"}}, "/params/seconds"),
        ({"kind": "jobs.sleep", "params": {"seconds": -1}}, "/params/seconds"),
        ({"kind": "jobs.sleep", "params": {"seconds": 1e9}}, "/params/seconds"),
        ({"kind": "books.import", "params": {"upload": "x"}}, "/params/upload"),
        ({"kind": "accounts.mail", "params": {}}, ""),
        ({"kind": "jobs.sleep", "params": {"seconds": 0}, "run_at": "soon"}, "/run_at"),
    ):  # fmt: skip
        site.alice.post("jobs/", json=body).expect_refused(400, 403, pointer=pointer)


@stage.full(
    cause="A job that runs can not be stopped.",
    hint="Write the wish down; the worker looks at it where it tells its progress.",
)
def job_cancelled(site):
    """`cancel/` stops a job, whether it waits or runs; twice is as once; one that has ended stays
    as it is.
    """
    job = site.alice.job(seconds=60)
    address = f"jobs/{job['id']}/"
    eventually(
        lambda: site.alice.get(address).member("state") == "running", seconds=20,
        expected="the job to run", came="it waits",
    )  # fmt: skip
    site.bob.post(f"{address}cancel/").expect(404)
    site.alice.post(f"{address}cancel/").expect(200, 202)
    site.alice.post(f"{address}cancel/").expect(200, 202)
    expect(ended(site.alice, job, seconds=10)["state"] == "cancelled", "the state cancelled")
    done = ended(site.alice, site.alice.job(seconds=0))
    site.alice.post(f"jobs/{done['id']}/cancel/").expect(200, 202, 409)
    site.alice.get(f"jobs/{done['id']}/").expect_members(state="succeeded")


@stage.full(
    cause="Who wants it again has to ask anew, and loses what was asked.",
    hint="The same row, queued again, with what it was given.",
)
def job_retried(site):
    """`retry/` does a failed or cancelled job again, with the same parameters."""
    job = site.alice.job(seconds=1.5)
    site.alice.post(f"jobs/{job['id']}/cancel/").expect(200, 202)
    ended(site.alice, job)
    again = site.alice.post(f"jobs/{job['id']}/retry/").expect(200, 202).object()
    told = ended(site.alice, again)
    expect(told["state"] == "succeeded", "it to succeed this time", told["state"])
    expect(told["params"] == {"seconds": 1.5}, "the same parameters", str(told["params"]))
    site.alice.post(f"jobs/{told['id']}/retry/").expect_refused(409)


@stage.full(
    cause="The time is ignored, and the job begins at once.",
    hint="A job is due at run_at; whoever looks for work takes what is due.",
)
def job_delayed(site):
    """A job with `run_at` does not begin before that time."""
    when = datetime.now(UTC) + timedelta(seconds=3)
    body = {"kind": "jobs.sleep", "params": {"seconds": 0}, "run_at": when.isoformat()}
    job = site.alice.post("jobs/", json=body).expect(202).object()
    time.sleep(1)
    site.alice.get(f"jobs/{job['id']}/").expect_members(state="queued")
    told = ended(site.alice, job)
    started = datetime.fromisoformat(told["started_at"])
    expect(
        started >= when - timedelta(milliseconds=50), f"a start after {when}", told["started_at"]
    )


@stage.full(
    cause="The key is not looked at, and the work is done twice.",
    hint="The same as for a book: the first answer again.",
    read="backend_practice/http/idempotency.py",
)
def job_asked_twice(site):
    """A job that is asked for twice with one `Idempotency-Key` is one job."""
    key = {"Idempotency-Key": site.values.letters(20)}
    body = {"kind": "jobs.sleep", "params": {"seconds": 0}}
    ids = {
        site.alice.post("jobs/", json=body, headers=key).expect(202).member("id") for _ in range(2)
    }
    expect(len(ids) == 1, "one id", str(ids))


@stage.full(
    cause="One user can fill the queue for everybody.",
    hint="Count what waits, a user; beyond 100 a 429.",
)
def jobs_waiting_limited(site):
    """A user may have 100 jobs waiting; one more answers 429 with `Retry-After`."""
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    body = {"kind": "jobs.sleep", "params": {"seconds": 0}, "run_at": later}
    person, made = site.bob.arrive(), []

    def clear():
        for job_id in made:
            person.post(f"jobs/{job_id}/cancel/", broken=True)

    site.afterwards(clear)
    for _ in range(120):
        answer = person.post("jobs/", json=body, limited=True).expect(202, 429)
        if answer.status == 429:
            answer.expect_refused(429).header("Retry-After")
            expect(len(made) >= 90, "about a hundred before it", str(len(made)))
            return
        made.append(answer.member("id"))
    answer.fail("429 after so many waiting jobs", "120 were accepted")


# ---- full: streams -------------------------------------------------------------------


def events_of(site, person, job, last=None, seconds=20):
    """The job's events until the stream ends: (id, type, data)."""
    headers = {**person.credentials(), "Accept": "text/event-stream"}
    if last is not None:
        headers["Last-Event-ID"] = str(last)
    url = site.line.url_of(f"jobs/{job['id']}/events/")
    events, event = [], {}
    with site.line.stream(url, headers=headers, seconds=seconds, who=person.who) as answer:
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code == 204:
            return []
        expect(answer.status_code == 200, "status 200", str(answer.status_code))
        expect(kind.startswith("text/event-stream"), "text/event-stream", kind)
        for line in answer.iter_lines():
            name, _, value = line.partition(":")
            if line == "" and "data" in event:
                data = json.loads(event["data"])
                events.append((event.get("id"), event.get("event", "message"), data))
                event = {}
            elif name:
                event[name] = value.removeprefix(" ")
    return events


@stage.full(
    cause="There is no stream, or it is held back until the job has ended.",
    hint="text/event-stream, an id with each event, no buffering on the way, and an end.",
    read=STREAMS,
)
def job_events(site):
    """`events/` tells a job as server-sent events, each with an id, until its end."""
    job = site.alice.job(seconds=1.5)
    events = events_of(site, site.alice, job)
    expect(events, "events", "none")
    expect(all(number for number, _, _ in events), "an id with each event")
    states = [data["state"] for _, kind, data in events if kind == "state"]
    expect(states and states[-1] == "succeeded", "the state succeeded at last", str(states))
    moved = [data["progress"] for _, kind, data in events if kind == "progress"]
    expect(moved == sorted(moved) and moved, "progress, upwards", str(moved))
    answer = site.bob.get(f"jobs/{job['id']}/events/")
    answer.expect(404)


@stage.full(
    cause="A client that comes back is told everything again, or misses what came between.",
    hint="Keep the events; begin after Last-Event-ID.",
    read=STREAMS,
)
def job_events_resume(site):
    """A client that comes back with `Last-Event-ID` is told what came after it, and nothing
    twice.
    """
    job = site.alice.job(seconds=1)
    whole = events_of(site, site.alice, job)
    expect(len(whole) >= 2, "a few events", str(len(whole)))
    rest = events_of(site, site.alice, job, last=whole[0][0])
    missed = [each for each in whole[1:] if each[1] == "state"]
    told = [each for each in rest if each[1] == "state"]
    expect(told == missed, "the states after the first event", f"{told}")
    expect(whole[0][0] not in [number for number, _, _ in rest], "not the first one again")
    after = site.line.url_of(f"jobs/{job['id']}/events/")
    expect(events_of(site, site.alice, job, last=whole[-1][0]) == [], f"nothing more at {after}")


@stage.full(
    cause="A stream looks at the token when it begins, and never again.",
    hint="Ask every two seconds whether the session still holds; if not, end the stream.",
    read=STREAMS,
)
def job_events_end_with_the_session(site):
    """An event stream ends within 5 seconds when the session that opened it ends.

    Who has logged out elsewhere, on a lost telephone perhaps, must not be told any more there.
    """
    job = site.alice.job(seconds=30)
    site.afterwards(lambda: site.alice.post(f"jobs/{job['id']}/cancel/", broken=True))
    tokens = another_session(site, site.alice)
    holder = Bearer(site, tokens[site.settings.auth.access], "a second session")
    url = site.line.url_of(f"jobs/{job['id']}/events/")
    with site.line.stream(url, headers=holder.credentials(), seconds=10, who=holder.who) as answer:
        expect(answer.status_code == 200, "status 200", str(answer.status_code))
        lines = answer.iter_lines()
        next(lines, None)
        site.post("auth/logout/", json={"refresh": tokens["refresh"]}).expect(204)
        deadline = time.monotonic() + 5.5
        for _ in lines:
            expect(time.monotonic() < deadline, "the stream to end within 5 s", "it goes on")
    expect(
        site.alice.get(f"jobs/{job['id']}/").member("state") not in ENDS,
        "the stream to end and the job to go on", "the job has ended",
    )  # fmt: skip


# ---- full: the kinds -----------------------------------------------------------------


@stage.full(
    cause="The import is not there, stops at the first bad row, or imports twice.",
    hint="Each row for itself; the result counts rows and says why one was refused.",
    read="books/jobs.py, books/catalogue/",
)
def job_imports_books(site):
    """`books.import` makes books of a CSV upload, and reports every row that is refused."""
    titles = [site.values.title() for _ in range(3)]
    rows = [f"{title},{site.values.name()}" for title in titles]
    text = "title,authors\n" + "\n".join([*rows[:2], ",Nobody", rows[2]]) + "\n"
    upload = site.alice.upload("books.csv", text.encode()).expect(201).member("id")
    told = ended(site.alice, site.alice.job("books.import", upload=upload), seconds=60)
    expect(told["state"] == "succeeded", "the job to succeed", str(told))
    forget_books(site, titles)
    result = told["result"]
    expect(result.get("created") == 3, "3 created", str(result))
    expect(result.get("refused") == 1, "1 refused", str(result))
    expect(
        [remark["line"] for remark in result["remarks"]] == [4],
        "line 4 named",
        str(result["remarks"]),
    )
    for title in titles:
        expect(titles_of(site, f"q={title}") == [title], f"the book {title}")
    again = ended(site.alice, site.alice.job("books.import", upload=upload), seconds=60)
    expect(again["result"]["created"] == 0, "nothing new the second time", str(again["result"]))


def forget_books(site, titles):
    def delete():
        for title in titles:
            for row in site.get(f"books/?q={title}").results():
                site.alice.delete(f"books/{row['id']}/", broken=True)

    site.afterwards(delete)


@stage.full(
    cause="The export is an answer and not a file, or cells can be formulas.",
    hint="Write a new upload of who asked; a cell that begins with = + - @ gets a quote before it.",
    read="books/catalogue/exporting.py; OWASP CSV Injection",
)
def job_exports_books(site):
    """`books.export` writes the catalogue into a new upload, in which no cell is a formula."""
    title = f"=1+{site.values.number(10, 99)} {site.values.title()}"
    site.alice.book(title=title)
    told = ended(site.alice, site.alice.job("books.export"), seconds=120)
    expect(told["state"] == "succeeded", "the job to succeed", str(told["error"]))
    upload = told["result"]["upload"]
    site.afterwards(lambda: site.alice.delete(f"uploads/{upload}/"))
    text = site.alice.get(f"uploads/{upload}/content/").expect(200).text
    expect(title in text, "the new book in it")
    expect(
        f"\n{title}" not in text and f",{title}" not in text,
        "its title escaped, as it begins with =",
    )


@stage.full(
    cause="The apostrophe that disarms a formula is taken for a part of the title.",
    hint="What the export puts before = + - @ the import takes away again.",
    read="books/catalogue/formulas.py",
)
def job_import_undoes_escapes(site):
    """An escaped cell is imported as it was before: what is exported and imported is the same."""
    plain = f"=1+{site.values.number(10, 99)} {site.values.title()}"
    csv = f"title,authors\n'{plain},{site.values.name()}\n".encode()
    upload = site.alice.upload("books.csv", csv).expect(201).member("id")
    told = ended(site.alice, site.alice.job("books.import", upload=upload), seconds=60)
    words = plain.partition(" ")[2]
    forget_books(site, [words])
    expect(told["state"] == "succeeded", "the job to succeed", str(told))
    titles = titles_of(site, f"q={words}")
    expect(titles == [plain], f"the title {plain}", str(titles))


@stage.full(
    cause="The file is read although it is another's.",
    hint="A job may read what its owner may read.",
    read="books/uploads.py",
)
def job_of_anothers_upload(site):
    """A job for another's upload answers 400, as for one that is not there."""
    upload = site.alice.upload("books.csv", b"title,authors\na,b\n").expect(201).member("id")
    body = {"kind": "books.import", "params": {"upload": upload}}
    site.bob.post("jobs/", json=body).expect_refused(400, pointer="/params/upload")
