"""A member that the serializer does not know is an error; what GET gives can be PUT back."""

import pytest
from rest_framework import serializers

from backend_practice.http.fields import StrictSerializer, TextField


class Note(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    title = TextField(max_length=5)


def errors_of(data, **options):
    serializer = Note(data=data, **options)
    assert not serializer.is_valid()
    return {
        name: [detail.code for detail in details] for name, details in serializer.errors.items()
    }


def test_known_members_are_taken():
    serializer = Note(data={"title": "Dune"})

    assert serializer.is_valid()
    assert serializer.validated_data == {"title": "Dune"}


def test_read_only_members_are_ignored():
    serializer = Note(data={"id": 7, "title": "Dune"})

    assert serializer.is_valid()
    assert serializer.validated_data == {"title": "Dune"}


def test_unknown_members_are_named_each():
    errors = errors_of({"title": "Dune", "titel": 1, "": 2})

    assert errors == {"titel": ["unknown"], "": ["unknown"]}


def test_what_else_is_wrong_is_told_as_well():
    errors = errors_of({"title": "too long", "titel": 1})

    assert errors == {"title": ["max_length"], "titel": ["unknown"]}


def test_a_part_of_it_is_as_strict():
    assert errors_of({"titel": 1}, partial=True) == {"titel": ["unknown"]}


@pytest.mark.parametrize("data", [[], ["title"], "title", 5, True])
def test_what_is_no_object_is_invalid(data):
    assert errors_of(data) == {"non_field_errors": ["invalid"]}
