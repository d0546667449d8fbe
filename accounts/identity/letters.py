"""The letters themselves: whether one goes out at all, and what it says."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from accounts.identity import limits
from accounts.identity.codes import code_from, store_code
from accounts.identity.models import OneTimeCode
from accounts.models import User

# What is decided when the job is done: the letter's name and its reader, or nothing.
Decision = dict[str, str] | None
LINKED = {"verify": "verify", "reset": "reset"}  # a letter with a code, and the page it leads to


def decide(about: str, *, email: str, user: str = "", seed: str = "") -> Decision:
    """Which letter goes out; None where none does."""
    return LETTERS[about](email, user, seed)


def send(decision: dict[str, str], email: str, *, seed: str, message_id: UUID) -> None:
    """Send the letter, unless its reader's account has gone meanwhile."""
    letter, user_id = decision["letter"], decision["user"]
    user = User.objects.filter(pk=user_id).first() if user_id else None
    if user_id and user is None:
        return
    context: dict[str, Any] = {"user": user, "site": settings.SITE_URL}
    if letter in LINKED:
        context["link"] = _link(LINKED[letter], code_from(seed))
    subject, _, body = render_to_string(f"identity/mail/{letter}.txt", context).partition("\n")
    host = urlsplit(settings.SITE_URL).hostname
    EmailMessage(
        subject.strip(),
        body.strip() + "\n",
        to=[email],
        headers={"Message-ID": f"<{message_id}@{host}>"},
    ).send()


def _as_asked(letter: str) -> Callable[[str, str, str], Decision]:
    return lambda email, user, seed: {"letter": letter, "user": user}


def _for_a_new_address(email: str, user: str, seed: str) -> Decision:
    wanted_by = User.objects.filter(pk=user).first()
    if wanted_by is None or not limits.may_mail(wanted_by) or not limits.may_mail_to(email):
        return None
    if User.objects.filter(email=email).exists():
        return {"letter": "address_taken", "user": ""}
    return {"letter": "verify", "user": user}


def _for_a_reset(email: str, user: str, seed: str) -> Decision:
    owner = User.objects.filter(email=email, is_active=True).first()
    if owner is None or not owner.has_usable_password() or not limits.may_mail(owner):
        return None
    store_code(owner, OneTimeCode.RESET, email=owner.email, code=code_from(seed))
    return {"letter": "reset", "user": str(owner.pk)}


def _link(page: str, code: str) -> str:
    # Behind the #, so that the code reaches no log and no other site.
    return f"{settings.SITE_URL}/account/{page}/#{code}"


LETTERS: dict[str, Callable[[str, str, str], Decision]] = {
    "verify": _as_asked("verify"),
    "address_changed": _as_asked("address_changed"),
    "password_changed": _as_asked("password_changed"),
    "new_address": _for_a_new_address,
    "reset": _for_a_reset,
}
