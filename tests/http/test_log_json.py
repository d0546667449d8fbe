"""Log lines for machines."""

import json
import logging
import re

from django.test import RequestFactory

from backend_practice.http.context import request_id
from backend_practice.http.logs import JsonFormatter, RequestIdFilter


def logged(json_log):
    (line,) = json_log()
    return line


def test_a_record_is_an_object_with_time_level_logger_message_and_request_id(json_log):
    with request_id("request-1"):
        logging.getLogger("shop").warning("Sold %s", "out")

    line = logged(json_log)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {
        "level": "WARNING",
        "logger": "shop",
        "message": "Sold out",
        "request_id": "request-1",
    }


def test_fields_of_the_record_are_members(json_log):
    logging.getLogger("shop").info("Sold", extra={"book": 7, "prices": [1, 2]})

    line = logged(json_log)
    assert (line["book"], line["prices"]) == (7, [1, 2])


def test_a_record_stays_one_line(json_log):
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        logging.getLogger("shop").exception("Broken\ninto pieces")

    line = logged(json_log)
    assert line["message"] == "Broken\ninto pieces"
    assert "ValueError: first\nsecond" in line["exc_info"]


def test_a_request_on_a_record_is_not_written_out(json_log):
    request = RequestFactory().get("/reset/?code=swordfish")

    logging.getLogger("shop").error("Broken", extra={"request": request, "status_code": 500})

    assert "swordfish" not in json.dumps(logged(json_log))


def test_a_record_outside_of_a_request_takes_the_id_of_the_one_it_names():
    request = RequestFactory().get("/")
    request.request_id = "request-2"
    record = logging.makeLogRecord({"msg": "Late", "request": request})

    RequestIdFilter().filter(record)

    assert json.loads(JsonFormatter().format(record))["request_id"] == "request-2"
