"""Stage 9, broken."""

import itertools

from .kinds import Mutant, always, each_result, only_for, with_members

ROOM, FEED = "WS /ws/chat/", "WS /ws/notifications/"
ROOMS = "/api/v1/chat/rooms/"
count = itertools.count()


def frames_of(kind, change):
    """Only frames of this type are changed; `change` gives what goes on."""
    return lambda frame: change(frame) if frame.get("type") == kind else [frame]


def lost(frame):
    return []


def twice(frame):
    return [frame, frame]


def but(**members):
    return lambda frame: [{**frame, **members}]


class OneBehind:
    """Messages in pairs, the second first."""

    def __init__(self):
        self.held = None

    def __call__(self, frame):
        if self.held is None:
            self.held = frame
            return []
        held, self.held = self.held, None
        return [frame, held]


def numbered_late(frame):
    return [{**frame, "seq": frame["seq"] + (frame["seq"] > 5)}]


def another_name(frame):
    return [{**frame, "client_id": frame["client_id"] + str(next(count))}]


def everybodys_rooms(original):
    from chat.models import Room

    return lambda user: Room.objects.all()


def ticket_that_stays(original):
    from accounts.identity.codes import digest_of
    from accounts.identity.models import Ticket
    from accounts.identity.tickets import Holder

    def redeem(text):
        ticket = (
            Ticket.objects.select_related("user", "session").filter(digest=digest_of(text)).first()
        )
        return Holder(ticket.user, ticket.session) if ticket else None

    return redeem


MUTANTS = [
    Mutant("chat-two-clients", "the second first", ROOM, tells=frames_of("message", OneBehind())),
    Mutant("chat-two-clients", "nobody hears", ROOM, tells=frames_of("message", lost)),
    Mutant("chat-rooms", "a second of the name", f"POST {ROOMS}$", status=only_for(409, 201)),
    Mutant("chat-rooms", "not in the list", rf"GET {ROOMS}\?", told=with_members(results=[])),
    Mutant(
        "chat-history",
        "the oldest first",
        f"GET {ROOMS}.*/messages/",
        told=lambda told: {**told, "results": told["results"][::-1]},
    ),
    Mutant(
        "chat-history",
        "nobody said it",
        f"GET {ROOMS}.*/messages/",
        told=each_result(with_members(user={"id": None, "name": ""})),
    ),
    Mutant(
        "chat-private-rooms",
        "anybody reads",
        code="chat.views:room_seen_by",
        instead=lambda original: lambda user, slug: everybodys_rooms(None)(user).get(slug=slug),
    ),
    Mutant(
        "chat-private-rooms",
        "in everybody's list",
        code="chat.views:rooms_seen_by",
        instead=everybodys_rooms,
    ),
    Mutant("chat-refusals", "one code for all", "WS /", closes=always(1008)(None)),
    Mutant("chat-refusals", "no close", "WS /", closes=always(0)(None)),
    Mutant("chat-origin", "any page", ROOM, drop=("Origin",)),
    Mutant(
        "chat-tickets",
        "works twice",
        code="accounts.identity.tickets:redeem_ticket",
        instead=ticket_that_stays,
    ),
    Mutant(
        "chat-tickets",
        "for an hour",
        "POST /api/v1/auth/ticket/",
        told=with_members(expires_in=3600),
    ),
    Mutant("chat-no-gaps", "a gap after five", ROOM, tells=frames_of("ack", numbered_late)),
    Mutant("chat-no-gaps", "heard twice", ROOM, tells=frames_of("message", twice)),
    Mutant(
        "chat-sent-twice",
        "stored twice",
        ROOM,
        hears=frames_of("send", another_name),
        tells=frames_of("ack", lambda ack: [{**ack, "client_id": ack["client_id"][:2]}]),
    ),
    Mutant(
        "chat-acknowledged-is-stored",
        "another text is stored",
        ROOM,
        hears=frames_of("send", but(text="other")),
    ),
    Mutant(
        "chat-acknowledged-is-stored",
        "not stored",
        f"GET {ROOMS}.*/messages/",
        told=with_members(results=[]),
    ),
    Mutant("chat-resumes", "nothing of what was missed", ROOM, query=lambda query: ""),
    Mutant(
        "chat-resumes",
        "one too many",
        ROOM,
        hears=frames_of("resume", lambda frame: [{**frame, "after": frame["after"] - 1}]),
    ),
    Mutant("chat-resumes", "nobody is there", ROOM, tells=frames_of("ready", but(present=[]))),
    Mutant("chat-presence", "nobody leaves", ROOM, tells=frames_of("left", lost)),
    Mutant(
        "chat-presence",
        "every tab joins",
        ROOM,
        tells=frames_of(
            "message", lambda frame: [{"type": "joined", "user": frame["user"]}, frame]
        ),
    ),
    Mutant("chat-signs", "no pong", ROOM, tells=frames_of("pong", lost)),
    Mutant("chat-signs", "nobody types", ROOM, hears=frames_of("typing", lost)),
    Mutant("chat-odd-frames", "passed over in silence", ROOM, tells=frames_of("error", lost)),
    Mutant(
        "chat-odd-frames",
        "does not say what",
        ROOM,
        tells=frames_of("error", lambda frame: [{"type": "error"}]),
    ),
    Mutant(
        "chat-text-checked",
        "long ones are cut",
        ROOM,
        hears=frames_of(
            "send", lambda frame: [{**frame, "text": str(frame.get("text"))[:4000] or "x"}]
        ),
    ),
    Mutant("chat-edited-and-deleted", "nobody hears of it", ROOM, tells=frames_of("edited", lost)),
    Mutant(
        "chat-edited-and-deleted",
        "the text stays",
        f"GET {ROOMS}.*/messages/",
        told=each_result(with_members(text="better")),
    ),
    Mutant("chat-frame-too-big", "any size", ROOM, closes=only_for(1009, 1000)),
    Mutant("chat-too-fast", "as fast as one can", ROOM, tells=frames_of("error", lost)),
    Mutant("chat-too-fast", "is told, and no more", ROOM, closes=only_for(4429, 0)),
    Mutant(
        "notified-of-jobs",
        "not of the end",
        FEED,
        tells=frames_of("job", lambda frame: [{**frame, "state": "running"}]),
    ),
    Mutant("notified-of-jobs", "of nothing", FEED, tells=frames_of("job", lost)),
    Mutant("notified-of-reviews", "of nothing", FEED, tells=frames_of("review", lost)),
    Mutant("notified-of-mentions", "of nothing", FEED, tells=frames_of("mention", lost)),
    Mutant("notified-of-ended-sessions", "the socket stays", FEED, closes=only_for(4401, 0)),
    Mutant(
        "notified-of-ended-sessions", "of nothing", FEED, tells=frames_of("session_ended", lost)
    ),
]
