"""What everybody has heard is forgotten after a week; all else is kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events import cleaning, deliverer
from events.cleaning import KEPT, forget_old
from events.models import Delivery, OutboxEvent

pytestmark = pytest.mark.django_db


def grow_older(by):
    OutboxEvent.objects.exclude(sent_at=None).update(sent_at=timezone.now() - by)
    handled = Delivery.objects.filter(state=Delivery.HANDLED)
    handled.update(handled_at=timezone.now() - by)


def counts():
    return OutboxEvent.objects.count(), Delivery.objects.count()


def test_after_a_week_it_is_gone(heard, tell):
    tell()
    deliverer.deliver_all()
    grow_older(KEPT + timedelta(minutes=1))

    assert forget_old() == 2
    assert counts() == (0, 0)


def test_before_that_it_is_kept(heard, tell):
    tell()
    deliverer.deliver_all()
    grow_older(KEPT - timedelta(minutes=1))

    assert forget_old() == 0
    assert counts() == (1, 1)


def test_what_was_not_told_yet_is_kept_however_old(tell):
    tell()
    OutboxEvent.objects.update(time=timezone.now() - timedelta(days=400))

    assert forget_old() == 0
    assert counts() == (1, 0)


def test_what_still_waits_or_is_dead_is_kept_however_old(heard, tell):
    for number in range(3):
        tell(subject=str(number))
    deliverer.deliver_all()
    long_ago = timezone.now() - timedelta(days=400)
    Delivery.objects.filter(subject="0").update(state=Delivery.WAITING, received_at=long_ago)
    Delivery.objects.filter(subject="1").update(state=Delivery.DEAD, received_at=long_ago)
    grow_older(KEPT * 2)

    forget_old()

    assert sorted(row.subject for row in Delivery.objects.all()) == ["0", "1"]


def test_a_great_many_go_bit_by_bit(heard, tell, monkeypatch):
    monkeypatch.setattr(cleaning, "AT_ONCE", 4)
    for number in range(10):
        tell(subject=str(number))
    deliverer.deliver_all()
    grow_older(KEPT * 2)

    assert forget_old() == 20
    assert counts() == (0, 0)
