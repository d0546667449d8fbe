"""Stage 9: rooms in which nothing is lost, and notifications."""

import time

from ..answers import Failure, eventually, expect
from ..checks import Stage
from ..people import Bearer
from .s04_authentication import another_session
from .s08_jobs import ENDS

stage = Stage(
    9,
    "Real time",
    about="""`GET`, `POST …/chat/rooms/` `{slug, title, private}`,
`GET …/chat/rooms/{slug}/messages/`, `POST`, `DELETE …/chat/rooms/{slug}/members/`. WebSockets
`/ws/chat/{slug}/` and `/ws/notifications/`, with `Authorization: Bearer` or a one-time `?ticket=`
from `POST …/auth/ticket/`. Frames are JSON objects with `type`:
`{"type": "send", "client_id": "c1", "text": "…"}` is answered with
`{"type": "ack", "client_id": "c1", "id": …, "seq": 42}`, and everyone in the room gets
`{"type": "message", "seq": 42, "id": …, "user": {"id", "name"}, "text", "sent_at"}`.""",
    read="chat/README.md, chat/consumers.py",
)
NOT_AUTHENTICATED, FORBIDDEN, NOT_FOUND, TOO_FAST, TOO_BIG = 4401, 4403, 4404, 4429, 1009
LIVE = "chat/live/, chat/messages.py"


def new_room(site, **members):
    """The slug of a new room of alice's; where rooms need not be made, any will do."""
    slug = f"{site.values.word()}-{site.values.number(100, 999)}"
    answer = site.alice.post("chat/rooms/", json={"slug": slug, "title": slug, **members})
    if answer.status not in (404, 405):
        answer.expect(201)
        site.afterwards(lambda: site.alice.delete(f"chat/rooms/{slug}/", broken=True))
    return slug


def room_socket(person, slug, query=""):
    return person.socket(f"/ws/chat/{slug}/{query}")


def say(socket, text, client_id=None):
    """Say something; the acknowledgement. Who is told to be too fast waits and says it again."""
    frame = {"type": "send", "client_id": client_id or f"c-{text}", "text": text}
    socket.send(frame)
    while True:
        came = socket.frame()
        if came["type"] == "ack" and came.get("client_id") == frame["client_id"]:
            return came
        if is_too_fast(came):
            time.sleep(1)
            socket.send(frame)
        elif came["type"] == "error":
            raise socket.failure(f"an ack for {frame['client_id']}")


def refused(socket, frame):
    """Send what can not be taken; the error that comes."""
    socket.send(frame)
    while is_too_fast(error := socket.wait_for("error")):
        time.sleep(1)
        socket.send(frame)
    return error


def is_too_fast(frame):
    return frame["type"] == "error" and frame.get("code") == "too_fast"


# ---- core ---------------------------------------------------------------------------------------


@stage.core(
    cause="The server has no WebSocket at /ws/chat/{slug}/, or sends to the sender alone, or to "
    "all others.",
    hint="""Keep the sockets of each room; for every `send` give each of them a `message`.
Express: the ws package, server.on('upgrade', …); Flask: flask-sock.""",
)
def chat_two_clients(site):
    """Two clients in a room: what one sends, both receive, in order."""
    slug = new_room(site)
    with room_socket(site.alice, slug) as alice, room_socket(site.bob, slug) as bob:
        for name, socket in (("alice", alice), ("bob", bob)):
            # Who hears themselves is in the room: the handshake may be over before that.
            socket.send({"type": "send", "client_id": name, "text": f"{name} is here"})
            socket.wait_for("message", text=f"{name} is here")
        texts = [site.values.words(3) for _ in range(5)]
        for number, text in enumerate(texts):
            alice.send({"type": "send", "client_id": f"c{number}", "text": text})
        for socket in (alice, bob):
            told = []
            while len(told) < len(texts):
                text = socket.wait_for("message")["text"]
                told += [text] if not text.endswith(" is here") else []
            if told != texts:
                raise socket.failure(f"the messages {texts} in this order", str(told))


