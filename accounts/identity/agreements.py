"""Who there is, for services that keep copies."""

from accounts.identity.facts import TOLD
from accounts.models import User
from events.agreements import Row, truth


@truth("accounts.users")
def users(after: str, count: int) -> list[Row]:
    """Users by their ids."""
    rows = User.objects.order_by("pk")
    found = rows.filter(pk__gt=after) if after else rows
    return [
        (str(user.pk), user.version, {name: getattr(user, name) for name in TOLD})
        for user in found[:count]
    ]
