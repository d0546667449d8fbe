"""What comes in about rooms over HTTP, and what goes out."""

from typing import Any

from rest_framework import serializers

from backend_practice.http.fields import (
    IdField,
    SlugField,
    StrictSerializer,
    SwitchField,
    TextField,
)
from chat.models import LONGEST_SLUG, LONGEST_TITLE, Membership, Message, Room
from chat.people import person


class PersonSerializer(serializers.Serializer[Any]):
    """Somebody, as others see them."""

    id = serializers.UUIDField(allow_null=True, help_text="Null: the account has been deleted.")
    name = serializers.CharField()


class RoomSerializer(StrictSerializer):
    """A place to talk."""

    slug = SlugField(max_length=LONGEST_SLUG, help_text="Its address; it never changes.")
    title = TextField(max_length=LONGEST_TITLE, help_text="Default: the slug.", required=False)
    private = SwitchField(default=False, help_text="Seen by its members alone.")
    owner = serializers.UUIDField(read_only=True, allow_null=True, help_text="A user's id.")
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    def to_representation(self, instance: Room) -> dict[str, Any]:
        return {
            "slug": instance.slug,
            "title": instance.title,
            "private": instance.private,
            "owner": instance.owner_id,
            "created_at": instance.created_at,
            "updated_at": instance.updated_at,
        }


class RoomChangeSerializer(RoomSerializer):
    """What its owner may change of a room."""

    slug = serializers.CharField(read_only=True)  # type: ignore[assignment]


class MessageSerializer(serializers.Serializer[Message]):
    """Something that was said."""

    id = serializers.IntegerField()
    seq = serializers.IntegerField(help_text="Its place in the room, without gaps.")
    user = PersonSerializer()
    text = serializers.CharField(help_text="Empty once it has been deleted.")
    sent_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    deleted_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Message) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "seq": instance.seq,
            "user": person(instance.user),
            "text": instance.text,
            "sent_at": instance.sent_at,
            "edited_at": instance.edited_at,
            "deleted_at": instance.deleted_at,
        }


class MemberSerializer(serializers.Serializer[Membership]):
    """A member of a room."""

    user = PersonSerializer()
    joined_at = serializers.DateTimeField()

    def to_representation(self, instance: Membership) -> dict[str, Any]:
        return {"user": person(instance.user), "joined_at": instance.created_at}


class MemberChangeSerializer(StrictSerializer):
    """Who is to become a member, or to be one no more."""

    user = IdField(required=False, help_text="A user's id. Default: oneself.")
