"""`GET /jobs/kinds/`, and how a function becomes a kind."""

import pytest
from jsonschema import Draft202012Validator

from jobs import kinds
from tests.jobs.api import KINDS


def test_every_kind_is_told_with_what_it_takes(client_of, alice, kind):
    kind(title="Does nothing", params={"type": "object"}, requestable=False, attempts=2)

    page = client_of(alice).get(KINDS).json()

    told = {each["name"]: each for each in page["results"]}
    assert told["tests.kind"] == {
        "name": "tests.kind", "title": "Does nothing", "requestable": False,
        "attempts": 2, "time_limit": 600, "params": {"type": "object"},
    }  # fmt: skip
    assert "jobs.sleep" in told


def test_they_are_told_to_everybody(anonymous, db):
    assert anonymous.get(KINDS).status_code == 200


@pytest.mark.parametrize("name", [each.name for each in kinds.all_kinds()])
def test_what_a_kind_takes_is_a_valid_json_schema(name):
    schema = kinds.kind_named(name).params

    Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object"


def test_every_kind_says_what_it_does():
    assert all(each.title for each in kinds.all_kinds())


def test_two_kinds_of_one_name_are_a_mistake(kind):
    kind()

    with pytest.raises(ValueError, match=r"tests\.kind"):
        kind()


def test_a_kind_is_called_what_its_docstring_says_first(kind):
    def work(context, params):
        """Counts the books.

        One by one.
        """

    kind(work)

    assert kinds.kind_named("tests.kind").title == "Counts the books."
