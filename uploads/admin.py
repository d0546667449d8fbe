"""Uploads in the admin: with previews, to look at and to delete."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from backend_practice.http.admin import BoundedPaginator
from uploads import services
from uploads.downloads import send_copy, thumbnail_download
from uploads.images import THUMBNAIL_SIZES
from uploads.models import Upload, Usage

PREVIEW = THUMBNAIL_SIZES[0]
SHORT = 48  # characters of a name in the list


@admin.register(Upload)
class UploadAdmin(admin.ModelAdmin):
    """Uploads, newest first. What somebody has sent is not for editing."""

    list_display = (
        *("preview", "short_name", "content_type", "readable_size", "status", "owner"),
        "created_at",
    )
    list_display_links = ("short_name",)
    list_filter = ("status", "content_type")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__email")
    fields = readonly_fields = (
        *("picture", "name", "owner", "status", "readable_size", "content_type", "sha256"),
        *("width", "height", "way", "id", "created_at", "expires_at"),
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
        return thumbnail_tag(upload, height=64)

    @admin.display(description="Preview")
    def picture(self, upload: Upload) -> SafeString | str:
        return thumbnail_tag(upload)

    @admin.display(description="Name", ordering="name")
    def short_name(self, upload: Upload) -> SafeString:
        """In one line, and in a direction of its own: a name may be long, or Hebrew."""
        short = Truncator(upload.name).chars(SHORT)
        return format_html('<bdi title="{}">{}</bdi>', upload.name, short)

    @admin.display(description="Size", ordering="size")
    def readable_size(self, upload: Upload) -> str:
        return filesizeformat(upload.size)

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


def thumbnail_tag(upload: Upload, *, height: int = PREVIEW) -> SafeString | str:
    """The image, at most so high; a dash for what has none."""
    if PREVIEW not in upload.thumbnails:
        return "–"
    address = reverse("admin:uploads_upload_preview", args=[upload.pk])
    own = min(height, PREVIEW, upload.height or PREVIEW)
    return format_html('<img src="{}" alt="" height="{}" loading="lazy">', address, own)


@admin.register(Usage)
class UsageAdmin(admin.ModelAdmin):
    """How much of their quota people use."""

    list_display = ("owner", "readable_use", "share")
    list_select_related = ("owner",)
    search_fields = ("owner__email",)
    fields = readonly_fields = ("owner", "readable_use", "share")
    paginator = BoundedPaginator
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Used", ordering="used")
    def readable_use(self, usage: Usage) -> str:
        return filesizeformat(usage.used)

    @admin.display(description="Of the quota", ordering="used")
    def share(self, usage: Usage) -> str:
        return f"{usage.used / settings.UPLOAD_QUOTA_BYTES:.1%}"
