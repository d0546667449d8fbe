"""The limits that the pages tell of."""

import pytest
from django.template import Context, Template, TemplateSyntaxError

pytestmark = pytest.mark.once


def rendered(name):
    return Template(f'{{% load limits %}}{{% limit "{name}" %}}').render(Context())


def test_a_limit_is_told_as_it_is_set(settings):
    settings.MAX_UPLOAD_BYTES = 2048

    assert rendered("MAX_UPLOAD_BYTES") == "2048"


def test_no_other_setting_is_told():
    with pytest.raises(TemplateSyntaxError):
        rendered("SECRET_KEY")
