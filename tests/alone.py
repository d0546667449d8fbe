"""The tests of one service, in it alone: `python -m tests.alone books`; without a name, of each.

Its database has no other's tables, and no other app is installed. What several apps do together
(`pytest.mark.together`) is left out there, and tested where all of them are.
"""

import os
import subprocess
import sys

from backend_practice.registry import PARTS, SERVICES
from tests.environment import ROOT

PYTEST = (sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal")
SHARED = "accounts"  # every process knows users; only one service is about them


def directories_of(service):
    """Where the tests of the apps lie which this service is about, and no other."""
    parts = SERVICES[service]
    apps = [app for app in parts.apps if "." not in app and (app != SHARED or service == SHARED)]
    copies = ["copies"] if "accounts.copies" in parts.installed else []
    return [f"tests/{name}" for name in (*apps, *copies)]


def run(service, *options):
    """The exit code of this service's own tests."""
    print(f"--- {service}: {' '.join(directories_of(service))}", flush=True)
    return subprocess.run(
        [*PYTEST, "-m", "not together", *options, *directories_of(service)],
        cwd=ROOT, env={**os.environ, "TEST_SERVICE": service}, check=False,
    ).returncode  # fmt: skip


if __name__ == "__main__":
    names, options = sys.argv[1:2], sys.argv[2:]
    if unknown := set(names) - set(PARTS):
        sys.exit(f"{', '.join(unknown)} is no service: {', '.join(PARTS)}")
    sys.exit(max(run(name, *options) for name in names or PARTS))
