"""Stage 4: accounts, passwords, tokens, sessions."""

import base64
import hmac
import json
import re
import statistics
import time

import jwt

from ..answers import Skipped, eventually, expect
from ..checks import Stage
from ..people import Bearer

stage = Stage(
    4,
    "Authentication",
    about="""`POST …/auth/signup/` `{email, password, name?}`, `…/auth/login/` `{email, password}` →
`{access, refresh, expires_in}`, `…/auth/refresh/` and `…/auth/logout/` `{refresh}`,
`GET …/auth/me/`.
An access token is borne as `Authorization: Bearer …`. Reading books needs none; changing anything
needs it.""",
    read="accounts/README.md, accounts/identity/views/tokens.py",
)
TOKENS = "accounts/tokens.py, RFC 9068"
SESSIONS = "accounts/identity/sessions.py"
OWASP = "OWASP Authentication Cheat Sheet"


def another_session(site, person):
    """The tokens of a second login of this person."""
    person.arrive()
    return site.post("auth/login/", json=person.log_in_form()).expect(200, 201).object()


# ---- core ------------------------------------------------------------------------------------


@stage.core(
    cause="There is no route, or the answer shows what nobody should see.",
    hint="Hash the password with Argon2id, keep the hash, and answer 201 with what is no secret.",
    read=OWASP,
)
def signup(site):
    """`POST …/auth/signup/` answers 201, and shows no password, not even hashed."""
    person = site.newcomer()
    answer = site.post("auth/signup/", json=person.sign_up_form()).expect(201)
    answer.expect_that(person.password not in answer.text, "no password in the answer")
    answer.expect_that("argon2" not in answer.text.lower(), "no hash in the answer")


@stage.core(
    cause="The password is compared with its hash as text, or the tokens have other names.",
    hint="""Verify the hash with your library, then answer
{"access": …, "refresh": …, "expires_in": 300}.""",
)
def login(site):
    """`POST …/auth/login/` answers 200 with `access`, `refresh` and `expires_in`."""
    answer = site.post("auth/login/", json=site.alice.arrive().log_in_form()).expect(200)
    answer.member(site.settings.auth.access)
    answer.member("refresh")
    seconds = answer.member("expires_in")
    whole = isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds > 0
    answer.expect_that(whole, "`expires_in` to be seconds", repr(seconds))


@stage.core(
    cause="The token is not verified, or names nobody.",
    hint="Verify the token's signature and time, look up its user, answer {id, email, name}.",
)
def me(site):
    """`GET …/auth/me/` answers who one is: `id`, `email`, `name`."""
    alice, bob = site.alice, site.bob
    mine = alice.get("auth/me/").expect(200).expect_members(email=alice.email, name=alice.name)
    other = bob.get("auth/me/").expect(200).expect_members(email=bob.email)
    expect(mine.member("id") != other.member("id"), "two people to have two ids")


@stage.core(
    cause="The route lets everybody in, or answers 403, which says: known, but not allowed.",
    hint="401 with WWW-Authenticate: Bearer, for no token and for one that does not hold.",
    read="RFC 6750, section 3",
)
def me_needs_a_token(site):
    """Without a token, and with one that does not hold, the answer is 401 with
    `WWW-Authenticate`.
    """
    site.get("auth/me/").expect(401).expect_header("WWW-Authenticate", "Bearer")
    access = site.alice.arrive().access
    broken = access[:-6] + ("AAAAAA" if not access.endswith("AAAAAA") else "BBBBBB")
    for token in (broken, "x", "a.b.c", access + "x"):
        Bearer(site, token).get("auth/me/").expect(401).header("WWW-Authenticate")
    basic = {"Authorization": f"Basic {base64.b64encode(b'a:b').decode()}"}
    site.get("auth/me/", headers=basic).expect(401)


@stage.core(
    cause="Books can be written by whoever asks.",
    hint="Ask for the token in one place, before the routes that change something.",
)
def changing_needs_a_token(site):
    """Reading books needs no token; changing anything needs one, else 401."""
    book = site.alice.book()
    address = f"books/{book['id']}/"
    site.get(address).expect(200)
    site.post("books/", json=site.values.book()).expect(401).header("WWW-Authenticate")
    site.put(address, json=site.values.book()).expect(401)
    site.patch(address, json={"title": "x"}).expect(401)
    site.delete(address).expect(401)
    site.get(address).expect(200).expect_members(title=book["title"])


