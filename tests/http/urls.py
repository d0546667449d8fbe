"""The routes of the package's tests."""

from django.urls import include, path

from backend_practice import health
from backend_practice.metrics import metrics
from tests.http import views

api = [
    path("echo/", views.Echo.as_view(), name="echo"),
    path("raise/<str:name>/", views.Raise.as_view()),
    path("plain/<str:name>/", views.raise_in_plain_view),
    path("private/", views.Private.as_view()),
    path("groups/", views.Groups.as_view()),
    path("groups/slow/", views.SlowGroups.as_view()),
    path("groups/stream/", views.GroupThenStream.as_view()),
    path("groups/taken-over/", views.GroupTakenOver.as_view()),
    path("groups/pages/", views.GroupPages.as_view()),
    path("groups/then/<str:name>/", views.GroupThenError.as_view()),
    path("versioned/<int:number>/", views.Versioned.as_view()),
    path("people/", views.People.as_view()),
    path("asks/", views.Asks.as_view()),
    path("whoami/", views.whoami),
    path("auth/session/", include("rest_framework.urls")),
]

urlpatterns = [
    path("api/v1/", include(api)),
    path("plain/", views.plain),
    path("plain/crash/", views.plain_crash),
    path("both", views.whoami),
    path("both/", views.plain),
    path("healthz/live", health.live),
    path("healthz/ready", health.ready),
    path("metrics", metrics),
]
