"""`on` says who hears of what."""

import pytest
from django.apps import apps

from events import handlers
from events.handlers import handler_named, handlers_of
from events.in_process import pass_on
from events.inbox import deliver_due, receive
from events.models import Delivery, OutboxEvent
from tests.events.conftest import HAPPENED

pytestmark = pytest.mark.django_db


def test_a_handler_is_known_by_its_module_and_name(on):
    @on(HAPPENED)
    def listen(event):
        pass

    name = f"{__name__}.{test_a_handler_is_known_by_its_module_and_name.__name__}.<locals>.listen"
    assert handlers_of(HAPPENED) == [name]
    assert handler_named(name) is listen


def test_two_handlers_of_one_name_are_refused(on):
    def listen(event):
        pass

    on(HAPPENED)(listen)

    with pytest.raises(ValueError, match=r"Two handlers are called .*listen"):
        handlers.on("tests.thing.other")(listen)


def test_each_handler_hears_of_an_event_once(on, tell):
    calls = []

    @on(HAPPENED)
    def first(event):
        calls.append(("first", event.data))

    @on(HAPPENED, "tests.thing.other")
    def second(event):
        calls.append(("second", event.data))

    tell(number=1)
    tell("tests.thing.other", number=2)

    pass_on()
    while deliver_due():
        pass

    expected = [("first", {"number": 1}), ("second", {"number": 1}), ("second", {"number": 2})]
    assert sorted(calls, key=str) == sorted(expected, key=str)


def test_a_type_named_twice_is_heard_once(on, tell):
    calls = []

    @on(HAPPENED, HAPPENED)
    def listen(event):
        calls.append(event)

    tell()
    pass_on()
    deliver_due()

    assert len(calls) == 1


def test_an_event_that_comes_again_changes_nothing(heard, tell):
    tell()
    event = OutboxEvent.objects.get().as_event()

    receive([event, event])
    deliver_due()
    receive([event])
    deliver_due()

    assert heard == [event]
    assert Delivery.objects.count() == 1


def test_what_nobody_listens_to_leaves_no_delivery(tell):
    tell("tests.thing.that_nobody_wants")

    assert pass_on() == 1
    assert not Delivery.objects.exists()


def test_every_handler_of_the_site_lives_in_its_apps_handlers():
    homes = {f"{config.name}.handlers" for config in apps.get_app_configs()}

    strangers = [
        name
        for name, handler in handlers._handlers.items()
        if handler.__module__ not in homes and not handler.__module__.startswith("tests.")
    ]
    assert strangers == []
