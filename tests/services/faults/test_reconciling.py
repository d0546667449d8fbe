"""`manage.py events reconcile` between real services: what was changed by hand is found, mended.

Part of `make test-faults`.
"""

import os
import subprocess
import sys

import pytest

from tests.environment import ROOT
from tests.patience import eventually
from tests.processes import site_environment
from tests.services.faults.agreement import all_agree, plain
from tests.services.faults.load import Load, Person
from tests.services.faults.servers import running_servers
from tests.services.faults.site import running_services

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not os.environ.get("TEST_FAULTS"), reason="`make test-faults` runs it"),
]
# One user's copy, with another id and address.
LEFT_OVER = """INSERT INTO accounts_user SELECT (jsonb_populate_record(u,
    jsonb_build_object('id', gen_random_uuid(), 'email', gen_random_uuid()))).*
    FROM accounts_user u WHERE id = %s"""


@pytest.fixture(scope="module")
def services(own_rabbitmq, tmp_path_factory):
    directory = tmp_path_factory.mktemp("services")
    with (
        running_servers(own_rabbitmq) as servers,
        running_services(
            directory, broker=own_rabbitmq.url,
            database=servers["postgresql"].url, redis=servers["redis"].url,
        ) as services,
    ):  # fmt: skip
        yield services


def reconcile(services, name, *options):
    """The exit code, and what it says."""
    run = subprocess.run(
        [sys.executable, "manage.py", "events", "reconcile", *options],
        cwd=ROOT, env=site_environment(services.environment_of(name)),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return run.returncode, run.stdout + run.stderr


def is_known_to(services, name, person):
    known = services.rows(name, "SELECT id FROM accounts_user")
    return plain(person.id) in {plain(key) for (key,) in known}


def test_copies_of_users_that_were_changed_by_hand_are_mended(services):
    one, other = (Person(services.url, name).sign_up() for name in ("one", "other"))
    for person in (one, other):
        eventually(lambda person=person: is_known_to(services, "uploads", person), seconds=30)
    outdated = "UPDATE accounts_user SET name = 'Wrong', version = 0 WHERE id = %s"
    services.change("uploads", one.id, LEFT_OVER, outdated)
    services.change("uploads", other.id, "DELETE FROM accounts_user WHERE id = %s")

    code, said = reconcile(services, "uploads")
    mended, _ = reconcile(services, "uploads", "--mend")

    assert (code, mended) == (1, 0), said
    assert "1 missing, 1 outdated, 1 left over" in said
    assert f"missing: {other.id}" in said
    assert f"outdated: {one.id}" in said
    assert reconcile(services, "uploads")[0] == 0
    all_agree(services, Load(services.url))
    for person in (one, other):
        person.client.close()


def test_followed_jobs_that_were_changed_by_hand_are_mended(services):
    load, me = Load(services.url), Person(services.url, "importer").sign_up()
    load.import_books(me)
    load.import_books(me)
    me.client.close()
    all_agree(services, load)
    lost, changed = load.jobs
    services.change(
        "jobs", changed, "UPDATE jobs_job SET state = 'running', version = 0 WHERE id = %s"
    )
    services.change(
        *("jobs", lost),
        *("DELETE FROM jobs_entry WHERE job_id = %s", "DELETE FROM jobs_job WHERE id = %s"),
    )

    code, said = reconcile(services, "jobs")
    mended, _ = reconcile(services, "jobs", "--mend")

    assert (code, mended) == (1, 0), said
    assert "1 missing, 1 outdated, 0 left over" in said
    assert f"missing: {lost}" in said
    assert f"outdated: {changed}" in said
    assert reconcile(services, "jobs")[0] == 0
    all_agree(services, load)


def test_a_service_that_is_away_is_said_to_be(services):
    services.processes["accounts"].kill()
    try:
        code, said = reconcile(services, "books")
    finally:
        services.restart("accounts")

    assert code == 1
    assert "accounts.users at accounts" in said
    assert "does not answer" in said
