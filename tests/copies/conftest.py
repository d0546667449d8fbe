"""What holds only in a service that keeps copies of users: run with `TEST_SERVICE=books`."""

from django.apps import apps

if not apps.is_installed("accounts.copies"):
    collect_ignore_glob = ["test_*.py"]  # `tests/services/test_alone.py` runs them
