"""Rows of one app refer to rows of another by nothing but the user who owns them.

The import contract cannot see a relation that is given as a string.
"""

from django.apps import apps
from django.conf import settings

from backend_practice.registry import SERVICES

OURS = {app for service in SERVICES.values() for app in service.installed} | {"http"}


def relations_across_apps() -> list[str]:
    user = apps.get_model(settings.AUTH_USER_MODEL)
    return [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is not user
        if {model._meta.app_label, field.related_model._meta.app_label} <= OURS
        if model._meta.app_label != field.related_model._meta.app_label
    ]


def test_no_relation_crosses_our_apps_but_to_the_user():
    assert relations_across_apps() == []
