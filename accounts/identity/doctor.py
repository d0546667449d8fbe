"""What `manage.py doctor` examines of accounts: mail, and the keys that sign tokens."""

import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from accounts.keys import key_ring
from accounts.tokens import AccessToken, KeyRingBackend
from backend_practice.doctor import Failed, examination

SUBJECT = "manage.py doctor"


@examination("mail", seconds=20)
def a_mail_reaches_the_server() -> str:
    """To the site's own address, so that nobody else is bothered."""
    to = settings.DEFAULT_FROM_EMAIL
    text = f"Sent at {timezone.now():%Y-%m-%d %H:%M:%S} UTC to see whether mail goes out."
    message = EmailMessage(SUBJECT, text, to=[to], connection=get_connection())
    if message.send() != 1:
        raise Failed("the server took no mail")
    where = settings.EMAIL_HOST if settings.EMAIL_HOST and not settings.MAILBOX_DIR else "mailbox"
    return f"{where} took a mail to {to}"


@examination("signing keys")
def keys_sign_and_verify() -> str:
    """A token of the key that signs holds by the public half alone."""
    user = get_user_model()(id=uuid.uuid4(), email="doctor@example.com", name="Doctor")
    token = str(AccessToken.for_session(uuid.uuid4(), user))
    payload = KeyRingBackend("ES256").decode(token)
    if payload["sub"] != str(user.pk):
        raise Failed("what was signed does not verify")
    keys = key_ring().all()
    return f"{key_ring().signing_key().kid[:8]}… signs, {len(keys)} verify"
