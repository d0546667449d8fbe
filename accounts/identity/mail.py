"""Mail about accounts: what is to be told to whom, left to jobs of the kind `accounts.mail`.

The job is part of the transaction of what it tells of, and is done after the
answer: nobody can tell from its time whether a mail goes out, and none is lost.
"""

import uuid

from accounts.identity.codes import make_code
from accounts.identity.models import OneTimeCode
from accounts.models import User
from jobs.services import request_job

KIND = "accounts.mail"


def send_verification(user: User, email: str) -> None:
    """A code that proves that the address is the user's, to that address."""
    seed = make_code(user, OneTimeCode.VERIFY, email=email)
    _request("verify", email, user=user, seed=seed)


def send_new_address(user: User, email: str) -> None:
    """A code to the address that the user wants, or, if it is another's, a word to its owner.

    Which of the two is found out after the answer. Beyond an hour's mails, to
    this address or by this user, none goes out.
    """
    seed = make_code(user, OneTimeCode.VERIFY, email=email)
    _request("new_address", email, user=user, seed=seed)


def send_address_changed(user: User, *, before: str) -> None:
    """Tells the address that was, so that a change by somebody else does not stay unseen."""
    _request("address_changed", before, user=user)


def send_password_changed(user: User) -> None:
    """Tells the owner, so that a change by somebody else does not stay unseen."""
    _request("password_changed", user.email, user=user)


def send_reset(email: str) -> None:
    """A code to set a new password with, if somebody has this address.

    All of it happens after the answer, the look-up as well.
    """
    _request("reset", email, seed=str(uuid.uuid4()))


def _request(about: str, email: str, *, user: User | None = None, seed: str = "") -> None:
    params = {"about": about, "email": email}
    if user:
        params["user"] = str(user.pk)
    if seed:
        params["seed"] = seed
    request_job(KIND, params, owner_id=None)
