"""Clients that may upload, storage of a test's own, and the events that are published."""

import pytest

from tests.front.servers import runserver
from tests.uploads.buckets import open_anew
from tests.uploads.sites import THREADS, open_site
from uploads import services


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """The directory in which this test's objects lie; parts lie beside it."""
    location = tmp_path / "objects"
    settings.STORAGES = {
        **settings.STORAGES,
        "uploads": {
            "BACKEND": "uploads.storages.DiskStorage",
            "OPTIONS": {**settings.STORAGES["uploads"]["OPTIONS"], "location": str(location)},
        },
    }
    settings.UPLOAD_PARTS_DIR = tmp_path / "parts"
    open_anew()
    yield location
    open_anew()


@pytest.fixture(scope="session")
def uvicorn_site(tmp_path_factory):
    """The site as in production, in a process that a test may kill and start again."""
    with open_site(tmp_path_factory.mktemp("uvicorn"), HTTP_THREADS=str(THREADS)) as site:
        yield site


@pytest.fixture(scope="session")
def runserver_site(tmp_path_factory):
    """The site as a learner runs it."""
    directory = tmp_path_factory.mktemp("runserver")
    with open_site(directory, runserver, HTTP_THREADS=str(THREADS)) as site:
        yield site


@pytest.fixture
def files_left(storage, settings):
    """`files_left()` are the names of all files of objects and parts."""

    def names():
        places = [storage, settings.UPLOAD_PARTS_DIR]
        found = [path for place in places for path in place.rglob("*") if path.is_file()]
        return sorted(path.name for path in found if path.suffix != ".lock")

    return names


@pytest.fixture
def as_alice(client_of, alice):
    return client_of(alice)


@pytest.fixture
def as_charlie(client_of, charlie):
    return client_of(charlie)


@pytest.fixture
def published(monkeypatch):
    """What has been published: (type, data) of each event."""
    events = []

    def publish(kind, data, *, subject):
        assert subject == data["id"]
        events.append((kind, data))

    monkeypatch.setattr(services, "publish", publish)
    return events


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """What is done after the answer is done within this block, as if committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
