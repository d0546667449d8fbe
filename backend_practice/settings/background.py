"""Celery, from `CELERY_BROKER_URL`: the embedded worker, or real ones behind a broker."""

from typing import Any

EMBEDDED = "memory://localhost/"

BROKERS = ("amqp", "amqps", "redis", "rediss")

# A message is a bell and no more: the job's row is the truth, so none of Celery's own
# safety nets are needed, and nothing waits for a broker that does not answer.
CELERY_SETTINGS: dict[str, Any] = {
    "CELERY_TASK_IGNORE_RESULT": True,
    "CELERY_TASK_PUBLISH_RETRY": False,
    "CELERY_TASK_DEFAULT_DELIVERY_MODE": "transient",
    "CELERY_TASK_SERIALIZER": "json",
    "CELERY_ACCEPT_CONTENT": ["json"],
    "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
    "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
    "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS": False,
    "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
    "CELERY_BROKER_CONNECTION_MAX_RETRIES": None,  # a worker waits as long as it takes
    "CELERY_BROKER_CONNECTION_TIMEOUT": 5,
    "CELERY_BEAT_MAX_LOOP_INTERVAL": 1,  # it looks no less often whether it is to end
    "CELERY_TIMEZONE": "UTC",
}


def transport_options(broker_url: str) -> dict[str, Any]:
    """What Celery's connections are told, by the broker that they go to."""
    if broker_url == EMBEDDED:
        return {"polling_interval": 0.01}  # a job starts within milliseconds
    if broker_url.startswith("redis"):
        return {"socket_connect_timeout": 5, "socket_keepalive": True, "health_check_interval": 10}
    return {}


def run_beside_requests(jobs_broker: str, events_broker: str, *, carry: bool) -> list[str]:
    """What the web process runs in threads of its own, by import path."""
    worker = ["jobs.embedded.start"] if jobs_broker == EMBEDDED else []
    carrier = ["events.carrier.start"] if events_broker and carry else []
    return worker + carrier + deliverer(events_broker)


def run_beside_workers(events_broker: str) -> list[str]:
    """What a worker process runs besides jobs."""
    return ["jobs.sweeper.start", *deliverer(events_broker)]


def deliverer(events_broker: str) -> list[str]:
    """With a broker, events have processes of their own."""
    return [] if events_broker else ["events.deliverer.start"]
