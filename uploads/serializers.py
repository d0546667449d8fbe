"""What comes in is checked here, and what goes out is shaped here."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from backend_practice.http.fields import NumberField, StrictSerializer, TextField
from uploads.models import MAX_NAME, Upload


class ImageSerializer(serializers.Serializer[Any]):
    """What is known of an image."""

    width = serializers.IntegerField()
    height = serializers.IntegerField()
    thumbnails = serializers.DictField(
        child=serializers.URLField(), help_text="Addresses by size in pixels; made after a while."
    )


class UploadSerializer(serializers.Serializer[Upload]):
    """A file that somebody has sent, or is about to."""

    id = serializers.UUIDField()
    name = serializers.CharField(max_length=MAX_NAME, help_text="As its owner called it.")
    size = serializers.IntegerField(help_text="In bytes.")
    content_type = serializers.CharField(
        allow_null=True, help_text="Found from the content; null while it is not all there."
    )
    sha256 = serializers.CharField(allow_null=True, help_text="Of the content, in hexadecimal.")
    status = serializers.ChoiceField([Upload.PENDING, Upload.STORED])
    image = serializers.SerializerMethodField(help_text="Null for what is no image.")
    url = serializers.URLField(help_text="Where the content is.")
    owner = serializers.UUIDField(help_text="A user's id.")
    created_at = serializers.DateTimeField()

    @extend_schema_field(ImageSerializer(allow_null=True))
    def get_image(self, upload: Upload) -> dict[str, Any] | None:
        if upload.width is None:
            return None
        thumbnails = {
            str(size): self._absolute("thumbnail", upload.pk, size) for size in upload.thumbnails
        }
        return {"width": upload.width, "height": upload.height, "thumbnails": thumbnails}

    def to_representation(self, instance: Upload) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "name": instance.name,
            "size": instance.size,
            "content_type": instance.content_type if instance.is_stored else None,
            "sha256": instance.sha256 if instance.is_stored else None,
            "status": instance.status,
            "image": self.get_image(instance),
            "url": self._absolute("upload-content", instance.pk),
            "owner": instance.owner_id,
            "created_at": instance.created_at,
        }

    def _absolute(self, route: str, *arguments: Any) -> str:
        request: Request = self.context["request"]
        return request.build_absolute_uri(reverse(route, args=arguments))


class FormSerializer(serializers.Serializer[Any]):
    """The form that an upload comes in, for the schema."""

    file = serializers.FileField()


class PresignSerializer(StrictSerializer):
    """What somebody is about to send."""

    name = TextField(max_length=MAX_NAME)
    size = NumberField(min_value=0, help_text="In bytes; the content must have exactly that many.")
    content_type = TextField(max_length=100, help_text="What the content must turn out to be.")
    sha256 = TextField(
        required=False, max_length=64, help_text="Of the content, in hexadecimal; then verified."
    )

    def validate_sha256(self, value: str) -> str:
        value = value.lower()
        if len(value) != 64 or set(value) - set("0123456789abcdef"):
            raise serializers.ValidationError("64 hexadecimal digits.", code="sha256")
        return value


class PresignedSerializer(serializers.Serializer[Any]):
    """Where to send it, and how."""

    id = serializers.UUIDField(help_text="The upload's.")
    url = serializers.URLField()
    method = serializers.ChoiceField(["PUT"])
    headers = serializers.DictField(
        child=serializers.CharField(), help_text="To be sent exactly so."
    )
    expires_in = serializers.IntegerField(help_text="In seconds.")


def each(request: Request) -> Callable[[Sequence[Upload]], list[Any]]:
    """What shapes many uploads."""
    serializer = UploadSerializer(context={"request": request})
    return lambda rows: [serializer.to_representation(row) for row in rows]
