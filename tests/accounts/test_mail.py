"""Mail: to a real server by `EMAIL_URL`, into the mailbox without one."""

from email import message_from_bytes
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection, send_mail
from django.utils import timezone

from accounts.identity import mailbox
from backend_practice.settings.mail import mail_settings
from jobs import running
from jobs.models import Job
from tests.processes import free_port


@pytest.fixture
def mailbox_dir(settings, tmp_path):
    settings.MAILBOX_DIR = str(tmp_path / "mailbox")
    settings.EMAIL_BACKEND = "accounts.identity.mailbox.MailboxBackend"
    return tmp_path / "mailbox"


@pytest.mark.django_db
def test_a_sign_up_reaches_a_real_mail_server_after_the_answer(anonymous, settings, smtp):
    url, inbox = smtp
    told = mail_settings(url, mailbox="")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        told.backend,
        told.host,
        told.port,
    )

    anonymous.post(
        "/api/v1/auth/signup/", {"email": "dora@example.com", "password": "violet horse battery"}
    )

    assert inbox.letters == []
    assert running.run(Job.objects.get(kind="accounts.mail").pk)
    assert inbox.letters[0].rcpt_tos == ["dora@example.com"]
    assert b"/account/verify/#" in inbox.letters[0].content


@pytest.mark.django_db
def test_a_mail_that_is_tried_again_is_the_same_mail(anonymous, settings, smtp):
    url, inbox = smtp
    told = mail_settings(url, mailbox="")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        told.backend,
        told.host,
        told.port,
    )
    anonymous.post(
        "/api/v1/auth/signup/", {"email": "dora@example.com", "password": "violet horse battery"}
    )
    job = Job.objects.get(kind="accounts.mail")
    running.run(job.pk)
    job.refresh_from_db()
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None)

    running.run(job.pk)

    first, second = (message_from_bytes(letter.content) for letter in inbox.letters)
    assert first["Message-ID"] == second["Message-ID"] == f"<{job.pk}@127.0.0.1>"
    assert first.get_payload() == second.get_payload()


@pytest.mark.django_db
def test_a_mail_server_that_is_away_spoils_no_sign_up_and_is_tried_again(anonymous, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    answer = anonymous.post(
        "/api/v1/auth/signup/", {"email": "dora@example.com", "password": "violet horse battery"}
    )

    assert answer.status_code == 201
    job = Job.objects.get(kind="accounts.mail")
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.failures) == ("queued", 1)
    assert job.run_at > timezone.now()


def test_a_message_put_into_the_mailbox_again_is_there_once(mailbox_dir):
    for _ in range(2):
        headers = {"Message-ID": "<same@127.0.0.1>"}
        mail.EmailMessage("Subject", "Text", None, ["dora@example.com"], headers=headers).send()

    assert len(mailbox.mails()) == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail", ("mail", 25, False, False)),
        ("smtp+tls://u%40x:p%2Fw@mail", ("mail", 587, False, True)),
        ("smtps://mail:2465", ("mail", 2465, True, False)),
    ],
)
def test_an_address_says_host_port_and_encryption(url, expected):
    told = mail_settings(url, mailbox="")

    assert (told.host, told.port, told.tls, told.starttls) == expected


def test_a_user_and_password_may_have_any_letter():
    told = mail_settings("smtp+tls://u%40x:p%2Fw@mail", mailbox="")

    assert (told.user, told.password) == ("u@x", "p/w")


@pytest.mark.parametrize(
    "url", ["mail.example.com", "http://mail", "smtp://", "smtp://mail:x", "smtp://mail:99999"]
)
def test_what_is_no_address_stops_the_start(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        mail_settings(url, mailbox="var/mailbox")


def test_production_has_no_mailbox_to_fall_back_on():
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        mail_settings("", mailbox="")


def test_a_mail_in_the_mailbox_is_its_owners_alone(mailbox_dir):
    send_mail("Subject", "Text with ü", None, ["dora@example.com"])

    (path,) = mailbox_dir.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert mailbox.mails()[0].text.strip() == "Text with ü"


def test_the_mailbox_page_shows_what_was_sent(mailbox_dir, anonymous):
    send_mail(
        "A <subject>", "See http://127.0.0.1:8000/account/verify/#code", None, ["dora@example.com"]
    )

    listing = anonymous.get("/mailbox/").content.decode()
    letter = anonymous.get(f"/mailbox/{mailbox.mails()[0].name}/").content.decode()

    assert "A &lt;subject&gt;" in listing
    assert 'href="http://127.0.0.1:8000/account/verify/#code"' in letter


def test_an_empty_mailbox_says_how_to_fill_it(mailbox_dir, anonymous):
    assert "No mail yet" in anonymous.get("/mailbox/").content.decode()


@pytest.mark.parametrize("path", ["/mailbox/", "/mailbox/x/"])
def test_the_mailbox_is_for_nobody_from_elsewhere(mailbox_dir, anonymous, path):
    assert anonymous.get(path, REMOTE_ADDR="192.0.2.1").status_code == 403
    assert anonymous.get(path, HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 403


def test_with_a_mail_server_there_is_no_mailbox(settings, anonymous):
    settings.MAILBOX_DIR = ""

    assert anonymous.get("/mailbox/").status_code == 404


def test_the_mailbox_keeps_the_newest(mailbox_dir, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST_KEPT", 3)
    with get_connection() as sender:
        for number in range(5):
            sender.send_messages([mail.EmailMessage(f"{number}", "x", None, ["a@example.com"])])

    assert [letter.subject for letter in mailbox.mails()] == ["4", "3", "2"]


def test_a_mail_that_goes_while_the_mailbox_is_read_is_left_out(settings, tmp_path, monkeypatch):
    settings.MAILBOX_DIR = str(tmp_path)
    gone = tmp_path / "20260101T000000000000-0000000000000000.eml"
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter([gone]))

    assert mailbox.mails() == []
