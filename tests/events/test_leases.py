"""One process at a time holds a lease; another takes over when it falls silent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from events.leases import SECONDS, give_up, hold, new_holder
from events.models import Lease


def run_out():
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_the_first_holds_it_and_the_second_does_not():
    assert hold("relay", "first")
    assert not hold("relay", "second")
    assert Lease.objects.get().holder == "first"


@pytest.mark.django_db
def test_its_holder_renews_it():
    hold("relay", "first")
    run_out()

    assert hold("relay", "first")

    left = (Lease.objects.get().until - timezone.now()).total_seconds()
    assert SECONDS - 5 < left <= SECONDS


@pytest.mark.django_db
def test_when_its_holder_is_silent_another_takes_it_and_keeps_it():
    hold("relay", "first")
    run_out()

    assert hold("relay", "second")
    assert not hold("relay", "first")


@pytest.mark.django_db
def test_what_is_given_up_is_free_at_once():
    hold("relay", "first")
    give_up("relay", "first")

    assert hold("relay", "second")


@pytest.mark.django_db
def test_nobody_gives_up_what_another_holds():
    hold("relay", "first")

    give_up("relay", "second")

    assert not hold("relay", "second")


@pytest.mark.django_db
def test_leases_of_other_names_are_other_leases():
    assert hold("relay", "first")
    assert hold("sweeper", "second")


def test_no_two_processes_have_one_name():
    assert len({new_holder() for _ in range(100)}) == 100
    assert len(new_holder()) <= Lease._meta.get_field("holder").max_length


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", ["free", "run out"])
def test_of_many_at_once_exactly_one_holds_it(before):
    if before == "run out":
        hold("relay", "gone")
        run_out()

    def try_it(number):
        try:
            return hold("relay", f"holder {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(try_it, range(8)))

    assert sorted(results) == [False] * 7 + [True]
