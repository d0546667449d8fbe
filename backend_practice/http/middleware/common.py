"""Django's `CommonMiddleware`, which lets probes ask under any name."""

from typing import Any

from django.http import HttpRequest
from django.middleware import common

PROBES = "/healthz/"


class CommonMiddleware(common.CommonMiddleware):
    """A balancer asks for `/healthz/` by the address of the machine, and cannot be told otherwise.

    What they answer depends on no name; everywhere else `ALLOWED_HOSTS` holds.
    """

    def process_request(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(PROBES):
            return None
        return super().process_request(request)
