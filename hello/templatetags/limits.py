"""The limits that the pages tell of, as this site has them set."""

from django import template
from django.conf import settings

register = template.Library()

TOLD = frozenset({"MAX_UPLOAD_BYTES", "UPLOAD_QUOTA_BYTES", "JOB_LEASE_SECONDS"})


@register.simple_tag
def limit(name: str) -> int:
    """The limit's value; of `TOLD` alone, so that no template shows a secret."""
    if name not in TOLD:
        raise template.TemplateSyntaxError(f"{name} is not told.")
    value: int = getattr(settings, name)
    return value
