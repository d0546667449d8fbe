"""A mail server of the tests' own."""

import pytest
from aiosmtpd.controller import Controller

from tests.processes import free_port


class Inbox:
    """What an SMTP server was given."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(envelope)
        return "250 taken"


@pytest.fixture
def smtp():
    """A real SMTP server: its address, and what arrives."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}", inbox
    controller.stop()
