"""Logging in by a form, the admin's for example, within the same bounds as by the API."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.identity.people import user_with
from accounts.identity.serializers import MAX_PASSWORD
from accounts.models import User
from backend_practice.http.problems import Problem


class LimitedBackend(ModelBackend):
    """An `AUTHENTICATION_BACKENDS` entry that counts failures and bounds the hashing."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        """The user, or None. Beyond a limit the form hears the same as for a wrong password."""
        email = username or credentials.get("email") or ""
        if not email or password is None or len(password) > MAX_PASSWORD:
            return None
        address = request.META.get("REMOTE_ADDR", "") if request else ""
        try:
            return user_with(email=email, password=password, address=address)
        except Problem as problem:
            raise PermissionDenied from problem
