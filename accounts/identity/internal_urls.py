"""What other services ask the one that owns identities, below `/internal/`."""

from django.urls import path

from accounts.identity.views.internal import Tickets

urlpatterns = [path("tickets/", Tickets.as_view())]
