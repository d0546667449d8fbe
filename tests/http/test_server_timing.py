"""Where the time went, in a header."""

import re

import pytest

FORM = re.compile(r'total;dur=(\d+\.\d), db;dur=(\d+\.\d);desc="(\d+) queries"')


@pytest.mark.django_db
def test_the_header_tells_total_and_database_time(web):
    response = web.get("/api/v1/asks/")

    total, database, queries = FORM.fullmatch(response["Server-Timing"]).groups()
    assert float(total) >= float(database)
    assert queries == "3"


def test_an_error_has_it_too(web):
    response = web.get("/api/v1/raise/crash/")

    assert FORM.fullmatch(response["Server-Timing"])