# ---- full: rooms ---------------------------------------------------------------------


@stage.full(
    cause="Rooms are not kept, or their names are any text.",
    hint="A slug, unique: 409 for a second; 400 for what is none.",
    read="chat/views.py",
)
def chat_rooms(site):
    """`POST …/chat/rooms/` answers 201; a slug is there once, else 409; one that can be none is a
    400.
    """
    slug = new_room(site)
    rows = site.bob.get("chat/rooms/?limit=100").expect(200).results()
    expect(slug in [row["slug"] for row in rows], "the open room in everybody's list")
    site.alice.post("chat/rooms/", json={"slug": slug, "title": "again"}).expect_refused(409)
    for body, pointer in (
        ({"slug": "Not a slug", "title": "x"}, "/slug"), ({"title": "x"}, "/slug"),
        ({"slug": "a/b", "title": "x"}, "/slug"),
        ({"slug": f"{slug}-x", "private": "maybe"}, "/private"),
    ):  # fmt: skip
        site.alice.post("chat/rooms/", json=body).expect_refused(400, pointer=pointer)
    site.get("chat/rooms/").expect(401)


@stage.full(
    cause="The history is not kept, or the oldest come first.",
    hint="A list like the others: newest first, by cursor.",
    read="chat/views.py",
)
def chat_history(site):
    """`…/messages/` gives what was said, the newest first."""
    slug = new_room(site)
    with room_socket(site.alice, slug) as socket:
        texts = [site.values.words(2) for _ in range(3)]
        for text in texts:
            say(socket, text)
    answer = site.alice.get(f"chat/rooms/{slug}/messages/?limit=2").expect(200)
    told = [row["text"] for row in answer.results()]
    expect(told == texts[:0:-1], f"{texts[:0:-1]}", str(told))
    rest = site.alice.follow(answer.member("next")).results()
    expect([row["text"] for row in rest] == texts[:1], "the first on the second page")
    expect(answer.results()[0]["user"]["name"] == site.alice.name, "who said it")


@stage.full(
    cause="Private is a word in the room and nothing asks for it.",
    hint="Look the room up among those that who asks may see.",
    read="chat/selectors.py, chat/services.py",
)
def chat_private_rooms(site):
    """A private room is not there for others: not in lists, not its history, and its socket
    closes with 4403.
    """
    slug = new_room(site, private=True)
    rows = site.bob.get("chat/rooms/?limit=100").expect(200).results()
    expect(slug not in [row["slug"] for row in rows], "not in the list of others")
    site.bob.get(f"chat/rooms/{slug}/messages/").expect(404, 403)
    site.bob.post(f"chat/rooms/{slug}/members/", json={}).expect(403, 404)
    closes_with(room_socket(site.bob, slug), FORBIDDEN)
    bob = str(site.bob.id)
    site.alice.post(f"chat/rooms/{slug}/members/", json={"user": bob}).expect(200, 201)
    with room_socket(site.bob, slug) as socket:
        socket.wait_for("ready")
        site.alice.delete(f"chat/rooms/{slug}/members/?user={bob}").expect(204)
    eventually(
        lambda: code_of(room_socket(site.bob, slug)) == FORBIDDEN, seconds=6,
        expected="4403 for who is a member no more",
    )  # fmt: skip


def closes_with(opening, code):
    """The connection is closed with this code."""
    with opening as socket:
        socket.expect_close(code)


def code_of(opening):
    try:
        with opening as socket:
            return socket.close_code(seconds=1)
    except Failure:
        return 0


# ---- full: who may -------------------------------------------------------------------


