"""Constraints that models of several apps have."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual


def at_most(length: int, field: str, name: str) -> models.CheckConstraint:
    """No longer than this: PostgreSQL holds `max_length` itself, SQLite does not."""
    return models.CheckConstraint(condition=Q(LessThanOrEqual(Length(field), length)), name=name)
