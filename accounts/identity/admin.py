"""Sessions in the admin: seen, and ended."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.identity.models import AccountDeletion, Session
from accounts.identity.sessions import end_sessions
from backend_practice.http.admin import BoundedPaginator


@admin.register(Session)
class SessionAdmin(admin.ModelAdmin):
    """Who is logged in where, the newest first."""

    list_display = ("user", "device", "address", "last_used_at", "ended_at", "end_reason")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name", "device")
    actions = ("end",)
    paginator = BoundedPaginator
    show_full_result_count = False

    @admin.action(description="End the chosen sessions", permissions=["delete"])
    def end(self, request: HttpRequest, queryset: Any) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        ended = end_sessions(session_ids=ids, reason="ended by staff")
        self.message_user(request, f"{ended} ended.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccountDeletion)
class AccountDeletionAdmin(admin.ModelAdmin):
    """How far deletions are, the newest first."""

    list_display = ("user_id", "asked_at", "finished_at", "waiting_for")
    list_filter = (("finished_at", admin.EmptyFieldListFilter),)
    search_fields = ("user_id",)
    ordering = ("-asked_at",)
    paginator = BoundedPaginator
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
