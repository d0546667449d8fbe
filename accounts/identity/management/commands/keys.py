"""`manage.py keys list | rotate | retire KID`: the keys that access tokens are signed with."""

from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.keys import (
    PUBLISHED_BEFORE_USE,
    DirectoryKeyRing,
    SigningKey,
    as_pem,
    key_ring,
)


class Command(BaseCommand):
    help = "Lists, adds and removes the keys that access tokens are signed with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="Every key, and which one signs.")
        actions.add_parser("rotate", help="Publish a new key, and sign with it a minute later.")
        retire = actions.add_parser("retire", help="Remove a key that signs no longer.")
        retire.add_argument("kid", help="The key's id, as `list` shows it.")
        retire.add_argument(
            "--force", action="store_true", help="Even if tokens that it signed still live."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        match options["action"]:
            case "list":
                self.show()
            case "rotate":
                self.rotate()
            case "retire":
                self.retire(options["kid"], force=options["force"])

    def show(self) -> None:
        signing = key_ring().signing_key()
        for key in key_ring().all():
            self.stdout.write(f"{key.kid}  {self._state(key, signing)}")

    def rotate(self) -> None:
        ring = key_ring()
        if not isinstance(ring, DirectoryKeyRing):
            self._explain_rotation()
            return
        key = ring.add(datetime.now(UTC) + PUBLISHED_BEFORE_USE)
        seconds = int(PUBLISHED_BEFORE_USE.total_seconds())
        self.stdout.write(f"{key.kid} is published, and signs in {seconds} seconds.")
        self.stdout.write("Nobody is logged out: the keys before it still verify.")

    def retire(self, kid: str, *, force: bool) -> None:
        ring = key_ring()
        key = ring.find(kid)
        if not isinstance(ring, DirectoryKeyRing):
            raise CommandError("The keys come from SIGNING_KEYS: remove the block there.")
        if key is None:
            raise CommandError(f"There is no key {kid}: `keys list` shows those there are.")
        if key.kid == ring.signing_key().kid:
            raise CommandError("This key signs. Rotate first, and retire it then.")
        if not force and (until := self._may_still_verify(key)) > datetime.now(UTC):
            raise CommandError(f"Tokens that it signed live until {until:%H:%M:%S} UTC (--force).")
        ring.remove(key)
        self.stdout.write(f"{kid} is removed: what it signed is refused from now on.")

    def _state(self, key: SigningKey, signing: SigningKey) -> str:
        if key.kid == signing.kid:
            return "signs"
        if key.active_from > datetime.now(UTC):
            return f"published, signs from {key.active_from:%Y-%m-%d %H:%M:%S} UTC"
        return "verifies only"

    def _may_still_verify(self, key: SigningKey) -> datetime:
        """When the last token that it can have signed has expired."""
        later = [other for other in key_ring().all() if other.active_from > key.active_from]
        ended = min((other.active_from for other in later), default=datetime.now(UTC))
        life = settings.ACCESS_TOKEN_SECONDS + settings.CLOCK_LEEWAY_SECONDS
        return ended + timedelta(seconds=life)

    def _explain_rotation(self) -> None:
        minutes = settings.ACCESS_TOKEN_SECONDS // 60 + 1
        pem = as_pem(ec.generate_private_key(ec.SECP256R1())).decode()
        self.stdout.write(
            "The keys come from SIGNING_KEYS, so the change is made there:\n"
            "1. Put this block behind the others and deploy: it is published.\n"
            "2. A minute later move it to the front and deploy: it signs.\n"
            f"3. {minutes} minutes later remove the old one.\n\n{pem}"
        )
