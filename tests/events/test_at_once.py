"""Many threads and processes deliver at once: nothing is lost, doubled or overtaken."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from events import deliverer
from events.models import Delivery, OutboxEvent
from events.outbox import publish
from tests.environment import ROOT, pristine_environment
from tests.events.conftest import HAPPENED
from tests.processes import manage, own_database

SUBJECTS, EVENTS = 5, 60
TELL = f"""
from django.db import transaction
from events.outbox import publish
for number in range({EVENTS}):
    with transaction.atomic():
        publish("{HAPPENED}", {{"number": number}}, subject=str(number % {SUBJECTS}))
"""
HEARD = """
from events.models import OutboxEvent
for row in OutboxEvent.objects.filter(type="tests.thing.heard").order_by("pk"):
    print(row.subject, row.data["number"])
"""


def of_subject(heard, subject):
    return [number for each, number in heard if each == str(subject)]


def in_order(subject):
    return list(range(subject, EVENTS, SUBJECTS))


@pytest.mark.django_db(transaction=True)
def test_threads_that_tell_and_deliver_at_once(on):
    heard, lock, told = [], threading.Lock(), threading.Event()

    @on(HAPPENED)
    def listen(event):
        publish("tests.thing.heard", event.data, subject=event.subject)
        with lock:
            heard.append((event.subject, event.data["number"]))

    def tell(subject):
        try:
            for number in in_order(subject):
                with transaction.atomic():
                    publish(HAPPENED, {"number": number}, subject=str(subject))
        finally:
            connection.close()

    def deliver(_):
        try:
            while not told.is_set() or OutboxEvent.objects.filter(sent_at=None).exists():
                deliverer.deliver_all()
            while Delivery.objects.waiting().exists():
                deliverer.deliver_all()
        finally:
            connection.close()

    with ThreadPoolExecutor(SUBJECTS) as tellers, ThreadPoolExecutor(4) as deliverers:
        delivered = [deliverers.submit(deliver, each) for each in range(4)]
        list(tellers.map(tell, range(SUBJECTS)))
        told.set()
        for each in delivered:
            each.result(timeout=180)

    assert len(heard) == EVENTS
    for subject in range(SUBJECTS):
        assert of_subject(heard, subject) == in_order(subject)
    assert OutboxEvent.objects.filter(type="tests.thing.heard").count() == EVENTS


@pytest.mark.django_db
def test_processes_that_deliver_at_once(tmp_path):
    with own_database(tmp_path) as url:
        variables = {"DATABASE_URL": url, "DATA_DIR": str(tmp_path)}
        manage("migrate", "-v", "0", **variables)
        manage("shell", "-v", "0", "-c", TELL, **variables)
        environment = pristine_environment(
            DJANGO_SETTINGS_MODULE="backend_practice.settings", **variables
        )
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.events.hearing", "deliver"],
                cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
            )
            for _ in range(3)
        ]  # fmt: skip
        errors = [process.communicate(timeout=180)[1] for process in processes]
        lines = manage("shell", "-v", "0", "-c", HEARD, **variables).splitlines()

    assert [process.returncode for process in processes] == [0, 0, 0], errors
    heard = [(line.split()[0], int(line.split()[1])) for line in lines]
    assert len(heard) == EVENTS
    for subject in range(SUBJECTS):
        assert of_subject(heard, subject) == in_order(subject)
