"""`manage.py doctor`: with real components, and with each of them broken."""

import json
import subprocess
import sys
import threading

import pytest
from django.core.management import CommandError, call_command

from backend_practice import doctor, examinations
from backend_practice.doctor import Examination, Failed, examine_all, without_secrets
from tests.environment import ROOT
from tests.processes import free_port, site_environment
from tests.project.serving import prepare, served
from tests.project.settings_reader import PRODUCTION
from uploads.doctor import EICAR, the_scanner_finds_what_it_should

pytestmark = pytest.mark.once
SECRETS = ("s3cr3t-of-s3", "s3cr3t-of-mail", "s3cr3t-of-redis", "s3cr3t-of-amqp", "s3cr3t-of-db")


def run(*arguments, **variables):
    """The command as a process: its exit code, and what it found by name."""
    process = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json", *arguments],
        cwd=ROOT, env=site_environment(variables), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert process.stdout, process.stderr
    findings = json.loads(process.stdout)["findings"]
    return process, {finding["name"]: finding for finding in findings}


def test_everything_is_well_where_it_is(tmp_path, smtp, s3, redis_url):
    url, inbox = smtp
    environment = {**prepare(tmp_path), **s3, "EMAIL_URL": url, "REDIS_URL": redis_url}

    with served(tmp_path / "log", workers=1, **environment):
        process, found = run(**environment)

    states = {name: finding["state"] for name, finding in found.items()}
    assert set(states.values()) == {"ok", "not set"}, found
    assert {name for name, state in states.items() if state == "not set"} == {
        "brokers", "deployment check", "scanner",
    }  # fmt: skip
    assert len(inbox.letters) == 1
    assert process.returncode == 0
    assert SECRETS[0] not in process.stdout


def test_whatever_is_broken_is_found_and_no_secret_is_told(tmp_path):
    nowhere = f"127.0.0.1:{free_port()}"
    broken = {
        **PRODUCTION,
        "DATA_DIR": str(tmp_path),
        "SIGNING_KEYS_DIR": "/proc/no/such/directory",
        "DATABASE_URL": f"postgresql://reader:{SECRETS[4]}@{nowhere}/books",
        "REDIS_URL": f"redis://:{SECRETS[2]}@{nowhere}/0",
        "CELERY_BROKER_URL": f"amqp://practice:{SECRETS[3]}@{nowhere}//",
        "EMAIL_URL": f"smtp://reader:{SECRETS[1]}@{nowhere}",
        "S3_ENDPOINT_URL": f"http://{nowhere}",
        "S3_BUCKET": "files",
        "S3_ACCESS_KEY_ID": "id",
        "S3_SECRET_ACCESS_KEY": SECRETS[0],
        "CLAMAV_URL": f"tcp://{nowhere}",
    }

    process, found = run(**broken)

    failed = {name for name, finding in found.items() if finding["state"] == "failed"}
    assert failed == set(found) - {"deployment check", "secret key"}
    assert process.returncode == 1
    assert not any(secret in process.stdout + process.stderr for secret in SECRETS)


@pytest.mark.django_db
def test_nobody_at_work_is_said(monkeypatch):
    monkeypatch.setattr("jobs.doctor.SECONDS", 0.2)
    monkeypatch.setattr("events.doctor.SECONDS", 0.2)
    from events.doctor import an_event_is_delivered
    from jobs.doctor import a_job_is_done

    with pytest.raises(Failed, match="nobody has begun it"):
        a_job_is_done()
    with pytest.raises(Failed, match="waits in the outbox"):
        an_event_is_delivered()


def test_a_broker_that_answers_is_well(settings, amqp_url):
    settings.BROKER_URL = amqp_url

    assert examinations.brokers_answer() == "event broker answers"


@pytest.mark.parametrize(("verdict", "fails"), [(b"FOUND", False), (b"OK", True)])
def test_a_scanner_that_finds_nothing_is_broken(settings, monkeypatch, verdict, fails):
    def clamd(url, chunks):
        return b"stream: Eicar FOUND" if EICAR in chunks and verdict == b"FOUND" else b"stream: OK"

    settings.CLAMAV_URL = "tcp://scanner:3310"
    monkeypatch.setattr("uploads.scan.ask_clamd", clamd)

    if fails:
        with pytest.raises(Failed, match="passed the test virus"):
            the_scanner_finds_what_it_should()
    else:
        assert "finds the test virus" in the_scanner_finds_what_it_should()


def test_static_names_without_a_hash_are_found():
    with pytest.raises(Failed, match="has no hash in its name"):
        examinations.static_names_are_hashed_and_there()


def test_what_hangs_is_not_waited_for():
    stuck = threading.Event()
    slow = Examination("slow", lambda: str(stuck.wait(60)), 0.2)
    quick = Examination("quick", lambda: "done", 5)

    findings = {finding.name: finding for finding in examine_all([slow, quick])}
    stuck.set()

    assert (findings["slow"].state, findings["slow"].detail) == ("failed", "nothing after 0.2 s")
    assert findings["quick"].state == "ok"


def test_secrets_are_struck_out_of_what_others_say(monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://user:p%40ss-word@host/0")
    monkeypatch.setenv("METRICS_TOKEN", "sesame-street")

    told = without_secrets("p%40ss-word and p@ss-word and\nsesame-street at host")

    assert told == "… and … and … at host"


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(CommandError, match="kitchen: there are brokers, database"):
        call_command("doctor", "kitchen")


def test_a_table_is_for_people(capsys, monkeypatch):
    only = [Examination("well", lambda: "proved", 5)]
    monkeypatch.setattr(
        "backend_practice.management.commands.doctor.all_examinations", lambda: only
    )

    call_command("doctor")

    line = capsys.readouterr().out.strip()
    assert line.startswith("ok      well")
    assert line.endswith("ms  proved")
    assert doctor.OK == "ok"
