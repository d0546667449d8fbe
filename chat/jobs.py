"""What this app does every so often."""

from chat import notifications, services
from jobs.periodic import every


@every(hours=1)
def clear_up() -> None:
    """Notifications that are too old, and rooms that have lost their owner."""
    notifications.forget_old()
    services.give_owners()
