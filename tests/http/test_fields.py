"""Fields take JSON's own types and no others."""

import pytest
from rest_framework.exceptions import ValidationError

from backend_practice.http.fields import NumberField, TextField


def refusal(field, value):
    with pytest.raises(ValidationError) as caught:
        field.run_validation(value)
    (detail,) = caught.value.get_full_details()
    return detail["code"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Dune", "Dune"),
        ("  Dune\n", "Dune"),
        ("e\u0301", "é"),
        ("日本 😀", "日本 😀"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_text_is_kept_trimmed_and_normalised(given, kept):
    assert TextField().run_validation(given) == kept


@pytest.mark.parametrize("value", [5, 1.5, True, [], {}, ["Dune"]])
def test_what_is_no_string_is_no_text(value):
    assert refusal(TextField(), value) == "invalid"


def test_null_is_no_text():
    assert refusal(TextField(), None) == "null"


@pytest.mark.parametrize("value", ["", "   ", "\n\t"])
def test_blank_is_no_text(value):
    assert refusal(TextField(), value) == "blank"


@pytest.mark.parametrize("control", ["\x01", "\x1b", "\x7f", "\x85", "\x9f", "\n", "\t", "\r"])
def test_a_line_of_text_has_no_control_characters(control):
    assert refusal(TextField(), f"a{control}b") == "control_characters"


@pytest.mark.parametrize("control", ["\x00", "\ud800"])
def test_what_no_database_takes_is_refused(control):
    assert refusal(TextField(multiline=True), f"a{control}b")


def test_several_lines_have_breaks_and_tabs_and_nothing_else():
    field = TextField(multiline=True)

    assert field.run_validation("a\r\n\tb") == "a\r\n\tb"
    assert refusal(field, "a\x0bb") == "control_characters"


def test_the_length_is_that_of_the_normal_form():
    assert TextField(max_length=2).run_validation("e\u0301e\u0301") == "éé"
    assert refusal(TextField(max_length=1), "éé") == "max_length"


@pytest.mark.parametrize(
    ("given", "kept"), [(3, 3), (0, 0), (-4, -4), (3.0, 3), (-0.0, 0), (1e15, 10**15)]
)
def test_a_whole_number_is_one_however_it_is_written(given, kept):
    value = NumberField().run_validation(given)

    assert (value, type(value)) == (kept, int)


@pytest.mark.parametrize("value", ["3", "", True, False, 3.5, float("inf"), float("nan"), [], {}])
def test_what_is_no_whole_number_is_refused(value):
    assert refusal(NumberField(), value) == "invalid"


def test_bounds_hold_for_numbers_beyond_any_column():
    assert refusal(NumberField(max_value=5), 1e300) == "max_value"
    assert refusal(NumberField(min_value=-5), -1e300) == "min_value"
