"""How often one may try: by account, by address, for all processes together.

Addresses that have no account are counted like those that have one. What is
counted is forgotten after a success, so that only failures add up.
"""

import hashlib

from django.conf import settings

from accounts.identity.selectors import has_been_logged_in
from accounts.models import User
from backend_practice.http.middleware.rate_limit import counted_as
from backend_practice.http.problems import TooManyRequests
from backend_practice.http.rate_limits import forget, seconds_to_wait

HOUR = 3600


def count_login(email: str, address: str) -> None:
    """Raises `TooManyRequests` beyond the failures of a minute, for the account or from there."""
    account = _key(email)
    _count("LOGIN_FAILURES_PER_MINUTE", "login-from", f"{account}-{counted_as(address)}")
    # Where the owner has been logged in, strangers' failures elsewhere lock nobody out.
    if not has_been_logged_in(email, address):
        _count("LOGIN_FAILURES_PER_MINUTE_ACCOUNT", "login", account)


def forget_logins(email: str, address: str) -> None:
    """After a success the failures before it count no longer."""
    account = _key(email)
    forget("login-from", f"{account}-{counted_as(address)}")
    forget("login", account)


def count_sign_up(address: str) -> None:
    """Raises `TooManyRequests` beyond the sign-ups of an hour from one address."""
    _count("SIGN_UPS_PER_HOUR", "sign-up", counted_as(address), seconds=HOUR)


def may_mail(user: User) -> bool:
    """Whether one more mail that this user, or somebody in their name, asked for may go out."""
    return not seconds_to_wait("mail", str(user.pk), settings.MAILS_PER_HOUR, HOUR)


def may_mail_to(email: str) -> bool:
    """Whether one more mail may go to an address that nobody has proved to be theirs."""
    return not seconds_to_wait("mail-to", _key(email), settings.MAILS_PER_HOUR, HOUR)


def _count(name: str, scope: str, who: str, seconds: int = 60) -> None:
    limit: int = getattr(settings, name)
    wait = seconds_to_wait(scope, who, limit, seconds)
    if wait:
        raise TooManyRequests(
            "Too many attempts: wait a little.", name=name, value=limit, retry_after=wait
        )


def _key(email: str) -> str:
    """No addresses in Redis, and no key of a stranger's choosing."""
    return hashlib.sha256(email.encode()).hexdigest()[:32]
