"""What the jobs service asks those that do jobs, below `/internal/`."""

from django.urls import path

from jobs.internal_views import Check, Kinds

urlpatterns = [
    path("jobs/kinds/", Kinds.as_view()),
    path("jobs/check/", Check.as_view()),
]