@stage.core(
    cause="The algorithm is taken from the token itself, or the signature is not verified.",
    hint="Name the algorithms that you accept in your code; `none` is never one of them.",
    read="RFC 8725; accounts/tokens.py",
)
def forged_tokens(site):
    """A token that somebody wrote themselves is refused with 401."""
    alice = site.alice.arrive()
    head, _, rest = alice.access.partition(".")
    claims = rest.partition(".")[0] or part_of({"sub": str(alice.id)})
    for algorithm in ("none", "None", "HS256"):
        header = {**header_of(head), "alg": algorithm}
        for signature in ("", "AAAA"):
            token = f"{part_of(header)}.{claims}.{signature}"
            Bearer(site, token).get("auth/me/").expect(401, why=f"for the algorithm {algorithm}")
    for key in ("secret", "changeme", "your-256-bit-secret"):
        signed = f"{part_of(header_of(head, 'HS256'))}.{claims}"
        signature = encoded(hmac.digest(key.encode(), signed.encode(), "sha256"))
        token = f"{signed}.{signature}"
        Bearer(site, token).get("auth/me/").expect(401, why=f"for a token signed with '{key}'")


def part_of(value):
    return encoded(json.dumps(value).encode())


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def padded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def header_of(part, algorithm=""):
    try:
        header = json.loads(padded(part))
    except ValueError:
        header = {"typ": "JWT"}
    return {**header, "alg": algorithm} if algorithm else header


@stage.core(
    cause="Two texts, or 404 for one of them: a stranger can find out who has an account.",
    hint="One answer for both: 401, the same words.",
    read=OWASP,
)
def wrong_password(site):
    """A wrong password and an unknown e-mail get the same 401.

    Whoever tries addresses must not learn which of them have an account.
    """
    person, stranger = site.bob.arrive(), site.values.email()
    auth = site.settings.auth
    password = site.values.password()
    wrong = site.post(
        "auth/login/", json={auth.email: person.email, auth.password: password}
    ).expect(401)
    unknown = site.post("auth/login/", json={auth.email: stranger, auth.password: password}).expect(
        401
    )
    same = said(wrong) == said(unknown)
    unknown.expect_that(same, f"the same words for both: {wrong.text[:200]}", unknown.text[:200])


def said(answer):
    """What an answer says, without what differs in every request."""
    try:
        words = answer.object()
    except Exception:  # no JSON is the same if its text is
        return answer.text
    return {
        name: value
        for name, value in words.items()
        if name not in ("request_id", "instance", "timestamp")
    }


@stage.core(
    cause="Without an account no password is hashed, so the answer comes sooner.",
    hint="Hash something in that case as well: a fixed hash, verified in vain, takes the same "
    "time.",
    read=OWASP,
)
def wrong_password_same_time(site):
    """A wrong password and an unknown e-mail take the same time to be refused."""
    person = site.bob.arrive()
    auth = site.settings.auth
    for _ in range(3):
        known, unknown = [], []
        for _ in range(3):
            password = site.values.password()
            for email, times in ((person.email, known), (site.values.email(), unknown)):
                form = {auth.email: email, auth.password: password}
                times.append(site.post("auth/login/", json=form).expect(401).seconds)
        first, second = statistics.median(known), statistics.median(unknown)
        if abs(first - second) < 0.02 or min(first, second) / max(first, second) > 0.5:
            site.post("auth/login/", json=person.log_in_form())  # the failures count no longer
            return
    shown = (
        f"{first * 1000:.0f} ms for a wrong password, {second * 1000:.0f} ms for an unknown e-mail"
    )
    expect(False, "about the same time for both", shown)


@stage.core(
    cause="The refresh token is not accepted, or the new access token does not hold.",
    hint="Answer like a login: a new pair.",
)
def refresh(site):
    """`POST …/auth/refresh/` gives a new pair, whose access token holds."""
    tokens = another_session(site, site.alice)
    answer = site.post("auth/refresh/", json={"refresh": tokens["refresh"]}).expect(200)
    fresh = answer.member(site.settings.auth.access)
    answer.member("refresh")
    answer.expect_that(fresh != tokens[site.settings.auth.access], "another access token")
    Bearer(site, fresh).get("auth/me/").expect(200).expect_members(email=site.alice.email)
    for refused in ("x", "a.b.c", fresh):
        site.post("auth/refresh/", json={"refresh": refused}).expect(400, 401)


