"""Who opens a WebSocket: for `backend_practice.sockets`, which the other apps ask."""

from collections.abc import Collection

from accounts.authentication import known_user, owns_identities, user_of_session
from accounts.models import User
from accounts.tokens import read_access_token
from backend_practice.http.problems import Problem
from backend_practice.sockets import Caller


def caller_of(*, bearer: str, ticket: str) -> Caller | None:
    """The bearer of the access token, or whoever asked for the ticket; None for what is no good."""
    if bearer:
        return _bearer(bearer)
    if not ticket:
        return None
    return _ticket_holder(ticket) if owns_identities() else _holder_elsewhere(ticket)


def still_calling(callers: Collection[Caller]) -> set[Caller]:
    """Those whose session lives, or who may log in where no session is known; in few queries."""
    users = {caller.user.pk for caller in callers}
    active = set(User.objects.filter(pk__in=users, is_active=True).values_list("pk", flat=True))
    living = {caller for caller in callers if caller.user.pk in active}
    if not owns_identities():
        return living
    from accounts.identity.models import Session  # installed with its app alone
    from accounts.identity.selectors import cookie_sessions

    cookies = cookie_sessions({caller.cookie for caller in living if caller.cookie})
    living = {each for each in living if not each.cookie or (each.cookie, each.user.pk) in cookies}
    keys = {caller.session_id for caller in living if caller.session_id}
    sessions = Session.objects.live().filter(pk__in=keys).values_list("pk", "user_id")
    pairs = {(key, user_id) for key, user_id in sessions}
    return {
        caller
        for caller in living
        if caller.session_id is None or (caller.session_id, caller.user.pk) in pairs
    }


def _bearer(token: str) -> Caller | None:
    verified = read_access_token(token)
    if verified is None:
        return None
    claims = verified.claims
    user = user_of_session(claims) if owns_identities() else known_user(claims)
    return Caller(user, claims.session_id) if user else None


def _ticket_holder(text: str) -> Caller | None:
    from accounts.identity.tickets import redeem_ticket  # installed with its app alone

    redeemed = redeem_ticket(text)
    if redeemed is None:
        return None
    user, session, cookie = redeemed
    return Caller(user, session.pk if session else None, cookie)


def _holder_elsewhere(text: str) -> Caller | None:
    from accounts.copies.tickets import redeem  # installed with its app alone

    try:
        redeemed = redeem(text)
    except Problem:
        return None  # the accounts service is away: a client asks it for another ticket
    return Caller(*redeemed) if redeemed else None
