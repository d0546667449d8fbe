"""Who hears of what: `@on("books.book.created")` on a function in an app's `handlers.py`."""

from collections import defaultdict
from collections.abc import Callable

from events.envelope import Event

Handler = Callable[[Event], object]

DOCTOR_ASKED = "events.doctor.asked"

_handlers: dict[str, Handler] = {}
_names_by_type: dict[str, list[str]] = defaultdict(list)


def on(*types: str) -> Callable[[Handler], Handler]:
    """Call the function for each event of these types: after the commit, once each.

    It runs in one transaction with the note that it has run, so it is short and
    talks to nobody outside: for that it requests a job. What it raises has it
    called again later, and in the end put among the dead letters.
    """

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        if name in _handlers:
            raise ValueError(f"Two handlers are called {name}.")
        _handlers[name] = handler
        for each in dict.fromkeys(types):
            _names_by_type[each].append(name)
        return handler

    return register


def handlers_of(event_type: str) -> list[str]:
    """The names of those that want to hear of events of this type."""
    return list(_names_by_type.get(event_type, ()))


def handler_named(name: str) -> Handler | None:
    """The function; None where no code has this name any more."""
    return _handlers.get(name)


def forget(handler: Handler) -> None:
    """Undo `on`, for tests."""
    name = f"{handler.__module__}.{handler.__qualname__}"
    _handlers.pop(name, None)
    for names in _names_by_type.values():
        if name in names:
            names.remove(name)


@on(DOCTOR_ASKED)
def hear_the_doctor(event: Event) -> None:
    """Nothing is to be done for `manage.py doctor`: that it was heard is what is noted."""
