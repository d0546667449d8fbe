"""Stage 4, broken."""

import jwt

from .kinds import (
    Mutant,
    always,
    each_result,
    nothing,
    only_for,
    with_members,
    without_members,
)

AUTH = "/api/v1/auth/"
SIGN_UP, LOG_IN, REFRESH = f"POST {AUTH}signup/", f"POST {AUTH}login/", f"POST {AUTH}refresh/"
ME, SESSIONS = f"GET {AUTH}me/", f"GET {AUTH}sessions/"
END = "accounts.identity.sessions:end_sessions"
PASSWORDS = "accounts.identity.passwords"


def believes_every_signature(original):
    def unverified(token, *arguments, **options):
        return jwt.decode(token, options={"verify_signature": False})

    return unverified


def breaks_at_odd_tokens(original):
    def verified(token, *arguments, **options):
        text = token if isinstance(token, str) else token.decode("latin-1")
        if "." not in text.strip("."):
            raise RuntimeError("no dots in the token")
        return original(token, *arguments, **options)

    return verified


def tells_who_has_an_account(original):
    from rest_framework.exceptions import AuthenticationFailed

    def is_password_of(user, password):
        if user is None:
            raise AuthenticationFailed("There is no such account.")
        return original(user, password)

    return is_password_of


def hashes_nothing_for_nobody(original):
    return lambda user, password: user is not None and original(user, password)


def everybodys(original):
    from accounts.identity.models import Session

    return lambda user: Session.objects.live()


def tells_of_accounts(original):
    from django.http import Http404

    from accounts.models import User

    def send_reset(email):
        if not User.objects.filter(email=email).exists():
            raise Http404
        original(email)

    return send_reset


def a_code_that_stays(original):
    return lambda row: None


MUTANTS = [
    Mutant("signup", "shows the hash", SIGN_UP, told=with_members(password="$argon2id$v=19$...")),
    Mutant("signup", "answers 200", SIGN_UP, status=only_for(201, 200)),
    Mutant("login", "does not say how long", LOG_IN, told=without_members("expires_in")),
    Mutant("login", "no refresh token", LOG_IN, told=without_members("refresh")),
    Mutant("me", "somebody else", ME, told=with_members(id="1")),
    Mutant("me-needs-a-token", "does not say how", f"GET {AUTH}", without=("WWW-Authenticate",)),
    Mutant("me-needs-a-token", "known but forbidden", ME, status=only_for(401, 403)),
    Mutant(
        "changing-needs-a-token",
        "known but forbidden",
        "(POST|PUT|PATCH|DELETE) /api/v1/books/",
        status=only_for(401, 403),
    ),
    Mutant("changing-needs-a-token", "nor reading", "GET /api/v1/books/", status=401),
    Mutant(
        "forged-tokens",
        "the signature is not verified",
        code="accounts.tokens:verified_payload",
        instead=believes_every_signature,
    ),
    Mutant(
        "wrong-password",
        "tells who has an account",
        code=f"{PASSWORDS}:is_password_of",
        instead=tells_who_has_an_account,
    ),
    Mutant(
        "wrong-password-same-time",
        "hashes nothing for nobody",
        code=f"{PASSWORDS}:is_password_of",
        instead=hashes_nothing_for_nobody,
    ),
    Mutant("refresh", "an access token that does not hold", REFRESH, told=with_members(access="x")),
    Mutant("refresh", "the same access token for all", REFRESH, told=without_members("refresh")),
    Mutant(
        "logout",
        "forgets nothing",
        code="accounts.identity.views.tokens:end_session_of",
        instead=nothing,
    ),
    Mutant("logout", "ends the others as well", f"GET {AUTH}me/", status=only_for(200, 401)),
    Mutant(
        "signup-checked",
        "a short password",
        SIGN_UP,
        sent=lambda form: (
            {**form, "password": form["password"] + " and more"}
            if form.get("password") == "short"
            else form
        ),
    ),
    Mutant(
        "signup-checked",
        "no address at all",
        SIGN_UP,
        sent=lambda form: (
            {"email": f"{id(form)}@example.com", **form} if "password" in form else form
        ),
    ),
    Mutant("signup-twice", "a bad request", SIGN_UP, status=only_for(409, 400)),
    Mutant(
        "signup-twice",
        "capitals are another address",
        SIGN_UP,
        sent=lambda form: (
            {**form, "email": f"x{id(form)}@example.com"} if form["email"].isupper() else form
        ),
    ),
    Mutant(
        "passwords-checked", "common ones", code=f"{PASSWORDS}:check_new_password", instead=nothing
    ),
    Mutant(
        "login-failures-limited",
        "as often as one likes",
        code="accounts.identity.limits:count_login",
        instead=nothing,
    ),
    Mutant("login-failures-limited", "does not say how long", LOG_IN, without=("Retry-After",)),
    Mutant("me-changed", "changes nothing", f"PATCH {AUTH}me/", method="GET"),
    Mutant("me-changed", "anybody is staff", ME, told=with_members(is_staff=True)),
    Mutant("password-changed", "the others live on", code=END, instead=always(0)),
    Mutant(
        "password-changed",
        "changes nothing",
        f"POST {AUTH}password/change/",
        path=lambda path: "/api/v1/auth/me/",
        method="GET",
        status=only_for(200, 204),
    ),
    Mutant(
        "me-deleted",
        "deletes nothing",
        f"DELETE {AUTH}me/",
        method="GET",
        status=only_for(200, 204),
        body=b"",
    ),
    Mutant("refresh-rotates", "a used token ends nothing", code=END, instead=always(0)),
    Mutant(
        "refresh-grace",
        "no grace",
        code="accounts.identity.sessions:_is_within_grace",
        instead=always(False),
    ),
    Mutant(
        "sessions-listed",
        "each is this one",
        SESSIONS,
        told=each_result(with_members(current=True)),
    ),
    Mutant("sessions-listed", "no device", SESSIONS, told=each_result(with_members(device=""))),
    Mutant(
        "sessions-ended",
        "ends nothing",
        code="accounts.identity.views.me:end_sessions",
        instead=always(0),
    ),
    Mutant(
        "sessions-of-others",
        "anybody's",
        code="accounts.identity.views.me:live_sessions_of",
        instead=everybodys,
    ),
    Mutant(
        "tokens-verifiable", "no keys", "GET /.well-known/jwks.json", told=with_members(keys=[])
    ),
    Mutant(
        "tokens-verifiable",
        "shows the private part",
        "GET /.well-known/jwks.json",
        told=lambda told: {"keys": [{**key, "d": "AAAA"} for key in told["keys"]]},
    ),
    Mutant(
        "tokens-hostile",
        "breaks at what is no token",
        code="accounts.tokens:verified_payload",
        instead=breaks_at_odd_tokens,
    ),
    Mutant(
        "reset-tells-nobody",
        "tells who has an account",
        code="accounts.identity.mail:send_reset",
        instead=tells_of_accounts,
    ),
    Mutant("reset-by-mail", "the old sessions live on", code=END, instead=always(0)),
    Mutant(
        "reset-mails-limited",
        "as many as one likes",
        code="accounts.identity.limits:may_mail",
        instead=always(True),
    ),
    Mutant(
        "email-verified",
        "the code works twice",
        code="accounts.identity.people:use_up",
        instead=a_code_that_stays,
    ),
    Mutant(
        "email-verified", "confirmed from the start", ME, told=with_members(email_verified=True)
    ),
]
