"""The user: a UUIDv7 for a key, an e-mail address to log in with."""

import unicodedata
import uuid
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.signals import password_changed, user_disabled


def new_user_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): unique everywhere, and sorted by the time it was made."""
    return uuid7()


def fold_email(email: str) -> str:
    """The one spelling of an address: no space around it, lower case, composed (NFC)."""
    return unicodedata.normalize("NFC", email.strip().lower())


class UserManager(BaseUserManager["User"]):
    """Creates users; an e-mail address is stored in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new user; with no password given, one that cannot log in."""
        user = self.model(email=fold_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who may do everything, in the admin as well."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def met(self, user_id: Any) -> "User | None":
        """The user of this id, whom another service may have spoken of first; None if gone."""
        if apps.is_installed("accounts.copies"):
            from accounts.copies.people import meet  # installed with its app alone

            return meet(user_id)
        return self.filter(pk=user_id).first()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=fold_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can log in."""

    id = models.UUIDField(primary_key=True, default=new_user_id, editable=False)
    email = models.EmailField("e-mail", max_length=254, unique=True)
    email_verified = models.BooleanField("e-mail verified", default=False)
    name = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField("active", default=True)
    is_staff = models.BooleanField("staff", default=False, help_text="May use the admin.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Counts what others are told, so that older news never overwrites newer.
    version = models.PositiveIntegerField(default=1, editable=False)

    # The session that a change of password leaves alone: the one that made it.
    session_in_use: uuid.UUID | None = None
    _password: str | None
    _made_unusable = False

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            # Whatever writes the row, two spellings of one address are one account.
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
        )

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **options: Any) -> None:
        """Saves; whoever listens to the signals of this app is told what that means."""
        is_new = self._state.adding
        has_new_password = self._password is not None or self._made_unusable
        with transaction.atomic():
            super().save(*args, **options)
            self._made_unusable = False
            if has_new_password and not is_new:
                password_changed.send(type(self), user=self)
            if not self.is_active and not is_new:
                user_disabled.send(type(self), user=self)

    def set_unusable_password(self) -> None:
        """From the next save on nobody can log in with a password."""
        super().set_unusable_password()
        self._made_unusable = True

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email
