"""Logging out, and /api/v1/auth/sessions/: where one is logged in."""

import pytest

from accounts.identity.models import Session

pytestmark = pytest.mark.django_db


def test_after_logging_out_neither_token_works(auth, log_in, alice):
    device = log_in(alice)

    answer = auth("logout/", {"refresh": device.refresh})

    assert answer.status_code == 204
    assert auth("refresh/", {"refresh": device.refresh}).status_code == 401
    assert device.get("me/").status_code == 401


def test_a_token_that_was_used_logs_out_as_well(auth, log_in, alice):
    device = log_in(alice)
    auth("refresh/", {"refresh": device.refresh})

    auth("logout/", {"refresh": device.refresh})

    assert device.get("me/").status_code == 401


def test_logging_out_twice_is_no_error(auth, log_in, alice):
    device = log_in(alice)

    statuses = [auth("logout/", {"refresh": device.refresh}).status_code for _ in range(2)]

    assert statuses == [204, 204]


def test_a_strangers_text_logs_nobody_out(auth, log_in, alice):
    device = log_in(alice)

    answer = auth("logout/", {"refresh": device.refresh[:-1] + "g"})

    assert answer.status_code == 401
    assert device.get("me/").status_code == 200


def test_each_session_shows_its_device_and_which_one_is_at_hand(log_in, alice):
    log_in(alice, HTTP_USER_AGENT="Firefox\x1b[31m", REMOTE_ADDR="192.0.2.7")
    here = log_in(alice, HTTP_USER_AGENT="curl/8")

    here_row, other_row = here.get("sessions/").json()["results"]

    assert (here_row["device"], here_row["current"]) == ("curl/8", True)
    assert (other_row["device"], other_row["current"]) == ("Firefox[31m", False)
    assert other_row["address"] == "192.0.2.7"


def test_a_stranger_sees_and_ends_no_session_of_mine(log_in, alice, charlie):
    mine, theirs = log_in(alice), log_in(charlie)
    session_id = mine.get("sessions/").json()["results"][0]["id"]

    assert len(theirs.get("sessions/").json()["results"]) == 1
    assert theirs.delete(f"sessions/{session_id}/").status_code == 404
    assert mine.get("me/").status_code == 200


def test_one_session_can_be_ended_from_another(log_in, alice):
    lost, here = log_in(alice), log_in(alice)
    lost_id = lost.get("sessions/").json()["results"][-1]["id"]

    assert here.delete(f"sessions/{lost_id}/").status_code == 204
    assert lost.get("me/").status_code == 401
    assert len(here.get("sessions/").json()["results"]) == 1


def test_all_the_others_can_be_ended_at_once(log_in, alice, bob):
    others, here, bobs = [log_in(alice) for _ in range(3)], log_in(alice), log_in(bob)

    assert here.delete("sessions/").status_code == 204
    assert {device.get("me/").status_code for device in others} == {401}
    assert here.get("me/").status_code == 200
    assert bobs.get("me/").status_code == 200


def test_an_ended_session_is_no_longer_there_to_be_ended(log_in, alice):
    here = log_in(alice)
    gone = Session.objects.exclude(pk=None).first().pk
    Session.objects.update(end_reason="")

    assert here.delete(f"sessions/{gone}/").status_code == 204
    assert log_in(alice).delete(f"sessions/{gone}/").status_code == 404


def test_a_list_of_sessions_takes_the_same_queries_for_two_and_for_thirty(
    log_in, alice, django_assert_num_queries
):
    here = log_in(alice)
    for _ in range(30):
        log_in(alice)

    with django_assert_num_queries(2):  # the session that asks, and the page
        here.get("sessions/")


def test_staff_can_end_sessions_in_the_admin(log_in, alice, admin, client_of):
    device = log_in(alice)
    form = {"action": "end", "_selected_action": [str(Session.objects.get().pk)]}

    answer = client_of(admin).post("/admin/identity/session/", form, format="multipart")

    assert answer.status_code == 302
    assert device.get("me/").status_code == 401


def test_disabling_a_user_in_the_admin_ends_access_at_once(log_in, alice):
    device = log_in(alice)

    alice.is_active = False
    alice.save()

    assert device.get("me/").status_code == 401
