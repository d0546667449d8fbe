"""People who use the site while its parts are killed: they ask again until they have an answer."""

import random
import threading
import time
import uuid
from collections import Counter, defaultdict

import httpx

from tests.services.faults.talk import say_once

PASSWORD = "correct horse battery staple"
API = "/api/v1"
SECONDS_OF_PATIENCE = 90
PAUSE = 0.2


class Person:
    """Somebody with an account, who sends each request until it is answered for good.

    A POST bears an Idempotency-Key, so that it takes effect once however often it is sent.
    """

    def __init__(self, url, name):
        self.url, self.name, self.email = url, name, f"{name}@example.com"
        self.client = httpx.Client(base_url=f"{url}{API}", timeout=10)
        self.tries = 0

    def sign_up(self):
        body = {"email": self.email, "password": PASSWORD, "name": self.name}
        # 409: the answer to an earlier try was lost.
        self.until({201, 409}, "POST", "/auth/signup/", json=body)
        self.log_in()
        self.id = self.until({200}, "GET", "/auth/me/").json()["id"]
        return self

    def log_in(self):
        self.client.headers.pop("Authorization", None)
        body = {"email": self.email, "password": PASSWORD}
        access = self.until({200}, "POST", "/auth/login/", json=body).json()["access"]
        self.client.headers["Authorization"] = f"Bearer {access}"

    def refresh(self):
        """Have a token that has not expired."""
        self.until({200}, "GET", "/auth/me/")

    def post(self, path, accepted=201, **body):
        """The answer, once the request has been accepted."""
        return self.until({accepted}, "POST", path, key=str(uuid.uuid4()), **body).json()

    def until(self, wanted, method, path, key="", **body):
        deadline = time.monotonic() + SECONDS_OF_PATIENCE
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            status = "nothing"
            self.tries += 1
            try:
                answer = self.client.request(method, path, headers=headers, **body)
                status = answer.status_code
            except httpx.TransportError:
                pass
            if status in wanted:
                return answer
            if status == 401 and "login" not in path and method != "DELETE":
                self.log_in()  # the token has expired
            elif status != "nothing" and status < 500 and status not in (409, 429):
                raise AssertionError(f"{method} {path}: {status} {answer.text}")
            assert time.monotonic() < deadline, f"{method} {path}: {status} for too long"
            time.sleep(PAUSE)


class Load:
    """Some people who write all the time; what was accepted of it is remembered."""

    def __init__(self, url, *, people=3, seed=0):
        self.url, self.people = url, people
        self.random = random.Random(seed)  # noqa: S311
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.books, self.jobs, self.users, self.gone = [], {}, {}, []
        self.rooms, self.messages = set(), []
        self.faults = []
        self.threads = []

    def __enter__(self):
        for number in range(self.people):
            thread = threading.Thread(target=self._work, args=(number,), daemon=True)
            thread.start()
            self.threads.append(thread)
        return self

    def __exit__(self, *error):
        self.stopping.set()
        for thread in self.threads:
            thread.join(SECONDS_OF_PATIENCE + 10)

    def accepted(self):
        with self.lock:
            counts = Counter(kind for kind, _ in self.jobs.values())
            return {
                "books": len(self.books),
                "users": len(self.users) + len(self.gone),
                "deleted users": len(self.gone),
                "messages": len(self.messages),
                **{f"{kind} jobs": count for kind, count in sorted(counts.items())},
            }

    def _work(self, number):
        me = Person(self.url, f"person-{number}-{uuid.uuid4().hex[:6]}")
        try:
            me.sign_up()
            self._remember(lambda: self.users.update({me.id: me.name}))
            steps = (
                *(self.add_book, self.sleep, self.import_books),
                *(self.rename, self.come_and_go, self.say),
            )
            while not self.stopping.is_set():
                self.random.choice(steps)(me)
        except Exception as error:
            fault = repr(error)
            self._remember(lambda: self.faults.append(fault))
        finally:
            me.client.close()

    def add_book(self, me):
        title = f"Book {uuid.uuid4()}"
        me.post("/books/", json={"title": title, "authors": [me.name]})
        self._remember(lambda: self.books.append(title))

    def sleep(self, me):
        self._ask(me, "jobs.sleep", {"seconds": 0})

    def import_books(self, me):
        """A file at one service, a job at the next, which a third one does."""
        title = f"Imported {uuid.uuid4()}"
        files = {"file": ("books.csv", f"title,authors\n{title},{me.name}\n".encode())}
        upload = me.post("/uploads/", files=files)
        self._ask(me, "books.import", {"upload": upload["id"]}, title)

    def rename(self, me):
        name = f"{me.name} {uuid.uuid4().hex[:6]}"
        me.until({200}, "PATCH", "/auth/me/", json={"name": name})
        self._remember(lambda: self.users.update({me.id: name}))

    def say(self, me):
        """A few words in a room of one's own."""
        if (slug := me.name) not in self.rooms:
            # 409: the answer to an earlier try was lost.
            me.until({201, 409}, "POST", "/chat/rooms/", json={"slug": slug, "title": slug})
            self._remember(lambda: self.rooms.add(slug))
        text = f"Said {uuid.uuid4()}"
        say_once(me, slug, text, patience=SECONDS_OF_PATIENCE, pause=PAUSE)
        self._remember(lambda: self.messages.append(text))

    def come_and_go(self, me):
        """Somebody who signs up, writes, and deletes the account."""
        other = Person(self.url, f"guest-{uuid.uuid4().hex[:8]}").sign_up()
        title = f"Left {uuid.uuid4()}"
        other.post("/books/", json={"title": title, "authors": ["Nobody"]})
        # 401: the answer to an earlier try was lost.
        other.until({204, 401}, "DELETE", "/auth/me/")
        other.client.close()
        self._remember(lambda: (self.books.append(title), self.gone.append(other.id)))

    def _ask(self, me, kind, params, title=""):
        job = me.post("/jobs/", accepted=202, json={"kind": kind, "params": params})
        self._remember(lambda: self.jobs.update({job["id"]: (kind, title)}))

    def _remember(self, change):
        with self.lock:
            change()


class Probes:
    """Asks each service for something small all the time; what came while one of them was away."""

    PATHS = {"books": "/books/?limit=1", "uploads": "/uploads/", "jobs": "/jobs/"}
    PATHS["chat"] = "/chat/rooms/"
    PATHS["accounts"] = "/auth/me/"

    def __init__(self, person):
        self.person, self.away = person, None
        self.answers = defaultdict(Counter)
        self.stopping = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self._probe, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.stopping.set()
        self.thread.join(20)
        self.person.client.close()

    def _probe(self):
        while not self.stopping.wait(0.1):
            for name, path in self.PATHS.items():
                away = self.away
                try:
                    status = self.person.client.get(path).status_code
                except httpx.TransportError:
                    status = 0
                # Only what was asked and answered while the same one was away.
                if away == self.away:
                    self.answers[away][name, status] += 1

    def of_others(self, away):
        """How often others answered while this one was away, and how often not."""
        answers = self.answers[away]
        others = {key: count for key, count in answers.items() if key[0] != away}
        good = sum(count for (_, status), count in others.items() if status == 200)
        return good, sum(others.values()) - good
