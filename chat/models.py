"""Rooms, who is in them, what was said, who is there, and what people are notified of.

Everything that happens in a room has a number, its revision, and a message has
one more, its `seq`. Both are given out under a lock on the room, in the
transaction that stores what they number: so they have no gaps.
"""

from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from backend_practice.constraints import at_most

LONGEST_TEXT, LONGEST_CLIENT_ID, LONGEST_TITLE, LONGEST_SLUG = 4_000, 100, 100, 50


class RoomQuerySet(models.QuerySet["Room"]):
    """The questions that are asked of rooms."""

    def visible_to(self, user_id: UUID) -> Self:
        """Those open to all, and those that this user is a member of."""
        own = Membership.objects.filter(room=OuterRef("pk"), user_id=user_id)
        return self.filter(Q(private=False) | Exists(own))

    def ownerless(self) -> Self:
        """Those whose owner has gone, and somebody else could have or nobody could find."""
        members = Membership.objects.filter(room=OuterRef("pk"))
        return self.filter(Q(private=True) | Exists(members), owner=None)


class Room(models.Model):
    """A place to talk. A private one is seen by its members alone."""

    slug = models.CharField(max_length=LONGEST_SLUG, unique=True)
    title = models.CharField(max_length=LONGEST_TITLE)
    private = models.BooleanField(default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_rooms",
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="chat_rooms"
    )
    last_seq = models.PositiveBigIntegerField(default=0, editable=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(slug=""), name="room_has_slug"),
            models.CheckConstraint(condition=~Q(title=""), name="room_has_title"),
            models.CheckConstraint(condition=Q(revision__gte=F("last_seq")), name="room_revision"),
            at_most(LONGEST_SLUG, "slug", "room_slug_fits"),
            at_most(LONGEST_TITLE, "title", "room_title_fits"),
        ]

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """That somebody is a member of a room."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chat_memberships"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("room", "user"), name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"


class Message(models.Model):
    """Something that was said. A deleted one keeps its place, without its text."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField(help_text="Its place in the room, without gaps.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="chat_messages",
        help_text="Nobody: the account has been deleted.",
    )
    client_id = models.CharField(
        max_length=LONGEST_CLIENT_ID, help_text="What the sender calls it."
    )
    text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # The room's when it was sent, and when it last changed.
    first_revision = models.PositiveBigIntegerField(editable=False)
    revision = models.PositiveBigIntegerField(editable=False)

    class Meta:
        ordering: ClassVar = ["seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("room", "seq"), name="message_seq_once"),
            models.UniqueConstraint(fields=("room", "revision"), name="message_revision_once"),
            models.UniqueConstraint(
                fields=("room", "user", "client_id"), name="message_client_id_once"
            ),
            models.CheckConstraint(condition=Q(seq__gte=1), name="message_seq_from_1"),
            models.CheckConstraint(
                condition=Q(revision__gte=F("first_revision")), name="message_revision_grows"
            ),
            models.CheckConstraint(
                condition=~Q(text="") & Q(deleted_at=None) | Q(text="", deleted_at__isnull=False),
                name="message_text_unless_deleted",
            ),
            at_most(LONGEST_TEXT, "text", "message_text_fits"),
            at_most(LONGEST_CLIENT_ID, "client_id", "message_client_id_fits"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq}"


class Presence(models.Model):
    """That a process has sockets of this user in this room; it says so again every few seconds."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    process = models.UUIDField()
    until = models.DateTimeField(help_text="After this the process must have died.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("room", "user", "process"), name="presence_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("process",), name="presence_by_process"),
            models.Index(fields=("until",), name="presence_by_until"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"


class Feed(models.Model):
    """How many notifications a user has had: the next gets the next number."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    last_number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.last_number}"


class Notification(models.Model):
    """Something that a user is told of. Of one thing only the newest state is kept."""

    JOB, REVIEW, MENTION, SESSION_ENDED = "job", "review", "mention", "session_ended"
    TYPES = (JOB, REVIEW, MENTION, SESSION_ENDED)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveBigIntegerField()
    type = models.CharField(max_length=20, choices=[(each, each) for each in TYPES])
    about = models.CharField(max_length=100, help_text="The id of the job, the review …")
    data = models.JSONField(default=dict)
    is_open = models.BooleanField(default=False, help_text="Work that goes on.")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("user", "number"), name="notification_number_once"),
            models.UniqueConstraint(fields=("user", "type", "about"), name="notification_newest"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=("user", "number"), name="notification_open", condition=Q(is_open=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.about} for {self.user_id}"
