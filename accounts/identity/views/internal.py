"""For the service that has the sockets: whose ticket is this? Asked once, it is used up."""

from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.identity.facts import TOLD
from accounts.identity.tickets import redeem_ticket
from backend_practice.services.internal import ServiceView


class Tickets(ServiceView):
    """The user, as copies know one, and the session; 404 for a ticket that is no good."""

    def post(self, request: Request) -> Response:
        given: dict[str, Any] = dict(request.data)
        redeemed = redeem_ticket(str(given.get("ticket", "")))
        if redeemed is None:
            raise Http404
        user, session, _ = redeemed
        return Response(
            {
                "id": str(user.pk),
                "version": user.version,
                "facts": {name: getattr(user, name) for name in TOLD},
                "session": str(session.pk) if session else None,
            }
        )