@stage.full(
    cause="The handshake is refused as HTTP, so a browser can not see why; or anybody is let in.",
    hint="Accept, then close with a code: 4401, 4403, 4404.",
    read="chat/consumers.py",
)
def chat_refusals(site):
    """A socket that is refused is closed with 4401 without a login, and 4404 for a room that is
    not there.
    """
    slug = new_room(site)
    closes_with(site.socket(f"/ws/chat/{slug}/"), NOT_AUTHENTICATED)
    closes_with(site.socket("/ws/notifications/"), NOT_AUTHENTICATED)
    wrong = {"Authorization": "Bearer x.y.z"}
    closes_with(site.socket(f"/ws/chat/{slug}/", headers=wrong), NOT_AUTHENTICATED)
    closes_with(site.socket(f"/ws/chat/{slug}/?ticket=none"), NOT_AUTHENTICATED)
    closes_with(room_socket(site.alice, f"no-{slug}"), NOT_FOUND)


@stage.full(
    cause="Any page may open a socket in its visitor's name.",
    hint="Compare Origin with your own host; a missing one is no browser's.",
    read="backend_practice/sockets.py; OWASP WebSocket Security",
)
def chat_origin(site):
    """A socket from another site's page, by its `Origin`, is closed with 4403."""
    slug = new_room(site)
    evil = {"Origin": "https://evil.example"}
    closes_with(site.alice.socket(f"/ws/chat/{slug}/", headers=evil), FORBIDDEN)
    own = {"Origin": f"{site.line.origin.scheme}://{site.line.origin.authority}"}
    with site.alice.socket(f"/ws/chat/{slug}/", headers=own) as socket:
        socket.wait_for("ready")


@stage.full(
    cause="The ticket works twice, or a token stands in the address instead.",
    hint="A random ticket, 30 seconds, deleted when it is used.",
    read="accounts/identity/tickets.py",
)
def chat_tickets(site):
    """`POST …/auth/ticket/` gives a ticket for one socket: it works once."""
    slug = new_room(site)
    answer = site.alice.post("auth/ticket/").expect(200, 201).expect_members(expires_in=30)
    ticket = answer.member("ticket")
    with site.socket(f"/ws/chat/{slug}/?ticket={ticket}") as socket:
        socket.wait_for("ready")
    closes_with(site.socket(f"/ws/chat/{slug}/?ticket={ticket}"), NOT_AUTHENTICATED)
    site.post("auth/ticket/").expect(401)


# ---- full: messages ------------------------------------------------------------------


@stage.full(
    cause="Messages are numbered across rooms, or the number is taken before the message is "
    "stored.",
    hint="One counter a room, raised in the transaction that stores the message.",
    read=LIVE,
)
def chat_no_gaps(site):
    """`seq` has no gaps in a room, though many write at once; `ack` and `message` agree."""
    slug = new_room(site)
    with room_socket(site.alice, slug) as alice, room_socket(site.bob, slug) as bob:
        for socket in (alice, bob):
            socket.wait_for("ready")

        def write(socket, name):
            return [say(socket, f"{name}{number}")["seq"] for number in range(8)]

        numbers = sum(site.at_once(lambda: write(alice, "a"), lambda: write(bob, "b")), [])
        expect(sorted(numbers) == list(range(1, 17)), "1 to 16", str(sorted(numbers)))
        told = [frame["seq"] for frame in bob.seen if frame["type"] == "message"]
        while len(told) < 16:
            told.append(bob.wait_for("message")["seq"])
        expect(told == list(range(1, 17)), "the other to hear 1 to 16 in order", str(told))


@stage.full(
    cause="The client sends again what was not acknowledged, and it is there twice.",
    hint="client_id is unique for room and sender; the second gets the first's ack again.",
    read=LIVE,
)
def chat_sent_twice(site):
    """A `client_id` that is sent twice is stored once, and acknowledged as before."""
    slug, text = new_room(site), site.values.words(2)
    with room_socket(site.alice, slug) as socket:
        first, second = say(socket, text, "c1"), say(socket, text, "c1")
        expect(
            (first["id"], first["seq"]) == (second["id"], second["seq"]),
            "the same id and seq",
            str(second),
        )
        third = say(socket, "other", "c2")
        expect(third["seq"] == first["seq"] + 1, "the next number for the next message", str(third))
    rows = site.alice.get(f"chat/rooms/{slug}/messages/").results()
    expect([row["text"] for row in rows] == ["other", text], "each once", str(len(rows)))


