"""Uploads in the admin: with previews, to look at and to delete."""

import uuid
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backend_practice.http.admin import BoundedPaginator
from uploads import services
from uploads.downloads import send_copy, thumbnail_download
from uploads.images import THUMBNAIL_SIZES
from uploads.models import Upload, Usage

PREVIEW = THUMBNAIL_SIZES[0]


@admin.register(Upload)
class UploadAdmin(admin.ModelAdmin):
    """Uploads, newest first. What somebody has sent is not for editing."""

    list_display = ("preview", "name", "content_type", "size", "status", "owner", "created_at")
    list_display_links = ("name",)
    list_filter = ("status", "content_type")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__email")
    fields = readonly_fields = (
        *("preview", "id", "name", "owner", "status", "size", "content_type", "sha256"),
        *("width", "height", "way", "created_at", "expires_at"),
    )
    paginator = BoundedPaginator
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        preview = self.admin_site.admin_view(self.show_preview)
        return [
            path("<uuid:upload_id>/preview/", preview, name="uploads_upload_preview"),
            *super().get_urls(),
        ]

    @admin.display(description="")
    def preview(self, upload: Upload) -> SafeString | str:
        if PREVIEW not in upload.thumbnails:
            return "–"
        address = reverse("admin:uploads_upload_preview", args=[upload.pk])
        return format_html('<img src="{}" alt="" height="64">', address)

    def show_preview(self, request: HttpRequest, upload_id: uuid.UUID) -> HttpResponseBase:
        """The thumbnail: the admin's pages take no image from elsewhere."""
        upload = get_object_or_404(Upload.objects.stored(), pk=upload_id)
        if not self.has_view_permission(request, upload) or PREVIEW not in upload.thumbnails:
            raise Http404
        try:
            return send_copy(request, thumbnail_download(upload, PREVIEW))
        except FileNotFoundError as error:
            raise Http404 from error

    def delete_model(self, request: HttpRequest, obj: Upload) -> None:
        self.delete_queryset(request, Upload.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Upload]) -> None:
        chosen = list(queryset.values_list("pk", flat=True))
        with transaction.atomic():
            for upload in Upload.objects.select_for_update().filter(pk__in=chosen):
                services.forget(upload)


@admin.register(Usage)
class UsageAdmin(admin.ModelAdmin):
    """How much of their quota people use."""

    list_display = ("owner", "used")
    list_select_related = ("owner",)
    search_fields = ("owner__email",)
    readonly_fields = ("owner", "used")
    paginator = BoundedPaginator
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