@stage.core(
    cause="Logging out only tells the client to forget its token; the server still accepts it.",
    hint="Keep sessions in the database, end this one, and look it up at every refresh.",
    read=SESSIONS,
)
def logout(site):
    """`POST …/auth/logout/` answers 204; after it that refresh token is refused."""
    tokens = another_session(site, site.alice)
    site.post("auth/logout/", json={"refresh": tokens["refresh"]}).expect(204)
    site.post("auth/refresh/", json={"refresh": tokens["refresh"]}).expect(
        401, why="after the logout"
    )
    site.alice.get("auth/me/").expect(200, why="in the other session, which goes on")


@stage.core(
    cause="Whatever comes in becomes an account.",
    hint="An address that can be one, and a password of at least 8 characters; else 400.",
    read=OWASP,
)
def signup_checked(site):
    """A sign-up without an e-mail, with none that can be one, or with a short password is a 400."""
    auth = site.settings.auth
    email, password = site.values.email(), site.values.password()
    for form in (
        {}, {auth.email: email}, {auth.password: password},
        {auth.email: "nobody", auth.password: password},
        {auth.email: email, auth.password: "short"}, {auth.email: 7, auth.password: password},
        {auth.email: email, auth.password: 12345678},
        {auth.email: [email], auth.password: password},
    ):  # fmt: skip
        if auth.email != "email" and form.get(auth.email) == "nobody":
            continue  # a user name may be like that
        site.post("auth/signup/", json={**auth.sign_up, **form}).expect(400, why=f"for {form!r}")


# ---- full: accounts ------------------------------------------------------------------------------


@stage.full(
    cause="A second account is made, or the error is a 500 from the database.",
    hint="Compare addresses folded to lower case; a UNIQUE constraint, and 409.",
)
def signup_twice(site):
    """A second sign-up with the same e-mail answers 409, in upper case as well."""
    form = site.alice.arrive().sign_up_form()
    site.post("auth/signup/", json=form).expect_refused(409)
    email = site.settings.auth.email
    site.post("auth/signup/", json={**form, email: form[email].upper()}).expect_refused(409)


@stage.full(
    cause="Any eight characters pass, or a long password is cut off.",
    hint="8 to 256 characters, not among the common ones, and no rule of composition.",
    read="NIST SP 800-63B, section 3.1.1",
)
def passwords_checked(site):
    """A password has 8 to 256 characters and is none of the common ones."""
    auth = site.settings.auth
    for password in ("password", "12345678", "qwertyuiop", "a" * 7, "long " * 52):
        form = {auth.email: site.values.email(), auth.password: password}
        site.post("auth/signup/", json=form).expect_refused(400, pointer="/password")


@stage.full(
    cause="Wrong passwords may be tried without end.",
    hint="Count failures by account and address; after ten in a minute, 429 with Retry-After.",
    read="accounts/identity/limits.py",
)
def login_failures_limited(site):
    """After ten failed logins in a minute the next gets 429 with `Retry-After`; an unknown e-mail
    too.
    """
    auth = site.settings.auth
    email = site.values.email()
    for _ in range(25):
        form = {auth.email: email, auth.password: site.values.password()}
        answer = site.post("auth/login/", json=form, limited=True).expect(401, 429)
        if answer.status == 429:
            answer.expect_refused(429).header("Retry-After")
            return
    answer.fail("429 after so many wrong passwords", "25 answers of 401")


@stage.full(
    cause="The route is not there, or a field that may not be changed can be.",
    hint="PATCH changes the name; a new e-mail counts once it is confirmed; is_staff never.",
)
def me_changed(site):
    """`PATCH …/auth/me/` changes the name, and nothing that is not one's to change."""
    bob, name = site.bob, site.values.name()
    before = bob.get("auth/me/").object()
    bob.patch("auth/me/", json={"name": name}).expect(200).expect_members(name=name)
    bob.patch("auth/me/", json={"is_staff": True, "id": "x", "email_verified": True}).expect(
        200, 400
    )
    bob.get("auth/me/").expect_members(
        name=name, id=before["id"], is_staff=False, email_verified=before.get("email_verified")
    )
    bob.name = name
    bob.patch("auth/me/", json={"name": "x" * 101}).expect_refused(400, pointer="/name")