@stage.full(
    cause="A message is acknowledged before it is stored, or stored for the moment only.",
    hint="ack after the commit.",
    read=LIVE,
)
def chat_acknowledged_is_stored(site):
    """What is acknowledged is stored: it is in the history, as it was said."""
    slug, text = new_room(site), f"{site.values.words(2)} 🦉 <b>&amp;</b>\nsecond line"
    with room_socket(site.alice, slug) as socket:
        ack = say(socket, text, "c1")
        told = socket.seen[-1] if socket.seen[-1]["type"] == "message" else None
    [row] = site.alice.get(f"chat/rooms/{slug}/messages/").expect(200).results()
    expect(
        (row["id"], row["seq"], row["text"]) == (ack["id"], ack["seq"], text),
        "the very message",
        str(row),
    )
    expect(told is None or told["text"] == text, "the same text in the room")


@stage.full(
    cause="What was said while the client was away is lost for it.",
    hint="On opening with ?after= read what is missing from the database, then say ready.",
    read=LIVE,
)
def chat_resumes(site):
    """A client that comes back with `after` gets every message after it, in order and once, then
    `ready`.
    """
    slug = new_room(site)
    with room_socket(site.alice, slug) as alice:
        opening = alice.wait_for("ready")
        expect(opening["seq"] == 0, "ready with seq 0 in a new room", str(opening))
        texts = [site.values.words(2) for _ in range(6)]
        for text in texts:
            say(alice, text)
        with room_socket(site.bob, slug, "?after=2") as bob:
            missed = bob.frames_until("ready")
            told = [frame["text"] for frame in missed if frame["type"] == "message"]
            expect(told == texts[2:], f"{texts[2:]}", str(told))
            expect(missed[-1]["seq"] == 6, "ready with seq 6", str(missed[-1]))
            names = {person["name"] for person in missed[-1]["present"]}
            expect({site.alice.name, site.bob.name} <= names, "both of them present", str(names))
            bob.send({"type": "resume", "after": 4})
            again = bob.frames_until("ready")
            told = [frame["seq"] for frame in again if frame["type"] == "message"]
            expect(told == [5, 6], "messages 5 and 6 after resume", str(told))
        with room_socket(site.bob, slug) as bob:
            fresh = bob.frames_until("ready")
            expect(
                [frame["type"] for frame in fresh] == ["ready"],
                "ready alone without ?after=",
                str(fresh),
            )


@stage.full(
    cause="Sockets are counted, and not users.",
    hint="Count each user's sockets: joined with the first, left with the last.",
    read="chat/presence.py",
)
def chat_presence(site):
    """`joined` and `left` come once a user, not once a tab."""
    slug = new_room(site)
    with room_socket(site.alice, slug) as alice:
        alice.wait_for("ready")
        with room_socket(site.bob, slug) as first:
            first.wait_for("ready")
            joined = alice.wait_for("joined")
            expect(joined["user"]["name"] == site.bob.name, "who joined", str(joined))
            with room_socket(site.bob, slug) as second:
                second.wait_for("ready")
            say(first, "still here")
            before = alice.frames_until("message")
            kinds = [frame["type"] for frame in before]
            expect(kinds == ["message"], "neither joined nor left for a second tab", str(kinds))
        left = alice.wait_for("left", seconds=15)
        expect(left["user"]["name"] == site.bob.name, "who left", str(left))


