"""Each entry of `errors` points to its field."""

import pytest
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend_practice.http.problems import field_errors

WRONG = ErrorDetail("Wrong.", code="wrong")


def pointers(detail):
    return [error["pointer"] for error in field_errors(ValidationError(detail).get_full_details())]


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"title": [WRONG]}, ["/title"]),
        ({"title": [WRONG, WRONG]}, ["/title", "/title"]),
        ({"authors": {0: [WRONG], 2: [WRONG]}}, ["/authors/0", "/authors/2"]),
        ({"lines": [{}, {"price": [WRONG]}]}, ["/lines/1/price"]),
        ({"non_field_errors": [WRONG]}, [""]),
        ({"part": {"non_field_errors": [WRONG]}}, ["/part"]),
        ({"a/b~c": [WRONG]}, ["/a~1b~0c"]),
        ({"message": [WRONG], "code": [WRONG]}, ["/message", "/code"]),
        ([WRONG], [""]),
        (WRONG, [""]),
    ],
)
def test_a_pointer_leads_to_the_field_at_fault(detail, expected):
    assert pointers(detail) == expected


def test_an_entry_names_the_rule_for_programs_and_for_people():
    details = ValidationError({"title": [WRONG]}).get_full_details()

    assert list(field_errors(details)) == [
        {"pointer": "/title", "code": "wrong", "detail": "Wrong."}
    ]


def test_the_detail_of_a_problem_sums_its_errors_up(web_of, problem, alice):
    response = web_of(alice).post("/api/v1/groups/", {"nmae": "x"}, "application/json")

    assert problem(response)["detail"] == (
        "name: This field is required. nmae: There is no such member."
    )
