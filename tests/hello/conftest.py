"""Static files as the site serves them: collected once, hashed and compressed."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings

HASHED = {"BACKEND": "backend_practice.static_files.HashedStaticFilesStorage"}


def settings_for(directory):
    """The settings of a site that keeps its static files in this directory."""
    return {
        "STATIC_ROOT": directory / "static",
        "WHITENOISE_ROOT": directory / "public",
        "STORAGES": {**settings.STORAGES, "staticfiles": HASHED},
    }


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The settings of a site whose static files have been collected."""
    site = settings_for(tmp_path_factory.mktemp("collected"))
    with override_settings(**site):
        call_command("collectstatic", interactive=False, verbosity=0)
    return site


@pytest.fixture
def site(collected, settings):
    """A client of the site with its static files, as they are served."""
    for name, value in collected.items():
        setattr(settings, name, value)
    return Client()


@pytest.fixture
def fetch(site):
    """`fetch("/site/")` gives status, headers and the whole body of the answer."""

    def fetched(path, method="GET", **headers):
        response = site.generic(method, path, headers=headers)
        return SimpleNamespace(
            status=response.status_code, headers=response.headers, body=response.getvalue()
        )

    return fetched
