"""manage.py forget_expired"""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.identity.codes import make_code
from accounts.identity.models import OneTimeCode, Session, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(log_in, alice):
    """A session, a code and a ticket."""
    log_in(alice).post("ticket/")
    make_code(alice, OneTimeCode.VERIFY, email=alice.email)


def left():
    return [model.objects.count() for model in (Session, OneTimeCode, Ticket)]


def test_what_still_counts_stays(everything):
    call_command("forget_expired")

    assert left() == [1, 1, 1]


def test_what_is_long_gone_goes(everything):
    long_ago = timezone.now() - timedelta(days=31)
    for model in (Session, OneTimeCode, Ticket):
        model.objects.update(expires_at=long_ago)

    call_command("forget_expired")

    assert left() == [0, 0, 0]


def test_a_session_can_be_looked_up_for_a_month_after_it_has_expired(everything):
    Session.objects.update(expires_at=timezone.now() - timedelta(days=29))

    call_command("forget_expired")

    assert left()[0] == 1
