"""Many clients at once, slow ones and ones that leave among them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest

from tests.front.conftest import THREADS
from tests.front.servers import ask, connected, head, started, until, uvicorn

HEALTH_CHECKERS = 4  # threads of /healthz/ready
APPLICATION_NAME = "lasting-connections"


def test_more_requests_than_threads_are_all_answered_each_with_its_own(site):
    def hello(number):
        return ask(site, f"GET /hello/{number}/ HTTP/1.1").body.decode()

    with ThreadPoolExecutor(THREADS * 8) as pool:
        answers = list(pool.map(hello, range(THREADS * 25)))

    assert answers == [f"Hello, {number}!" for number in range(THREADS * 25)]


def test_clients_that_do_not_read_a_page_block_nobody(site):
    with ExitStack() as stack:
        for _ in range(THREADS * 3):
            stack.enter_context(connected(site)).sendall(head("GET / HTTP/1.1"))

        assert ask(site, "GET /hello/ HTTP/1.1").status == 200


def sockets(server):
    """How many sockets the server has open."""
    number = 0
    for file in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            number += str(file.readlink()).startswith("socket:")
    return number


def test_clients_that_leave_at_once_are_forgotten(site):
    before = sockets(site)

    for _ in range(THREADS * 10):
        with connected(site) as connection:
            connection.sendall(head("GET /api/v1/books/ HTTP/1.1"))

    # What may have come is a database connection for each thread.
    assert until(lambda: sockets(site) <= before + THREADS)


def test_there_are_never_more_threads_than_the_settings_allow(uvicorn_site):
    threads = Path(f"/proc/{uvicorn_site.process.pid}/task")

    with ThreadPoolExecutor(THREADS * 8) as pool:
        list(pool.map(lambda _: ask(uvicorn_site, "GET /hello/ HTTP/1.1"), range(100)))

    assert len(list(threads.iterdir())) <= THREADS + 1 + HEALTH_CHECKERS


def connections(database):
    """The server's processes that serve the site of this test."""
    rows = database.execute(
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = %s",
        [APPLICATION_NAME],
    )
    return {process for (process,) in rows}


@pytest.mark.usefixtures("postgresql")
def test_a_thread_keeps_its_database_connection(variables, tmp_path):
    def ask_for_books(times):
        with ThreadPoolExecutor(THREADS * 4) as pool:
            answers = pool.map(lambda _: ask(site, "GET /api/v1/books/ HTTP/1.1"), range(times))
            return {answer.status for answer in answers}

    named = {"DATABASE_URL": f"{variables['DATABASE_URL']}?application_name={APPLICATION_NAME}"}
    with (
        started("uvicorn", uvicorn, tmp_path / "log", **{**variables, **named}) as site,
        psycopg.connect(variables["DATABASE_URL"], autocommit=True) as database,
    ):
        assert ask_for_books(50) == {200}
        before = connections(database)
        assert ask_for_books(50) == {200}
        after = connections(database)

    assert 0 < len(before) <= THREADS
    assert before <= after
    assert len(after) <= THREADS
