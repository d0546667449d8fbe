"""POST /api/v1/auth/ticket/: what a browser opens a WebSocket with."""

import pytest
from django.utils import timezone

from accounts.identity.models import Ticket
from accounts.identity.selectors import cookie_sessions
from accounts.identity.tickets import redeem_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(log_in, alice):
    return log_in(alice).post("ticket/").json()["ticket"]


def test_a_ticket_is_good_for_thirty_seconds(log_in, alice):
    answer = log_in(alice).post("ticket/")

    assert answer.json()["expires_in"] == 30


def test_a_ticket_names_its_user_once(ticket, alice):
    user, session, cookie = redeem_ticket(ticket)

    assert (user, session.user_id, cookie) == (alice, alice.pk, None)
    assert redeem_ticket(ticket) is None


def test_a_ticket_that_is_too_old_opens_nothing(ticket):
    Ticket.objects.update(expires_at=timezone.now())

    assert redeem_ticket(ticket) is None


def test_a_ticket_of_an_ended_session_opens_nothing(log_in, alice):
    device = log_in(alice)
    ticket = device.post("ticket/").json()["ticket"]

    device.delete(f"sessions/{device.get('sessions/').json()['results'][0]['id']}/")

    assert redeem_ticket(ticket) is None


def test_a_ticket_of_a_page_holds_as_long_as_its_login(client_of, alice):
    page = client_of(alice)
    cookie = page.session.session_key
    ticket = page.post("/api/v1/auth/ticket/").json()["ticket"]

    assert cookie_sessions({cookie, "other"}) == {(cookie, alice.pk)}
    assert redeem_ticket(ticket) == (alice, None, cookie)


def test_a_login_of_before_the_password_was_changed_is_none(client_of, alice):
    cookie = client_of(alice).session.session_key
    alice.set_password("another battery staple")
    alice.save()

    assert cookie_sessions({cookie}) == set()


def test_a_ticket_of_a_page_that_has_logged_out_opens_nothing(client_of, alice):
    page = client_of(alice)
    ticket = page.post("/api/v1/auth/ticket/").json()["ticket"]

    page.logout()

    assert redeem_ticket(ticket) is None


def test_no_ticket_is_stored(ticket):
    assert ticket not in str(list(Ticket.objects.values()))


def test_nobody_without_a_login_gets_one(anonymous):
    assert anonymous.post("/api/v1/auth/ticket/").status_code == 401


@pytest.mark.parametrize("text", ["", "x", "\x00", "é" * 1000])
def test_what_is_no_ticket_opens_nothing(text):
    assert redeem_ticket(text) is None
