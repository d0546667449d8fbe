"""What the API takes the import takes, and nothing else."""

import pytest

from books.catalogue.report import Unusable
from books.catalogue.values import Values
from books.serializers import BookSerializer

TEXTS = [
    "Emma",
    " Emma ",
    "E" * 300,
    "E" * 301,
    " " + "E" * 300,
    "Zoe\u0308",
    "\u00a0Emma\u00a0Woodhouse",
    "\u200bEmma",
    "Emma\x00",
    "\x85Emma\x9f",
    "\ud800",
    "\ufb2c" * 100,
    "\U0001f4da",
]


def judged_by_the_api(**members):
    """The one member's value, or the code of what is wrong with it."""
    (name,) = members
    serializer = BookSerializer(data={"title": "Emma", "authors": ["Jane Austen"], **members})
    return serializer.validated_data[name] if serializer.is_valid() else code_of(serializer, name)


def code_of(serializer, name):
    error = serializer.errors[name]
    while not hasattr(error, "code"):
        error = next(iter(error.values() if isinstance(error, dict) else error))
    return error.code


def judged_by_the_import(read, cell):
    try:
        return read(cell)
    except Unusable as error:
        return error.code


@pytest.mark.parametrize("text", TEXTS)
def test_a_title_is_judged_as_the_api_judges_it(text):
    assert judged_by_the_import(Values().title, text) == judged_by_the_api(title=text)


@pytest.mark.parametrize("text", [*TEXTS, "A" * 200, "A" * 201])
def test_a_name_is_judged_as_the_api_judges_it(text):
    assert judged_by_the_import(Values().authors, [text]) == judged_by_the_api(authors=[text])


@pytest.mark.parametrize("text", [*TEXTS, "First line.\r\n\tSecond line.", "E" * 10_001])
def test_a_description_is_judged_as_the_api_judges_it(text):
    assert judged_by_the_import(Values().description, text) == judged_by_the_api(description=text)
