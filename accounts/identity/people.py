"""Signing up, logging in, and what people change of their own account."""

from typing import Any

from django.db import IntegrityError, transaction
from rest_framework.exceptions import AuthenticationFailed, ValidationError

from accounts.identity import limits, mail, passwords
from accounts.identity.codes import find_code, use_up
from accounts.identity.facts import tell_updated
from accounts.identity.models import AccountDeletion, OneTimeCode
from accounts.identity.sessions import TokenPair, open_session
from accounts.models import User, fold_email
from backend_practice.http.problems import Conflict


class WrongCredentials(AuthenticationFailed):
    """The same for an unknown address, a wrong password and a disabled account."""

    default_detail = "No account has this e-mail address with this password."
    default_code = "wrong_credentials"


def sign_up(*, email: str, password: str, name: str, address: str) -> User:
    """A new user, who is sent a code to confirm the address with.

    Raises `Conflict` for an address that has an account, `TooManyRequests`
    beyond the sign-ups of an hour, a validation error for a poor password.
    """
    user = User(email=fold_email(email), name=name)
    passwords.check_new_password(password, user, field="password")
    limits.count_sign_up(address)
    with passwords.hashing_slot():
        user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            mail.send_verification(user, user.email)
    except IntegrityError as error:
        raise Conflict("This address has an account already.", pointer="/email") from error
    return user


def log_in(*, email: str, password: str, device: str, address: str) -> TokenPair:
    """The tokens of a new session.

    Raises `WrongCredentials`, and `TooManyRequests` beyond the failures of a minute.
    """
    user = user_with(email=email, password=password, address=address)
    with transaction.atomic():  # the password may have changed while it was being checked
        if user is None or not passwords.is_unchanged(user, former=user.password):
            raise WrongCredentials
        return open_session(user, device=device, address=address or None)


def user_with(*, email: str, password: str, address: str) -> User | None:
    """The user whom these credentials name; None for a wrong one, in the same time.

    Raises `TooManyRequests` beyond the failures of a minute.
    """
    email = fold_email(email)
    user = User.objects.filter(email=email).first()
    return user if _is_proved(user, email, password, address) else None


def _is_proved(user: User | None, email: str, password: str, address: str) -> bool:
    """Whether the password is the user's, counted as an attempt; only failures add up."""
    limits.count_login(email, address)
    if not passwords.is_password_of(user, password) or user is None or not user.is_active:
        return False
    limits.forget_logins(email, address)
    return True


def change_profile(user: User, changes: dict[str, Any]) -> User:
    """A new name at once; a new address once the code that is sent to it comes back.

    The answer is the same for an address that is another's: its owner is told by mail.
    """
    with transaction.atomic():
        if not User.objects.select_for_update().filter(pk=user.pk).first():
            raise AuthenticationFailed("This account is gone.")
        if "name" in changes:
            user.name = changes["name"]
            user.save(update_fields=["name"])
        email = changes.get("email", user.email)
        if email != user.email:
            mail.send_new_address(user, email)
    return user


def resend_verification(user: User) -> None:
    """The code once more; nothing for an address that is confirmed, or beyond an hour's mails."""
    if not user.email_verified and limits.may_mail(user):
        with transaction.atomic():
            mail.send_verification(user, user.email)


def verify_email(code: str) -> None:
    """The address that the code was sent to is the user's from now on.

    Raises a validation error for a code that does not hold, and for an address
    that has become another's meanwhile.
    """
    row = find_code(code, OneTimeCode.VERIFY)
    try:
        with transaction.atomic():
            use_up(row)
            User.objects.filter(pk=row.user_id).update(email=row.email, email_verified=True)
            tell_updated(User.objects.get(pk=row.user_id))
            if row.email != row.user.email:
                OneTimeCode.objects.filter(user=row.user, purpose=OneTimeCode.RESET).delete()
                mail.send_address_changed(row.user, before=row.user.email)
    except IntegrityError as error:
        raise Conflict("This address has an account already.", pointer="/code") from error


def change_password(user: User, *, current: str, new: str, address: str) -> None:
    """A new password; every session but the one at hand ends, and the owner is told.

    Raises a validation error naming the field, and `TooManyRequests` for too
    many wrong guesses at the current one.
    """
    if not _is_proved(user, user.email, current, address):
        detail = "This is not your password."
        raise ValidationError({"current_password": [detail]}, code="wrong_password")
    passwords.check_new_password(new, user, field="new_password")
    former = passwords.hash_new_password(user, new)
    with transaction.atomic():
        passwords.save_new_password(user, former=former)
        mail.send_password_changed(user)


def reset_password(code: str, new: str) -> None:
    """A new password for the bearer of a code sent by mail; every session ends.

    Raises a validation error naming the field; a poor password does not use up the code.
    """
    row = find_code(code, OneTimeCode.RESET)
    passwords.check_new_password(new, row.user, field="new_password")
    former = passwords.hash_new_password(row.user, new)
    with transaction.atomic():
        use_up(row)
        passwords.save_new_password(row.user, former=former)
        # Whoever has the code reads the mailbox.
        User.objects.filter(pk=row.user_id, email=row.email).update(email_verified=True)
        mail.send_password_changed(row.user)


def delete_account(user: User) -> AccountDeletion:
    """The user goes, with sessions and codes; what others rely on stays without an owner.

    Other services follow: the deletion says how far they are.
    """
    user_id = user.pk
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=user_id).first()  # no session opens meanwhile
        user.delete()
        return AccountDeletion.objects.get(user_id=user_id)
