"""`/ws/notifications/`: jobs, reviews, mentions and ended sessions, and what was missed."""

from tests.jobs.waiting import until


def job_frames(socket, job):
    """What is told of the job, to its end."""
    frames = []
    while not frames or frames[-1]["state"] not in ("succeeded", "failed", "cancelled"):
        frame = socket.next("job")
        frames += [frame] if frame["id"] == job else []
    return frames


def ask(person, seconds):
    body = {"kind": "jobs.sleep", "params": {"seconds": seconds}}
    return person.post("/jobs/", json=body).json()["id"]


def test_ones_jobs_are_told_as_they_move(ann):
    with ann.notified() as socket:
        socket.until("ready")
        frames = job_frames(socket, ask(ann, 0.5))

    assert frames[-1]["state"] == "succeeded"
    assert frames[-1]["progress"] == 1
    assert [frame["progress"] for frame in frames] == sorted(f["progress"] for f in frames)


def test_others_hear_nothing_of_them(ann, ben):
    with ben.notified() as his, ann.notified() as hers:
        his.until("ready"), hers.until("ready")
        job_frames(hers, ask(ann, 0))

        assert his.silent()


def test_on_connecting_the_state_of_what_goes_on_is_told(ann):
    job = ask(ann, 60)

    def told_on_connecting():
        with ann.notified() as socket:
            return job in [frame.get("id") for frame in socket.until("ready")]

    until(told_on_connecting)
    ann.post(f"/jobs/{job}/cancel/")


def test_what_was_missed_is_told_after_the_number_one_has(ann):
    with ann.notified() as socket:
        number = socket.until("ready")[-1]["number"]
        job = ask(ann, 0)
        job_frames(socket, job)

    with ann.notified(f"?after={number}") as socket:
        missed = socket.until("ready")

    assert [frame["state"] for frame in missed if frame.get("id") == job] == ["succeeded"]
    assert missed[-1]["number"] == missed[-2]["number"]


def test_a_review_of_ones_book_is_told(ann, ben):
    book = ann.post("/books/", json={"title": "Notes", "authors": ["Ada"]}).json()["id"]
    with ann.notified() as socket:
        socket.until("ready")
        ben.post(f"/books/{book}/reviews/", json={"rating": 4})
        review = socket.next("review")

    assert (review["book"], review["title"], review["rating"]) == (book, "Notes", 4)
    assert review["user"] == ben.shown


def test_a_mention_is_told(ann, ben, slug):
    with ben.notified() as feed, ben.in_room(slug) as his, ann.in_room(slug) as hers:
        feed.until("ready"), his.until("ready"), hers.until("ready")
        hers.say("@bob, look at this")
        mention = feed.next("mention")

    assert (mention["room"], mention["seq"], mention["user"]) == (slug, 1, ann.shown)
    assert mention["text"] == "@bob, look at this"


def test_an_ended_session_is_told_to_the_users_others(logged_in, ben):
    other = logged_in("bob")
    with other.notified() as socket:
        socket.until("ready")
        ben.log_out()

        assert socket.next("session_ended")["session"]
