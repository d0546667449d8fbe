"""`manage.py runserver` ends when told to, though a thread waits for a client that has left."""

import subprocess
import sys

from tests.environment import ROOT, pristine_environment

PROGRAM = """
import threading
import django

django.setup()
from backend_practice.management.commands.runserver import end_at_once

threading.Thread(target=threading.Event().wait).start()
print("waiting")
end_at_once()
"""


def test_a_thread_that_waits_for_good_does_not_keep_it(tmp_path):
    environment = pristine_environment(
        DJANGO_SETTINGS_MODULE="backend_practice.settings", DATA_DIR=str(tmp_path)
    )

    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30,
    )  # fmt: skip

    assert (ended.returncode, ended.stdout) == (0, "waiting\n")
