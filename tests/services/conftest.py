"""Two services of which one asks and the other is asked, in one process."""

import pytest

from backend_practice.services import client, tokens
from backend_practice.services.circuit import Circuit


@pytest.fixture
def as_books(settings, tmp_path):
    """This process is the books service, with a key of its own."""
    settings.SERVICE, settings.DATA_DIR, settings.SERVICE_KEY = "books", tmp_path, ""
    clear()
    yield settings
    clear()


def clear():
    tokens.own_key.cache_clear()
    tokens.keys_of.cache_clear()
    client.circuits.clear()


@pytest.fixture
def circuit():
    """One whose time stands still."""
    circuit = Circuit(failures=3, seconds=5)
    circuit.now = 100.0
    circuit.clock = lambda: circuit.now
    return circuit
