"""A dead letter can be given all its attempts anew, from the terminal or the admin."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events import deliverer, inbox
from events.envelope import Event, UnreadableEvent
from events.models import Delivery
from tests.events.conftest import HAPPENED
from tests.events.test_cloudevents import ATTRIBUTES, EVENT

pytestmark = pytest.mark.django_db
DELIVERIES = "/admin/events/delivery/"


@pytest.fixture
def broken(on, settings):
    """A handler that fails while `broken["is"]`; each failure is final."""
    settings.EVENT_ATTEMPTS = 1
    state = {"is": True, "handled": []}

    @on(HAPPENED)
    def listen(event):
        if state["is"]:
            raise RuntimeError("a mistake in the code")
        state["handled"].append(event.data)

    return state


@pytest.fixture
def dead_letters(broken, tell):
    """Three of them, whose handler has been mended since."""
    for number in range(3):
        tell(subject=str(number), number=number)
    deliverer.deliver_all()
    broken["is"] = False
    return list(Delivery.objects.dead().order_by("pk"))


@pytest.fixture
def events(capsys):
    """Runs `manage.py events …`: what it prints."""

    def run(*arguments):
        call_command("events", *arguments)
        printed = capsys.readouterr()
        return printed.out + printed.err

    return run


# ---- The inbox ----------------------------------------------------------------


def test_after_the_mend_a_dead_letter_is_handled(broken, dead_letters):
    inbox.replay(dead_letters[1])
    deliverer.deliver_all()

    assert broken["handled"] == [{"number": 1}]
    assert Delivery.objects.dead().count() == 2


def test_a_replayed_one_has_all_its_attempts_anew(settings, broken, dead_letters, later):
    settings.EVENT_ATTEMPTS = 2
    broken["is"] = True

    inbox.replay(dead_letters[0])
    deliverer.deliver_all()
    delivery = Delivery.objects.get(pk=dead_letters[0].pk)
    assert (delivery.state, delivery.attempts) == (Delivery.WAITING, 1)

    later()
    deliverer.deliver_all()
    assert Delivery.objects.dead().count() == 3


def test_replaying_twice_handles_once(broken, dead_letters):
    for _ in range(2):
        inbox.replay(dead_letters[0])
        deliverer.deliver_all()

    assert broken["handled"] == [{"number": 0}]


def test_what_nobody_could_read_stays_dead(broken):
    inbox.bury({"unreadable": "nonsense"}, key=uuid4(), reason="This is no JSON.")

    with pytest.raises(UnreadableEvent, match="no CloudEvent"):
        inbox.replay(Delivery.objects.get())

    assert Delivery.objects.dead().count() == 1


def test_what_can_be_read_after_all_goes_to_its_handlers(broken):
    broken["is"] = False
    inbox.bury({**ATTRIBUTES, "type": HAPPENED}, key=uuid4(), reason="The broker gave it up.")

    inbox.replay(Delivery.objects.get())
    deliverer.deliver_all()

    assert broken["handled"] == [EVENT.data]
    assert not Delivery.objects.dead().exists()


# ---- In a terminal --------------------------------------------------------------


def test_without_dead_letters_the_list_says_so(events):
    assert events("list") == "No event is dead.\n"
    assert events("list", "--state", "waiting") == "No event is waiting.\n"


def test_the_list_has_a_line_for_each_dead_letter(events, dead_letters):
    lines = events("list").splitlines()

    assert len(lines) == 3
    assert [int(line.split()[0]) for line in lines] == [row.pk for row in dead_letters]
    assert all("RuntimeError: a mistake in the code" in line for line in lines)
    assert f"{HAPPENED} 0" in lines[0]


def test_the_list_shows_no_second_line_of_an_error(events, dead_letters):
    Delivery.objects.update(error="first line\nsecond line")

    assert "second line" not in events("list")


def test_a_long_list_says_that_there_is_more(events, dead_letters):
    lines = events("list", "--limit", "2").splitlines()

    assert len(lines) == 3
    assert lines[-1] == "… and more: --limit 20 shows them."


def test_one_is_shown_whole(events, dead_letters):
    shown = events("show", str(dead_letters[2].pk))

    assert "dead after 1 attempts" in shown
    assert "RuntimeError: a mistake in the code" in shown
    assert '"number": 2' in shown
    assert '"specversion": "1.0"' in shown


def test_one_with_a_number_beyond_64_bits_is_shown_too(events):
    inbox.bury({"unreadable": 2**70}, key=uuid4(), reason="odd")

    assert str(2**70) in events("show", str(Delivery.objects.get().pk))


def test_named_ones_are_replayed(events, broken, dead_letters):
    printed = events("replay", str(dead_letters[0].pk), str(dead_letters[2].pk))

    assert printed == "2 of 2 handled.\n"
    assert broken["handled"] == [{"number": 0}, {"number": 2}]


def test_one_that_is_named_twice_counts_once(events, broken, dead_letters):
    key = str(dead_letters[0].pk)

    assert events("replay", key, key) == "1 of 1 handled.\n"


def test_all_are_replayed(events, broken, dead_letters):
    assert events("replay", "--all") == "3 of 3 handled.\n"
    assert len(broken["handled"]) == 3


def test_without_dead_letters_all_are_none(events):
    assert events("replay", "--all") == "0 of 0 handled.\n"


def test_what_fails_again_is_not_counted_as_handled(events, broken, dead_letters):
    broken["is"] = True

    assert events("replay", "--all") == "0 of 3 handled.\n"


def test_an_unreadable_one_stays_dead_and_the_others_go_on(events, broken, dead_letters):
    inbox.bury({"unreadable": "nonsense"}, key=uuid4(), reason="This is no JSON.")
    odd = Delivery.objects.get(handler="")

    printed = events("replay", "--all")

    assert f"{odd.pk} stays dead: This is no CloudEvent of version 1.0." in printed
    assert "3 of 4 handled." in printed


def test_one_that_the_broker_gave_up_counts_when_its_handlers_have_heard_it(events, broken):
    inbox.bury({**ATTRIBUTES, "type": HAPPENED}, key=uuid4(), reason="The broker gave it up.")
    assert events("replay", "--all") == "0 of 1 handled.\n"

    broken["is"] = False
    assert events("replay", "--all") == "1 of 1 handled.\n"


@pytest.mark.parametrize("arguments", [("replay",), ("replay", "1", "--all")])
def test_either_ids_or_all(events, arguments):
    with pytest.raises(CommandError, match="Name the ids of dead letters, or --all"):
        events(*arguments)


@pytest.mark.parametrize("key", ["0", "-1", "4711", "9" * 30])
@pytest.mark.parametrize("verb", ["show", "replay"])
def test_an_id_that_is_none_is_said(events, verb, key):
    with pytest.raises(CommandError, match=f"There is no delivery {key}"):
        events(verb, "--", key)


def test_what_is_not_dead_is_not_replayed(events, heard, tell):
    tell()
    deliverer.deliver_all()
    key = Delivery.objects.get().pk

    with pytest.raises(CommandError, match=rf"Not dead: {key}\."):
        events("replay", str(key))
    assert len(heard) == 1


def test_nothing_is_replayed_when_one_of_the_ids_is_wrong(events, broken, dead_letters):
    with pytest.raises(CommandError, match="no delivery 4711"):
        events("replay", str(dead_letters[0].pk), "4711")

    assert broken["handled"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("fly",), ("show",), ("show", "one"), ("replay", "one"), ("list", "--limit", "-1"),
        ("list", "--limit", "0"), ("list", "--limit", "many"), ("list", "--state", "handled"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_explained(events, arguments):
    with pytest.raises(CommandError, match=r"(?i)error|required|invalid"):
        events(*arguments)


# ---- In the admin ------------------------------------------------------------------


@pytest.fixture
def replay_in_admin():
    """Chooses rows in the admin's list, and the action to replay them."""

    def post(client, rows):
        form = {"action": "replay_dead_letters", "_selected_action": [row.pk for row in rows]}
        return client.post(DELIVERIES, form, format="multipart", follow=True)

    return post


