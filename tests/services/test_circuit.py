"""A circuit: open after failures in a row, tried again by one after a while."""

import pytest

pytestmark = pytest.mark.once


def fail(circuit, times):
    for _ in range(times):
        circuit.failed()


def test_it_opens_after_failures_in_a_row(circuit):
    fail(circuit, 2)
    assert circuit.lets_through()

    fail(circuit, 1)

    assert circuit.state == "open"
    assert not circuit.lets_through()


def test_a_success_in_between_counts_from_nothing(circuit):
    fail(circuit, 2)
    circuit.succeeded()
    fail(circuit, 2)

    assert circuit.state == "closed"


def test_after_a_while_one_tries_for_all(circuit):
    fail(circuit, 3)

    circuit.now += 6

    assert circuit.state == "half open"
    assert [circuit.lets_through() for _ in range(3)] == [True, False, False]


def test_it_closes_when_that_one_succeeds(circuit):
    fail(circuit, 3)
    circuit.now += 6
    circuit.lets_through()

    circuit.succeeded()

    assert (circuit.state, circuit.lets_through()) == ("closed", True)


def test_it_opens_again_when_that_one_fails(circuit):
    fail(circuit, 3)
    circuit.now += 6
    circuit.lets_through()

    circuit.failed()

    assert (circuit.state, circuit.lets_through()) == ("open", False)
    assert circuit.seconds_to_wait() == 5
