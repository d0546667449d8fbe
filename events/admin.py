"""What was told and who has heard it; dead letters can be given another try."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from backend_practice.http.admin import BoundedPaginator
from events import waking
from events.envelope import UnreadableEvent
from events.inbox import replay
from events.models import Delivery, OutboxEvent


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that nobody writes by hand."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ("type", "subject", "time", "sent_at", "request_id")
    search_fields = ("subject", "request_id")
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("type", "subject", "handler", "state", "attempts", "received_at", "error")
    list_filter = ("state",)
    search_fields = ("subject", "event_id")
    ordering = ("-id",)
    actions = ("replay_dead_letters",)

    @admin.action(description="Replay dead letters", permissions=["replay"])
    def replay_dead_letters(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        replayed = 0
        for delivery in deliveries.filter(state=Delivery.DEAD):
            try:
                replay(delivery)
                replayed += 1
            except UnreadableEvent as error:
                self.message_user(request, f"{delivery}: {error}", messages.ERROR)
        waking.wake()
        self.message_user(request, f"{replayed} dead letters are given another try.")

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Those who could change a delivery if anybody could."""
        return request.user.has_perm("events.change_delivery")
