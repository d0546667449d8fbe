"""A site in a process of its own with alice, bob and charlie, each logged in."""

import pytest

from chat.models import Membership, Room
from tests.chat import site
from tests.processes import own_database, running_site

SOCKETS = {
    "REQUESTS_PER_MINUTE_ADDRESS": "1000000",
    "REQUESTS_PER_MINUTE_USER": "1000000",
    "CHAT_MESSAGES_PER_SECOND": "1000",
    "CHAT_MESSAGES_AT_ONCE": "1000",
}


@pytest.fixture
def room(alice):
    """An open room of alice's."""
    return room_of(alice, "open")


@pytest.fixture
def private(alice):
    """A private one."""
    return room_of(alice, "secret", private=True)


def room_of(owner, slug, **fields):
    """A room with its owner in it."""
    room = Room.objects.create(slug=slug, title=slug.title(), owner=owner, **fields)
    Membership.objects.create(room=room, user=owner)
    return room


# ---- A site in a process of its own --------


@pytest.fixture(scope="package")
def variables(tmp_path_factory):
    """The environment of a site that these tests share."""
    directory = tmp_path_factory.mktemp("site")
    with own_database(directory) as url:
        variables = {"DATABASE_URL": url, "DATA_DIR": str(directory), **SOCKETS}
        site.prepare(variables)
        yield variables


@pytest.fixture(scope="package")
def url(variables, tmp_path_factory):
    """Where that site answers."""
    with running_site(tmp_path_factory.mktemp("log") / "log", **variables) as url:
        yield url


@pytest.fixture
def logged_in(url):
    """`logged_in("bob")` is bob, with a session of his own."""
    people = []

    def log_in(name):
        people.append(site.Person(url, name))
        return people[-1]

    yield log_in
    for person in people:
        person.close()


@pytest.fixture
def ann(logged_in):
    """alice, at the site in its own process."""
    return logged_in("alice")


@pytest.fixture
def ben(logged_in):
    """bob, there."""
    return logged_in("bob")


@pytest.fixture
def cat(logged_in):
    """charlie, there."""
    return logged_in("charlie")


@pytest.fixture
def slug(ann):
    """The slug of an open room of alice's."""
    return ann.new_room()
