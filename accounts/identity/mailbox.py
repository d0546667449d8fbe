"""Mail without a server: each message a file, and a page to read them on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

MOST_KEPT = 200


class MailboxBackend(BaseEmailBackend):
    """An `EMAIL_BACKEND` that puts messages into `MAILBOX_DIR`, readable by its owner alone."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        directory = Path(settings.MAILBOX_DIR)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            _put(directory, message.message())
        for old in sorted(directory.glob("*.eml"))[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def _put(directory: Path, message: Any) -> None:
    """A message that is sent again, with the same Message-ID, is there once."""
    mark = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:16]
    if any(directory.glob(f"*-{mark}.eml")):
        return
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    draft = directory / f"{moment}-{mark}.draft"
    draft.touch(mode=0o600)
    draft.write_bytes(message.as_bytes())
    draft.rename(draft.with_suffix(".eml"))  # whole or not at all


@dataclass(frozen=True)
class Mail:
    """A message of the mailbox, as its page shows it."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str


def mails() -> list[Mail]:
    """The newest first; one that has gone for a newer one meanwhile is left out."""
    paths = Path(settings.MAILBOX_DIR).glob("*.eml")
    found = (_read(path) for path in sorted(paths, reverse=True))
    return [mail for mail in found if mail]


def find_mail(name: str) -> Mail | None:
    """The message of this name, as `mails` gives it."""
    paths = Path(settings.MAILBOX_DIR).glob("*.eml")
    return next((_read(path) for path in paths if path.stem == name), None)


def _read(path: Path) -> Mail | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    message: Any = message_from_bytes(raw, _class=ParsedMessage, policy=policy.default)
    moment = datetime.strptime(path.name[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    return Mail(path.stem, str(message["To"]), str(message["Subject"]), moment, text)
