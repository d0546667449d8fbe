"""Our copies of users, beside what the accounts service says."""

from uuid import UUID

from accounts.copies import people
from accounts.models import User
from events.agreements import Row, View, keep


def versions(after: str, until: str) -> dict[str, int]:
    users = User.objects.all()
    if after:
        users = users.filter(pk__gt=after)
    if until:
        users = users.filter(pk__lte=until)
    return {str(key): version for key, version in users.values_list("pk", "version")}


def mend(row: Row) -> None:
    key, version, facts = row
    people.learn(UUID(key), version, **facts)


def remove(key: str) -> None:
    people.forget(UUID(key))


keep(View("accounts.users", "accounts", versions, mend, remove))
