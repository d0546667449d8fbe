"""Jobs for whoever looks after the site: where they stand, retry and cancel."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backend_practice.http.admin import BoundedPaginator
from backend_practice.http.problems import Problem
from jobs.elsewhere import kinds_everywhere
from jobs.models import Entry, Job
from jobs.services import cancel_job, retry_job


class KindFilter(admin.SimpleListFilter):
    """By the kinds that there are, without asking the table for those that occur."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.name, kind.name) for kind in kinds_everywhere()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class EntryInline(admin.TabularInline):
    """What was told of it, in order."""

    model = Entry
    fields = readonly_fields = ("number", "type", "at", "data")
    max_num = extra = 0
    can_delete = False


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """To look at, cancel and retry; a job is not for editing."""

    list_display = ("kind", "state", "bar", "message", "owner", "attempts", "created_at", "error")
    list_filter = ("state", KindFilter)
    list_select_related = ("owner",)
    search_fields = ("id", "owner__email", "request_id")
    ordering = ("-id",)
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    inlines = (EntryInline,)
    actions = ("cancel", "retry")

    @admin.display(description="progress", ordering="progress")
    def bar(self, job: Job) -> SafeString:
        return format_html('<progress max="1" value="{}">{}</progress>', job.progress, job.progress)

    @admin.action(description="Cancel selected jobs", permissions=["operate"])
    def cancel(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        self._each(request, jobs, cancel_job, "cancelled, or will be where they can stop")

    @admin.action(description="Retry selected jobs", permissions=["operate"])
    def retry(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        self._each(request, jobs, retry_job, "back in line")

    def _each(self, request: HttpRequest, jobs: QuerySet[Job], act: Any, done: str) -> None:
        count = 0
        for job in jobs:
            try:
                act(job)
                count += 1
            except Problem as problem:
                self.message_user(request, f"{job}: {problem.detail}", messages.WARNING)
        self.message_user(request, f"{count} jobs are {done}.")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Those who could change a job if anybody could."""
        return request.user.has_perm("jobs.change_job")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
