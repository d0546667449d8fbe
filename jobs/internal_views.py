"""For the jobs service: what can be done here, and whether an input would do."""

from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.services.internal import ServiceView
from jobs.elsewhere import told_of
from jobs.homes import home_of
from jobs.kinds import all_kinds, kind_named
from jobs.params import check_params


class Kinds(ServiceView):
    """The kinds that this service owns."""

    def get(self, request: Request) -> Response:
        owned = [kind for kind in all_kinds() if not home_of(kind.name)]
        return Response({"kinds": [told_of(kind) for kind in owned]})


class Check(ServiceView):
    """204 for input that would be accepted, else the problem with it."""

    def post(self, request: Request) -> Response:
        given: dict[str, Any] = dict(request.data)
        kind = kind_named(str(given.get("kind")))
        if kind is None:
            raise Http404
        params = given.get("params", {})
        check_params(kind.params, params)
        if kind.check:
            kind.check(params, self.caller.user_id)
        return Response(status=204)