@stage.full(
    cause="Signs of life are stored like messages, or come back to who sent them.",
    hint="typing goes to the others and is forgotten; ping is answered with pong.",
)
def chat_signs(site):
    """`typing` goes to the others, with who it is; `ping` is answered with `pong`."""
    slug = new_room(site)
    with room_socket(site.alice, slug) as alice, room_socket(site.bob, slug) as bob:
        for socket in (alice, bob):
            socket.wait_for("ready")
        alice.send({"type": "typing"})
        typing = bob.wait_for("typing")
        expect(typing["user"]["name"] == site.alice.name, "who is typing", str(typing))
        alice.send({"type": "ping"})
        kinds = [frame["type"] for frame in alice.frames_until("pong")]
        expect("typing" not in kinds, "no typing for who types", str(kinds))


@stage.full(
    cause="A frame that can not be read ends the connection, or is passed over in silence.",
    hint='{"type": "error", "code": …, "detail": …}, and go on.',
    read="chat/frames.py",
)
def chat_odd_frames(site):
    """Anything else is answered with `error`, `code` and `detail`, and the connection stays."""
    slug = new_room(site)
    with room_socket(site.alice, slug) as socket:
        socket.wait_for("ready")
        for odd in (
            "{",
            "null",
            "[]",
            "7",
            '{"type": 7}',
            '{"no": "type"}',
            '{"type": "fly"}',
            b"\0",
        ):
            error = refused(socket, odd)
            expect(error.get("code") and error.get("detail"), "code and detail", str(error))
        for after in (-1, "x", None, 2**70):
            refused(socket, {"type": "resume", "after": after})
        say(socket, "still here")


@stage.full(
    cause="The length of a text is not looked at.",
    hint="1 to 4,000 characters, not only white space; else an error frame with the client_id.",
    read="chat/frames.py",
)
def chat_text_checked(site):
    """A text has 1 to 4,000 characters; anything else is an `error`, and nothing is stored."""
    slug = new_room(site)
    with room_socket(site.alice, slug) as socket:
        socket.wait_for("ready")
        for text in ("", "x" * 4001, 7, None, ["a"]):
            refused(socket, {"type": "send", "client_id": "wrong", "text": text})
        refused(socket, {"type": "send", "text": "without a client_id"})
        say(socket, "日" * 4000, "long")
    rows = site.alice.get(f"chat/rooms/{slug}/messages/").results()
    expect(len(rows) == 1, "one message stored", str(len(rows)))


@stage.full(
    cause="What was said can not be taken back, or everybody may change it.",
    hint="edit and delete for who said it; tell the room what became of it.",
    read="chat/messages.py",
)
def chat_edited_and_deleted(site):
    """One's own messages can be edited and deleted; those of others can not."""
    slug = new_room(site)
    with room_socket(site.alice, slug) as alice, room_socket(site.bob, slug) as bob:
        bob.wait_for("ready")
        message = say(alice, "first")
        bob.wait_for("message")
        refused(bob, {"type": "edit", "id": message["id"], "text": "stolen"})
        refused(bob, {"type": "delete", "id": message["id"]})
        alice.send({"type": "edit", "id": message["id"], "text": "better"})
        edited = bob.wait_for("edited")
        expect(
            (edited["id"], edited["text"]) == (message["id"], "better"), "the new text", str(edited)
        )
        alice.send({"type": "delete", "id": message["id"]})
        deleted = bob.wait_for("deleted")
        expect(deleted["id"] == message["id"], "which one was deleted", str(deleted))
    [row] = site.alice.get(f"chat/rooms/{slug}/messages/").results()
    expect(row["text"] in ("", None), "no text of a deleted message", str(row["text"]))


@stage.full(
    cause="Any frame is read into memory, however large.",
    hint="64 KiB at most; your WebSocket library has a setting for it.",
)
def chat_frame_too_big(site):
    """A frame of more than 64 KiB closes the connection with 1009."""
    slug = new_room(site)
    with room_socket(site.alice, slug) as socket:
        socket.wait_for("ready")
        socket.send({"type": "send", "client_id": "c1", "text": "x" * (70 * 1024)})
        socket.expect_close(TOO_BIG)


