"""The environment that the tests run in: known from the start, whatever the machine's own.

`TEST_DATABASE_URL`, `TEST_REDIS_URL` and `TEST_AMQP_URL` say which servers they may use.
`TEST_SERVICE=books` runs them in that service alone, those of its apps and `tests/copies`.
"""

import atexit
import os
import re
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
VARIABLES = frozenset(ASSIGNMENT.findall((ROOT / ".env.example").read_text()))

# Libraries read these too: an empty one would make prometheus_client write to files,
# and is no number to uvicorn.
ABSENT_WHEN_UNSET = frozenset({"PROMETHEUS_MULTIPROC_DIR", "WEB_CONCURRENCY"})

IN_CI = os.environ.get("CI") == "true"


def pristine_environment(**variables: str) -> dict[str, str]:
    """For a process that a test starts: this machine's, with only these of the site's variables.

    The others are empty, which counts as not set, so that `.env` cannot fill them in.
    """
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, **dict.fromkeys(VARIABLES - ABSENT_WHEN_UNSET, ""), **variables}


def enter() -> None:
    """Put this process into the environment that the settings under test read."""
    data_directory = _data_directory()
    settings_module = os.environ.get("DJANGO_SETTINGS_MODULE", "tests.settings")
    environment = pristine_environment(
        DATA_DIR=str(data_directory),
        DATABASE_URL=os.environ.get("TEST_DATABASE_URL", ""),
        BACKEND_PRACTICE_SERVICE=os.environ.get("TEST_SERVICE", ""),
        REQUESTS_PER_MINUTE_ADDRESS="1000000",
        REQUESTS_PER_MINUTE_USER="1000000",
        DJANGO_SETTINGS_MODULE=settings_module,
    )
    os.environ.clear()
    os.environ.update(environment)


def _data_directory() -> Path:
    """A directory of this process's own; xdist's workers have theirs within the controller's."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        return Path(os.environ["DATA_DIR"]) / worker
    directory = tempfile.mkdtemp(prefix="back-end-practice-tests-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return Path(directory)
