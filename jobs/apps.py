from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from backend_practice.celery import app
        from jobs.periodic import beat_schedule

        autodiscover_modules("jobs")
        app.conf.beat_schedule = beat_schedule()
