"""`manage.py prepare`: a site that is ready to start, however often and by whomever it is run."""

import re
import socket
import sqlite3
import subprocess
import sys
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command, get_commands

from tests.environment import ROOT, pristine_environment

PASSWORD = re.compile(r"admin@example\.com with the password (\S+)")


def prepare(**options):
    """What the command prints."""
    output = StringIO()
    call_command("prepare", stdout=output, **options)
    return output.getvalue()


@pytest.fixture
def no_sample(monkeypatch):
    """Without the sample catalogue, which takes its time."""
    commands = {name: app for name, app in get_commands().items() if name != "seed_books"}
    monkeypatch.setattr(
        "backend_practice.management.commands.prepare.get_commands", lambda: commands
    )


@pytest.mark.django_db
def test_the_first_start_makes_an_admin_and_shows_the_password(no_sample):
    output = prepare()

    password = PASSWORD.search(output)[1]
    admin = authenticate(username="admin@example.com", password=password)
    assert admin.is_staff
    assert admin.is_superuser


@pytest.mark.django_db
def test_a_later_start_keeps_the_admin_and_shows_no_password(no_sample):
    prepare()

    output = prepare()

    assert "admin@example.com" in output
    assert not PASSWORD.search(output)
    assert get_user_model().objects.count() == 1


@pytest.mark.django_db
def test_two_sites_have_two_passwords(no_sample):
    first = PASSWORD.search(prepare())[1]
    get_user_model().objects.all().delete()

    second = PASSWORD.search(prepare())[1]

    assert second != first
    assert len(second) >= 16


@pytest.mark.django_db
def test_the_first_start_loads_the_sample_books_and_a_later_one_leaves_them_alone():
    first = prepare()
    books = apps.get_model("books.Book").objects
    books.first().delete()
    left = books.count()

    second = prepare()

    assert f"{left + 1:,}, the sample catalogue" in first
    assert left > 100
    assert books.count() == left
    assert "the sample catalogue" not in second


def test_an_admin_of_another_name_is_enough(no_sample, admin):
    admin.email = "librarian@example.com"
    admin.save()

    output = prepare()

    assert "librarian@example.com" in output
    assert get_user_model().objects.get() == admin


@pytest.mark.django_db
def test_production_gets_neither_an_admin_nor_sample_books(settings):
    settings.PRODUCTION = True

    output = prepare()

    assert [line.split()[0] for line in output.splitlines()] == ["Database"]
    assert not get_user_model().objects.exists()


def test_a_taken_port_is_said_plainly():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(CommandError, match="something else listens there already"):
            call_command("prepare", listen=address)


@pytest.mark.parametrize("address", ["127.0.0.1:99999", "127.0.0.1:http", "8000"])
def test_an_address_that_is_none_is_said_plainly(address):
    with pytest.raises(CommandError, match=re.escape(address)):
        call_command("prepare", listen=address)


def test_a_database_that_does_not_answer_is_said_plainly(tmp_path):
    nowhere = "postgresql://postgres@127.0.0.1:1/postgres"
    environment = pristine_environment(DATA_DIR=str(tmp_path), DATABASE_URL=nowhere)

    process = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert process.returncode == 1
    assert process.stderr.startswith("CommandError: The database cannot be used: ")


@pytest.mark.django_db
def test_a_free_port_is_left_free(no_sample):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    prepare(listen=f"127.0.0.1:{port}")

    socket.create_server(("127.0.0.1", port)).close()


def test_two_processes_at_once_prepare_one_site(tmp_path):
    environment = pristine_environment(DATA_DIR=str(tmp_path))
    command = [sys.executable, "manage.py", "prepare"]

    processes = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120) for process in processes]

    assert [process.returncode for process in processes] == [0, 0], outputs
    assert sum(bool(PASSWORD.search(stdout.decode())) for stdout, _ in outputs) == 1
    with sqlite3.connect(tmp_path / "db.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM accounts_user").fetchone() == (1,)