@stage.full(
    cause="Anybody with the token may set a new password, or other sessions live on.",
    hint="Ask for the current password, then end every other session.",
    read=SESSIONS,
)
def password_changed(site):
    """`POST …/auth/password/change/` wants the current password, and ends all other sessions."""
    person = site.newcomer().arrive()
    other = another_session(site, person)
    new, old = site.values.password(), person.password
    wrong = {"current_password": site.values.password(), "new_password": new}
    person.post("auth/password/change/", json=wrong).expect_refused(400, 401, 403)
    person.post(
        "auth/password/change/", json={"current_password": old, "new_password": "short"}
    ).expect_refused(400, pointer="/new_password")
    person.post(
        "auth/password/change/", json={"current_password": old, "new_password": new}
    ).expect(200, 204)
    person.get("auth/me/").expect(200, why="in the session that changed it")
    site.post("auth/refresh/", json={"refresh": other["refresh"]}).expect(
        401, why="for the other session"
    )
    site.post("auth/login/", json=person.log_in_form()).expect(401, why="for the old password")
    person.password = new
    person.log_in()


@stage.full(
    cause="The account stays, or its tokens still hold.",
    hint="Delete it, end its sessions, and tell whoever keeps something of it.",
)
def me_deleted(site):
    """`DELETE …/auth/me/` ends the account: its tokens and its password no longer hold."""
    person = site.newcomer().arrive()
    person.delete("auth/me/").expect(202, 204)
    Bearer(site, person.access).get("auth/me/").expect(
        401, why="for the token of a deleted account"
    )
    site.post("auth/refresh/", json={"refresh": person.refresh}).expect(401)
    site.post("auth/login/", json=person.log_in_form()).expect(401)


# ---- full: sessions and tokens -------------------------------------------------------


@stage.full(
    cause="The old refresh token still works, so a stolen one works for ever.",
    hint="Give a new one at each use. Who uses one that is long used up is a thief, or was "
    "robbed: end the session.",
    read="RFC 9700, section 4.14; docs/decisions/0003-refresh-tokens.md",
)
def refresh_rotates(site):
    """Refresh tokens rotate; one that is used up and comes again ends its whole session."""
    first = another_session(site, site.alice)["refresh"]
    second = site.post("auth/refresh/", json={"refresh": first}).expect(200).member("refresh")
    third = site.post("auth/refresh/", json={"refresh": second}).expect(200)
    newest = third.member("refresh")
    expect(len({first, second, newest}) == 3, "another refresh token each time")
    access = third.member(site.settings.auth.access)
    site.post("auth/refresh/", json={"refresh": first}).expect(
        401, why="for a token that is used up"
    )
    site.post("auth/refresh/", json={"refresh": newest}).expect(401, why="for the session is ended")
    refused_soon(site, access)


def refused_soon(site, access):
    """An ended session's access token is refused within 5 seconds."""
    holder = Bearer(site, access)
    eventually(
        lambda: holder.get("auth/me/").expect(200, 401).status == 401, seconds=5.5,
        expected="401 for the access token of a session that was ended", came="200",
    )  # fmt: skip


@stage.full(
    cause="Two tabs that refresh at once log each other out.",
    hint="For ten seconds the token before the newest gives the newest again.",
    read="docs/decisions/0003-refresh-tokens.md",
)
def refresh_grace(site):
    """The previous refresh token gives the same successor once more within ten seconds."""
    token = another_session(site, site.alice)["refresh"]
    answers = site.at_once(
        *[lambda: site.post("auth/refresh/", json={"refresh": token}) for _ in range(3)]
    )
    successors = {answer.expect(200).member("refresh") for answer in answers}
    expect(len(successors) == 1, "one successor for all who ask at once", f"{len(successors)}")
    site.post("auth/refresh/", json={"refresh": successors.pop()}).expect(200)


@stage.full(
    cause="Sessions are not kept, so nobody can see or end them.",
    hint="A row a login: device from User-Agent, address, last use; `current` is the one that "
    "asks.",
    read=SESSIONS,
)
def sessions_listed(site):
    """`GET …/auth/sessions/` lists one's sessions: device, address, last use, and which is this
    one.
    """
    person, device = site.newcomer().arrive(), f"Check {site.values.word()}"
    form = person.log_in_form()
    site.post("auth/login/", json=form, headers={"User-Agent": device}).expect(200)
    rows = person.get("auth/sessions/").expect(200).results()
    expect(len(rows) == 2, "two sessions after two logins", str(len(rows)))
    expect([row["device"] for row in rows].count(device) == 1, f"one on the device {device}")
    expect([row["current"] for row in rows].count(True) == 1, "one of them current")
    expect(
        all(row.get("address") and row.get("last_used_at") for row in rows), "address and last use"
    )