def staff(user, *codenames):
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def test_the_admin_replays_those_that_are_chosen(
    client_of, admin, broken, dead_letters, replay_in_admin
):
    answer = replay_in_admin(client_of(admin), dead_letters[:2])
    deliverer.deliver_all()

    assert "2 dead letters are given another try." in answer.text
    assert broken["handled"] == [{"number": 0}, {"number": 1}]


def test_the_admin_says_what_stays_dead(client_of, admin, replay_in_admin):
    inbox.bury({"unreadable": "nonsense"}, key=uuid4(), reason="This is no JSON.")

    answer = replay_in_admin(client_of(admin), Delivery.objects.all())

    assert "This is no CloudEvent of version 1.0." in answer.text
    assert "0 dead letters are given another try." in answer.text


def test_the_admin_leaves_alone_what_is_not_dead(client_of, admin, heard, tell, replay_in_admin):
    tell()
    deliverer.deliver_all()

    answer = replay_in_admin(client_of(admin), Delivery.objects.all())
    deliverer.deliver_all()

    assert "0 dead letters" in answer.text
    assert len(heard) == 1


def test_who_may_only_look_is_offered_no_replay(
    client_of, bob, broken, dead_letters, replay_in_admin
):
    client = client_of(staff(bob, "view_delivery"))

    page = client.get(DELIVERIES)
    replay_in_admin(client, dead_letters)

    assert page.status_code == 200
    assert "replay_dead_letters" not in page.text
    assert Delivery.objects.dead().count() == 3


