"""The admin's view of kept answers, and what every admin list shares."""

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest

from backend_practice.http.models import IdempotencyRecord

MOST_COUNTED = 10_000


class BoundedPaginator(Paginator):
    """Counts to ten thousand and no further: a large table is never counted for a list."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len(rows.order_by().values_list("pk", flat=True)[:MOST_COUNTED])


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(admin.ModelAdmin):
    """To look at and to delete; an answer is not for editing."""

    list_display = ("key", "user", "status", "claimed_until", "created_at")
    list_select_related = ("user",)
    search_fields = ("key", "user__email")
    readonly_fields = ("user", "key", "fingerprint", "claimed_until", "status", "created_at")
    exclude = ("body", "headers")
    paginator = BoundedPaginator
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
