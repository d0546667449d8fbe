"""Mail, from `EMAIL_URL`: to an SMTP server, or into a mailbox of the site's own."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SMTP = "django.core.mail.backends.smtp.EmailBackend"
MAILBOX = "accounts.identity.mailbox.MailboxBackend"
NOBODY = "django.core.mail.backends.dummy.EmailBackend"
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True)
class MailSettings:
    """Where mail goes: `tls` from the first byte, `starttls` after a greeting."""

    backend: str
    mailbox: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False


def mail_settings(url: str, *, mailbox: str, sends_mail: bool = True) -> MailSettings:
    """From `smtp://`, `smtp+tls://` or `smtps://user:password@host:port`; else the mailbox.

    A process that `sends_mail` to nobody needs neither.

    Raises `ImproperlyConfigured`, naming `EMAIL_URL`, for any other address,
    and where there is neither it nor a mailbox.
    """
    if not url and not sends_mail:
        return MailSettings(NOBODY)
    if not url and mailbox:
        return MailSettings(MAILBOX, mailbox=mailbox)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"EMAIL_URL: {error}.") from error
    if parts.scheme not in PORTS or not parts.hostname:
        expected = ", ".join(f"{scheme}://host" for scheme in PORTS)
        raise ImproperlyConfigured(f"EMAIL_URL: expected one of {expected}.")
    return MailSettings(
        SMTP,
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp+tls",
    )
