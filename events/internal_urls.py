"""What other services ask for when they compare, below `/internal/`."""

from django.urls import path

from events.agreements import Truth

urlpatterns = [path("truths/<str:name>/", Truth.as_view())]
