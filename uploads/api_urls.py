"""The routes of stage 6, below `/api/v1/`."""

from django.urls import path

from uploads.views.content import UploadContent, UploadThumbnail
from uploads.views.direct import Complete, Presign
from uploads.views.tus import TusUpload, TusUploads
from uploads.views.uploads import UploadDetail, Uploads

urlpatterns = [
    path("uploads/", Uploads.as_view(), name="uploads"),
    path("uploads/tus/", TusUploads.as_view(), name="tus-uploads"),
    path("uploads/tus/<uuid:upload_id>/", TusUpload.as_view(), name="tus-upload"),
    path("uploads/presign/", Presign.as_view(), name="presign"),
    path("uploads/<uuid:upload_id>/", UploadDetail.as_view(), name="upload"),
    path("uploads/<uuid:upload_id>/content/", UploadContent.as_view(), name="upload-content"),
    path("uploads/<uuid:upload_id>/complete/", Complete.as_view(), name="upload-complete"),
    path(
        "uploads/<uuid:upload_id>/thumbnails/<int:size>/",
        UploadThumbnail.as_view(),
        name="thumbnail",
    ),
]
