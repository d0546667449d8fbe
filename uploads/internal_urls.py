"""What other services ask for, below `/internal/`."""

from django.urls import path

from uploads.views.internal import Content, File

urlpatterns = [
    path("uploads/<uuid:upload_id>/", File.as_view()),
    path("uploads/<uuid:upload_id>/content/", Content.as_view()),
]
