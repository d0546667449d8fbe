from django.apps import AppConfig


class BackEndPracticeConfig(AppConfig):
    """The project itself, for its management commands."""

    name = "backend_practice"
    verbose_name = "Back End Practice"
