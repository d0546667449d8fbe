"""What people send about themselves, and what they are shown."""

from typing import Any

from django.core.validators import EmailValidator
from rest_framework import serializers

from accounts.identity.models import Session
from accounts.models import User, fold_email
from backend_practice.http.fields import StrictSerializer, TextField

MAX_PASSWORD = 256


class EmailField(TextField):
    """An e-mail address; upper and lower case are the same."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, **options)
        self.validators.append(EmailValidator())

    def to_internal_value(self, data: Any) -> str:
        """Folded first: in lower case an address may be longer than it was."""
        return fold_email(super().to_internal_value(data))


class PasswordField(serializers.CharField):
    """A password as it was typed: nothing is trimmed or normalised."""

    default_error_messages = {"invalid": "Not a string."}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_PASSWORD, trim_whitespace=False, write_only=True, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class SignUpSerializer(StrictSerializer):
    """A new account."""

    email = EmailField()
    password = PasswordField(min_length=8)
    name = TextField(max_length=100, allow_blank=True, default="")


class LogInSerializer(StrictSerializer):
    """An address, a password, and where the refresh token shall go."""

    email = EmailField()
    password = PasswordField()
    refresh_in = serializers.ChoiceField(
        choices=["body", "cookie"],
        default="body",
        help_text="`cookie` keeps the refresh token where a page's scripts cannot read it.",
    )


class RefreshSerializer(StrictSerializer):
    """The refresh token; left out where it is in the cookie."""

    refresh = serializers.CharField(max_length=200, required=False, write_only=True)


class TokensSerializer(serializers.Serializer[Any]):
    """An access token, its lifetime in seconds, and the next refresh token."""

    access = serializers.CharField()
    refresh = serializers.CharField(required=False, help_text="Absent where it is in the cookie.")
    expires_in = serializers.IntegerField()


class MeSerializer(StrictSerializer):
    """Oneself."""

    id = serializers.UUIDField(read_only=True)
    email = EmailField()
    name = TextField(max_length=100, allow_blank=True)
    email_verified = serializers.BooleanField(read_only=True)
    is_staff = serializers.BooleanField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)

    def to_representation(self, instance: User) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "email": instance.email,
            "name": instance.name,
            "email_verified": instance.email_verified,
            "is_staff": instance.is_staff,
            "created_at": instance.created_at,
        }


class SessionSerializer(serializers.Serializer[Session]):
    """Where one is logged in; `current` is the session of this very request."""

    id = serializers.UUIDField()
    device = serializers.CharField()
    address = serializers.IPAddressField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    current = serializers.BooleanField()

    def to_representation(self, instance: Session) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "device": instance.device,
            "address": instance.address,
            "created_at": instance.created_at,
            "last_used_at": instance.last_used_at,
            "expires_at": instance.expires_at,
            "current": instance.pk == self.context["current"],
        }


class PasswordChangeSerializer(StrictSerializer):
    """The password that is, and the one that shall be."""

    current_password = PasswordField()
    new_password = PasswordField(min_length=8)


class PasswordResetSerializer(StrictSerializer):
    """Who forgot the password."""

    email = EmailField()


class PasswordResetConfirmSerializer(StrictSerializer):
    """The code from the mail, and the new password."""

    code = TextField(max_length=100)
    new_password = PasswordField(min_length=8)


class CodeSerializer(StrictSerializer):
    """The code from the mail."""

    code = TextField(max_length=100)


class ServiceDoneSerializer(serializers.Serializer[Any]):
    """A service that is to forget somebody."""

    name = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True, help_text="null: it has not said so yet.")


class DeletionSerializer(serializers.Serializer[Any]):
    """How far the deletion of an account is."""

    id = serializers.UUIDField()
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(
        allow_null=True, help_text="When the last service had done its part."
    )
    services = ServiceDoneSerializer(many=True)


class TicketSerializer(serializers.Serializer[Any]):
    """Opens one WebSocket within `expires_in` seconds, as `?ticket=`."""

    ticket = serializers.CharField()
    expires_in = serializers.IntegerField()
