from django.apps import AppConfig


class BackEndPracticeConfig(AppConfig):
    """The project itself, for its management commands."""

    name = "backend_practice"
    verbose_name = "Back End Practice"

    def ready(self) -> None:
        """Before any other app of ours is ready, and loads redis-py."""
        from backend_practice import observing

        observing.keep_out_of_redis()