@stage.full(
    cause="A client may send as fast as it can.",
    hint="10 a second, 20 at once; first an error too_fast, then close with 4429.",
)
def chat_too_fast(site):
    """More than 20 messages at once get an `error` `too_fast`; who goes on is closed with 4429."""
    slug = new_room(site)
    with room_socket(site.bob, slug) as socket:
        socket.wait_for("ready")
        for number in range(40):
            socket.send({"type": "send", "client_id": f"f{number}", "text": "hurry"})
        socket.wait_for("error", code="too_fast")
        for number in range(400):
            socket.send({"type": "send", "client_id": f"g{number}", "text": "hurry"})
        socket.expect_close(TOO_FAST)


# ---- full: notifications -------------------------------------------------------------


@stage.full(
    cause="Nobody is told, or everybody is.",
    hint="A socket a user; tell state and progress of that user's jobs.",
    read="chat/notifications.py, chat/handlers.py",
)
def notified_of_jobs(site):
    """`/ws/notifications/` tells state and progress of one's jobs, and not of others'."""
    with (
        site.alice.socket("/ws/notifications/") as alice,
        site.bob.socket("/ws/notifications/") as bob,
    ):
        for socket in (alice, bob):
            socket.wait_for("ready")
        job = site.alice.job(seconds=0.3)
        while alice.wait_for("job", seconds=20, id=job["id"])["state"] not in ENDS:
            pass
        expect(alice.seen[-1]["state"] == "succeeded", "succeeded at last", str(alice.seen[-1]))
        bob.send({"type": "ping"})
        told = [frame for frame in bob.frames_until("pong") if frame.get("id") == job["id"]]
        expect(not told, "nothing of it for another user", str(told))


@stage.full(
    cause="The fact that a review was written does not reach whom it concerns.",
    hint="books.review.created → the owner of the book.",
    read="chat/handlers.py",
)
def notified_of_reviews(site):
    """`/ws/notifications/` tells of a review on one's book."""
    book = site.alice.book()
    with site.alice.socket("/ws/notifications/") as socket:
        socket.wait_for("ready")
        site.bob.post(f"books/{book['id']}/reviews/", json={"rating": 5}).expect(201)
        told = socket.wait_for("review", seconds=20)
        expect(
            str(told["book"]) == str(book["id"]) and told["rating"] == 5,
            "book and rating",
            str(told),
        )


@stage.full(
    cause="Names in a text are only text.",
    hint="@Name of a member of the room, without spaces; @e-mail where addresses are known.",
    read="chat/notifications.py",
)
def notified_of_mentions(site):
    """`/ws/notifications/` tells a member of a room that somebody has mentioned them."""
    slug = new_room(site)
    with room_socket(site.bob, slug) as there, site.bob.socket("/ws/notifications/") as socket:
        there.wait_for("ready")
        socket.wait_for("ready")
        with room_socket(site.alice, slug) as alice:
            say(alice, f"look, @{site.bob.name} or @{site.bob.email}!")
        told = socket.wait_for("mention", seconds=20)
        expect(told["room"] == slug, "which room", str(told))


@stage.full(
    cause="A socket outlives the session that opened it.",
    hint="The end of a session is a fact: close its sockets, and tell the user's others.",
    read="chat/handlers.py",
)
def notified_of_ended_sessions(site):
    """An ended session's sockets are closed with 4401 within 5 seconds; the user's others are
    told.
    """
    alice = site.alice.arrive()
    tokens = another_session(site, alice)
    holder = Bearer(site, tokens[site.settings.auth.access], "a second session")
    with alice.socket("/ws/notifications/") as mine, holder.socket("/ws/notifications/") as theirs:
        mine.wait_for("ready")
        theirs.wait_for("ready")
        site.post("auth/logout/", json={"refresh": tokens["refresh"]}).expect(204)
        theirs.expect_close(NOT_AUTHENTICATED, seconds=5.5)
        mine.wait_for("session_ended", seconds=10)