@stage.full(
    cause="The session's row is deleted, and its access token still holds.",
    hint="Ask for the session on every request, or keep a list of ended ones that all processes "
    "see.",
    read=SESSIONS,
)
def sessions_ended(site):
    """`DELETE …/auth/sessions/{id}/` ends one session, `DELETE …/auth/sessions/` all others,
    within 5 seconds.
    """
    person = site.newcomer().arrive()
    tokens = [another_session(site, person) for _ in range(3)]
    access = [each[site.settings.auth.access] for each in tokens]
    rows = Bearer(site, access[0]).get("auth/sessions/").expect(200).results()
    [mine] = [row["id"] for row in rows if row["current"]]
    person.delete(f"auth/sessions/{mine}/").expect(204)
    refused_soon(site, access[0])
    site.post("auth/refresh/", json={"refresh": tokens[0]["refresh"]}).expect(401)
    Bearer(site, access[1]).get("auth/me/").expect(200, why="for a session that goes on")
    person.delete("auth/sessions/").expect(204)
    refused_soon(site, access[1])
    refused_soon(site, access[2])
    person.get("auth/me/").expect(200, why="for the session that ended the others")


@stage.full(
    cause="The session is looked up by its id alone.",
    hint="Look for it among the sessions of who asks.",
)
def sessions_of_others(site):
    """Another's session is not found: 404, and it goes on."""
    rows = site.alice.get("auth/sessions/").expect(200).results()
    [current] = [row["id"] for row in rows if row["current"]]
    site.bob.delete(f"auth/sessions/{current}/").expect_refused(404)
    site.alice.get("auth/me/").expect(200)


@stage.full(
    cause="Tokens are signed with a secret that only this process has, or lack a claim.",
    hint="ES256 or EdDSA; publish the public keys; iss, aud, sub, jti, sid in the token, kid in "
    "its header.",
    read=TOKENS,
)
def tokens_verifiable(site):
    """Any service can verify an access token with `/.well-known/jwks.json` alone."""
    access = site.alice.arrive().access
    answer = site.get("/.well-known/jwks.json").expect(200)
    keys = {key.get("kid"): key for key in answer.member("keys")}
    answer.expect_that(
        not any("d" in key or "k" in key for key in keys.values()), "public keys alone"
    )
    header = jwt.get_unverified_header(access)
    answer.expect_that(
        header.get("kid") in keys, f"the key {header.get('kid')} of the token's `kid`"
    )
    expect(
        header["alg"].startswith(("ES", "RS", "PS", "Ed")), "an asymmetric algorithm", header["alg"]
    )
    key = jwt.PyJWK(keys[header["kid"]], algorithm=header["alg"]).key
    claims = jwt.decode(access, key, algorithms=[header["alg"]], options={"verify_aud": False})
    missing = {"iss", "aud", "sub", "jti", "sid", "exp"} - set(claims)
    expect(
        not missing, "iss, aud, sub, jti, sid and exp", f"{', '.join(sorted(missing))} is missing"
    )
    expect(claims["sub"] == str(site.alice.id), "`sub` to be the user's id", str(claims["sub"]))
    left = claims["exp"] - time.time()
    expect(left <= 310, "five minutes of life at most", f"{left:.0f} s")


@stage.full(
    cause="What cannot be read in a token is not caught.",
    hint="Whatever comes as a token, and whatever goes wrong with it: 401.",
    read=TOKENS,
)
def tokens_hostile(site):
    """Odd tokens answer 401 and break nothing."""
    head = part_of({"alg": "ES256", "typ": "at+jwt", "kid": "nobody"})
    for claims in (
        {"exp": 1e300},
        {"sub": [], "exp": 9999999999},
        {"sub": "a\0b"},
        [],
        7,
        {"sid": None},
    ):
        Bearer(site, f"{head}.{part_of(claims)}.AAAA").get("auth/me/").expect(401)
    for token in ("." * 50, "é", "a" * 7000, "a b", "null", part_of({}) * 3):
        site.line.send_raw(
            "GET",
            site.settings.path_of("auth/me/"),
            headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")},
        ).expect(401, 400, 431)
    for odd in (None, 7, [], {}, "a\0b", "x" * 5000):
        site.post("auth/refresh/", json={"refresh": odd}).expect(400, 401)
        site.post("auth/logout/", json={"refresh": odd}).expect(400, 401)


