"""Rooms and messages for whoever looks after the site."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from backend_practice.http.admin import BoundedPaginator
from chat import messages, services
from chat.live import pushing
from chat.models import Membership, Message, Room


class MembershipInline(admin.TabularInline):
    """Who is a member."""

    model = Membership
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):
    """Rooms, the newest first."""

    list_display = ("slug", "title", "private", "owner", "last_seq", "created_at")
    list_filter = ("private",)
    list_select_related = ("owner",)
    search_fields = ("slug", "title")
    readonly_fields = ("last_seq", "created_at")
    autocomplete_fields = ("owner",)
    inlines = (MembershipInline,)
    paginator = BoundedPaginator
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Room, form: Any, change: bool) -> None:
        """Only what was typed: messages that come meanwhile go on counting."""
        obj.version += 1
        obj.updated_at = timezone.now()
        if change:
            obj.save(update_fields=[*form.changed_data, "version", "updated_at"])
        else:
            super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for membership in formset.deleted_objects:
            ended = partial(pushing.remove, membership.room_id, membership.user_id)
            transaction.on_commit(ended, robust=True)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its messages go with the room, though nobody may delete them one by one."""
        objects, counts, _, protected = super().get_deleted_objects(objs, request)
        return objects, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Room) -> None:
        with transaction.atomic():
            services.remove_room(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        with transaction.atomic():
            for room in queryset:
                services.remove_room(room)


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """To look at and to take the text from; a row that went would leave a gap in its room."""

    list_display = ("room", "seq", "user", "excerpt", "sent_at", "deleted_at")
    list_select_related = ("room", "user")
    search_fields = ("text", "user__email", "room__slug")
    ordering = ("-id",)
    fields = readonly_fields = (
        *("room", "seq", "user", "text", "sent_at", "edited_at", "deleted_at", "client_id"),
    )
    actions = ("take_away",)
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50

    @admin.display(description="text")
    def excerpt(self, message: Message) -> str:
        return message.text[:80]

    @admin.action(description="Delete the text of selected messages", permissions=["moderate"])
    def take_away(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        for room_id, message_id in queryset.values_list("room_id", "pk"):
            recorded = messages.record(room_id, [messages.Delete(None, message_id)])
            pushing.tell_room(room_id, recorded.frames)
        self.message_user(request, "Their places are kept, and whoever is there sees it.")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Those who could change a message if anybody could."""
        return request.user.has_perm("chat.change_message")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