def test_who_may_change_deliveries_may_replay_them(
    client_of, bob, broken, dead_letters, replay_in_admin
):
    client = client_of(staff(bob, "view_delivery", "change_delivery"))

    replay_in_admin(client, dead_letters)

    assert not Delivery.objects.dead().exists()


@pytest.mark.parametrize("path", ["delivery", "outboxevent"])
def test_strangers_see_nothing(client_of, charlie, path):
    assert client_of(charlie).get(f"/admin/events/{path}/").status_code == 302
    assert client_of(staff(charlie)).get(f"/admin/events/{path}/").status_code == 403


@pytest.mark.parametrize("model", ["delivery", "outboxevent"])
def test_nobody_writes_a_row_by_hand(client_of, admin, dead_letters, model):
    client = client_of(admin)
    key = dead_letters[0].pk if model == "delivery" else 1

    assert client.get(reverse(f"admin:events_{model}_add")).status_code == 403
    assert client.post(reverse(f"admin:events_{model}_delete", args=[key])).status_code in (
        302,
        403,
    )
    assert Delivery.objects.count() == 3


def test_one_is_shown_with_all_that_is_known(client_of, admin, dead_letters):
    page = client_of(admin).get(reverse("admin:events_delivery_change", args=[dead_letters[0].pk]))

    assert "a mistake in the code" in page.text
    assert "specversion" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [("state=dead", 3), ("state=handled", 0), ("q=second", 1), ("q=nobody", 0), ("q=%00", 3)],
)
def test_the_list_is_filtered_and_searched(client_of, admin, dead_letters, query, found):
    Delivery.objects.filter(subject="2").update(subject="the second")
    page = client_of(admin).get(f"{DELIVERIES}?{query}", follow=True)

    assert page.status_code == 200
    assert page.text.count('name="_selected_action"') == found


def test_an_event_is_found_by_its_id(client_of, admin, dead_letters):
    page = client_of(admin).get(DELIVERIES, {"q": str(dead_letters[0].event_id)})

    assert page.text.count('name="_selected_action"') == 1


@pytest.mark.parametrize("path", ["delivery", "outboxevent"])
def test_the_lists_queries_do_not_grow_with_its_rows(
    client_of, admin, heard, tell, path, queries_of
):
    client = client_of(admin)
    tell()
    deliverer.deliver_all()
    few = queries_of(lambda: client.get(f"/admin/events/{path}/"))
    for number in range(30):
        tell(subject=str(number))
    deliverer.deliver_all()

    many = queries_of(lambda: client.get(f"/admin/events/{path}/"))

    assert many == few


@pytest.fixture
def queries_of():
    """How many queries a call needs."""

    def count(call):
        with CaptureQueriesContext(connection) as queries:
            assert call().status_code == 200
        return len(queries)

    return count


def test_an_event_is_named_by_what_happened_to_whom():
    event = Event(EVENT.id, HAPPENED, "7", EVENT.time)
    row = Delivery(event_id=event.id, type=event.type, subject=event.subject)

    assert str(row) == f"{HAPPENED} of 7 for nobody"