# ---- full: mail ----------------------------------------------------------------------


def code_mailed_to(site, email, after=0):
    """The code in the newest mail to this address, as the site's mailbox page shows it."""
    if site.get("/mailbox/", headers=site.inside).status != 200:
        raise Skipped(
            "it reads mail at /mailbox/, and this server has no such page, or shows it to nobody "
            "but who bears the metrics_token of the settings"
        )

    def newest():
        page = site.get("/mailbox/", headers=site.inside).text
        for link in re.findall(r'href="(/mailbox/[^"/]+/)"', page):
            mail = site.follow(link, headers=site.inside)
            codes = re.findall(r"(?:code[=:\s]+|#)([A-Za-z0-9_-]{20,})", mail.text)
            if email in mail.text and codes and codes[0] not in seen(site):
                seen(site).add(codes[0])
                return codes[0]
        return None

    return eventually(newest, seconds=15, expected=f"a mail with a code to {email}", came="none")


def seen(site):
    """The codes that were read already."""
    if not hasattr(site, "codes_seen"):
        site.codes_seen = set()
    return site.codes_seen


@stage.full(
    cause="The answer differs for an address that has an account.",
    hint="Always 202, and do the rest after the answer.",
    read="OWASP Forgot Password Cheat Sheet",
)
def reset_tells_nobody(site):
    """`POST …/auth/password/reset/` always answers 202, the same for an address without an
    account.
    """
    known = site.post("auth/password/reset/", json={"email": site.bob.arrive().email}).expect(202)
    unknown = site.post("auth/password/reset/", json={"email": site.values.email()}).expect(202)
    unknown.expect_body(known.body)
    site.post("auth/password/reset/", json={"email": "nobody"}).expect_refused(
        400, pointer="/email"
    )
    wrong = {"code": site.values.letters(22), "new_password": site.values.password()}
    site.post("auth/password/reset/confirm/", json=wrong).expect_refused(400)
    site.post("auth/email/verify/", json={"code": site.values.letters(22)}).expect_refused(400)


@stage.full(
    cause="The code works twice, or the old sessions live on.",
    hint="One use, one hour; then every session of the account ends.",
    read="OWASP Forgot Password Cheat Sheet",
)
def reset_by_mail(site):
    """The code from the mail sets a new password, once, and ends every session."""
    person = site.newcomer().arrive()
    code_mailed_to(site, person.email)
    site.post("auth/password/reset/", json={"email": person.email}).expect(202)
    form = {"code": code_mailed_to(site, person.email), "new_password": site.values.password()}
    site.post("auth/password/reset/confirm/", json=form).expect(200, 204)
    site.post("auth/password/reset/confirm/", json=form).expect_refused(400)
    refused_soon(site, person.access)
    site.post("auth/login/", json=person.log_in_form()).expect(401, why="for the old password")
    person.password = form["new_password"]
    person.log_in()


@stage.full(
    cause="Whoever knows an address can have as many mails sent there as they like.",
    hint="Five an hour an account; then still 202, and no mail.",
    read="accounts/identity/limits.py",
)
def reset_mails_limited(site):
    """An account gets five mails an hour for its password; beyond that still 202, and no mail."""
    person = site.newcomer().arrive()
    code_mailed_to(site, person.email)
    for _ in range(9):
        site.post("auth/password/reset/", json={"email": person.email}).expect(202)
    code_mailed_to(site, person.email)
    code_mailed_to(site, site.newcomer().arrive().email)  # which was asked for after them
    mails = site.get("/mailbox/").text.count(f"to {person.email}")
    expect(2 <= mails <= 6, "six mails at most: one of the sign-up and five", f"{mails} mails")


@stage.full(
    cause="The address counts as confirmed without the code, or the code works twice.",
    hint="A code of 128 bits in the mail of the sign-up; once.",
)
def email_verified(site):
    """The code from the sign-up's mail confirms the address, once."""
    person = site.newcomer().arrive()
    person.get("auth/me/").expect_members(email_verified=False)
    code = code_mailed_to(site, person.email)
    site.post("auth/email/verify/", json={"code": code}).expect(200, 204)
    person.get("auth/me/").expect_members(email_verified=True)
    site.post("auth/email/verify/", json={"code": code}).expect_refused(400)
