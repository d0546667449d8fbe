from django.apps import AppConfig


class KindsConfig(AppConfig):
    """Kinds of job that exist in tests alone, for processes started with `tests.kinds.settings`."""

    name = "tests.kinds"
    label = "tests_kinds"
