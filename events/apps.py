from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        autodiscover_modules("handlers", "agreements")
        from events import doctor  # noqa: F401 - its handler hears in whichever process delivers
