"""The site's own settings, in a known environment, with what tests want otherwise."""

import os

from tests import environment

environment.enter()

from backend_practice import settings as site  # noqa: E402

globals().update({name: value for name, value in vars(site).items() if name.isupper()})

# A file, not memory: threads and processes then meet as they do on the site.
# A name of this run's own: two runs on one server leave each other alone.
SQLITE = site.DATABASES["default"]["ENGINE"].endswith("sqlite3")
TEST_DATABASE = site.DATA_DIR / "test.sqlite3" if SQLITE else f"test_practice_{os.getpid()}"
DATABASES = {"default": {**site.DATABASES["default"], "TEST": {"NAME": str(TEST_DATABASE)}}}

STORAGES = {
    **site.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["tests.hashers.CheapArgon2idPasswordHasher", *site.PASSWORD_HASHERS[1:]]

# A test does jobs and delivers events when it says so.
BESIDE_REQUESTS = []
