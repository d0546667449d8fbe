"""The routes of stage 8, below `/api/v1/`."""

from django.urls import path

from jobs import views
from jobs.overview import Overview

urlpatterns = [
    path("jobs/", views.Jobs.as_view(), name="jobs"),
    path("jobs/kinds/", views.Kinds.as_view(), name="job-kinds"),
    path("jobs/overview/", Overview.as_view(), name="job-overview"),
    path("jobs/<uuid:job_id>/", views.JobDetail.as_view(), name="job"),
    path("jobs/<uuid:job_id>/cancel/", views.Cancel.as_view(), name="job-cancel"),
    path("jobs/<uuid:job_id>/retry/", views.Retry.as_view(), name="job-retry"),
    path("jobs/<uuid:job_id>/events/", views.JobEvents.as_view(), name="job-events"),
]
