"""Mail about accounts, sent after the answer: nobody can tell from its time whether one was."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.conf import settings
from django.core.mail import send_mail
from django.db import close_old_connections, connections, transaction
from django.template.loader import render_to_string

from accounts.identity import limits
from accounts.identity.codes import make_code
from accounts.identity.models import OneTimeCode
from accounts.models import User
from backend_practice.http.context import current_request_id, request_id

logger = logging.getLogger(__name__)

MOST_WAITING = 1000
_waiting = threading.BoundedSemaphore(MOST_WAITING)


def send_verification(user: User, email: str) -> None:
    """A code that proves that the address is the user's, to that address."""
    code = make_code(user, OneTimeCode.VERIFY, email=email)
    after_commit(lambda: _send("verify", email, user=user, link=_link("verify", code)))


def send_new_address(user: User, email: str) -> None:
    """A code to the address that the user wants, or, if it is another's, a word to its owner.

    Which of the two is found out after the answer. Beyond an hour's mails, to
    this address or by this user, none goes out.
    """
    code = make_code(user, OneTimeCode.VERIFY, email=email)
    after_commit(lambda: _send_new_address(user, email, code))


def send_address_changed(user: User, *, before: str) -> None:
    """Tells the address that was, so that a change by somebody else does not stay unseen."""
    after_commit(lambda: _send("address_changed", before, user=user))


def send_password_changed(user: User) -> None:
    """Tells the owner, so that a change by somebody else does not stay unseen."""
    after_commit(lambda: _send("password_changed", user.email, user=user))


def send_reset(email: str) -> None:
    """A code to set a new password with, if somebody has this address.

    All of it happens after the answer, the look-up as well.
    """
    after_commit(lambda: _send_reset(email))


def after_commit(work: Callable[[], None]) -> None:
    """Do this in another thread once the transaction at hand is committed."""
    bears = current_request_id()
    transaction.on_commit(lambda: _submit(work, bears))


def _send_reset(email: str) -> None:
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None or not user.has_usable_password():
        return
    if limits.may_mail(user):
        code = make_code(user, OneTimeCode.RESET, email=user.email)
        _send("reset", user.email, user=user, link=_link("reset", code))


def _send_new_address(user: User, email: str, code: str) -> None:
    if not limits.may_mail(user) or not limits.may_mail_to(email):
        return
    if User.objects.filter(email=email).exists():
        _send("address_taken", email)
    else:
        _send("verify", email, user=user, link=_link("verify", code))


def _send(template: str, email: str, **context: object) -> None:
    text = render_to_string(f"identity/mail/{template}.txt", {**context, "site": settings.SITE_URL})
    subject, _, body = text.partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [email])


def _link(page: str, code: str) -> str:
    # Behind the #, so that the code reaches no log and no other site.
    return f"{settings.SITE_URL}/account/{page}/#{code}"


def _submit(work: Callable[[], None], bears: str) -> None:
    if not _waiting.acquire(blocking=False):
        logger.error("A mail is dropped: %s wait already", MOST_WAITING)
        return
    try:
        _mailer().submit(_run, work, bears)
    except RuntimeError:  # the process is ending; the answer is out already
        logger.exception("A mail could not be sent")


def _run(work: Callable[[], None], bears: str) -> None:
    close_old_connections()
    try:
        with request_id(bears):
            work()
    except Exception:
        logger.exception("A mail could not be sent")
    finally:
        _waiting.release()
        connections.close_all()


@cache
def _mailer() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
