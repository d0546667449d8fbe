"""No password, token, code or address of a person stands in any log line."""

import logging

import pytest
from django.core import mail as outbox

from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_whole_life_with_the_site_leaves_no_secret_in_its_log(
    auth, log_in, alice, caplog, after_commit, mail_at_once
):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    device = log_in(alice)
    auth("login/", {"email": alice.email, "password": "a wrong password"})
    pair = auth("refresh/", {"refresh": device.refresh}).json()
    ticket = device.post("ticket/").json()["ticket"]
    with after_commit():
        auth("password/reset/", {"email": alice.email})
    code = outbox.outbox[-1].body.split("#")[1].split()[0]
    auth("password/reset/confirm/", {"code": code, "new_password": "another good one"})
    auth("logout/", {"refresh": pair["refresh"]})

    said = caplog.text + " ".join(str(vars(record)) for record in caplog.records)

    assert "/api/v1/auth/login/" in said
    for secret in (PASSWORD, "a wrong password", device.access, device.refresh, pair["access"],
                   pair["refresh"], ticket, code, "another good one"):  # fmt: skip
        assert secret not in said
