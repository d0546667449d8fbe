"""`Idempotency-Key` on a POST: sent twice, done once."""

import re
from collections.abc import Awaitable
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from backend_practice.http.idempotency import answer_once
from backend_practice.http.middleware.base import Middleware
from backend_practice.http.middleware.problem_details import is_api
from backend_practice.http.problems import MalformedRequest, problem_of, problem_response

ACCEPTED = re.compile(r"[\x21-\x7e]{1,255}")


class IdempotencyMiddleware(Middleware):
    """Gives the first answer again to a repeat by the same user, with `Idempotent-Replayed`.

    The header is 1 to 255 visible ASCII characters. Requests without a user
    pass: there is nobody for whom to keep an answer. So do those of views that
    say `checks_credentials`, and answers that say `no-store` are not kept. Views that say
    `streams_body` see to their keys themselves, once they know what came. The view runs inside a
    transaction, which a database error outside of a view's own `atomic` breaks.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if request.method != "POST" or "HTTP_IDEMPOTENCY_KEY" not in request.META:
            return self.get_response(request)
        if not is_api(request) or says(request, "streams_body"):
            return self.get_response(request)
        if self.is_async:  # a transaction belongs to one thread, so the view runs in it as well
            return sync_to_async(self._answer)(request)
        return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self._answer_once(request)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            return problem_response(request, problem)

    def _answer_once(self, request: HttpRequest) -> HttpResponseBase:
        key = accepted_key(request)
        # Read before the CSRF check looks into a form, after which the body would be gone.
        _ = request.body
        user_id = None if says(request, "checks_credentials") else user_id_of(request)
        if user_id is None:
            return self._go_on(request)
        return answer_once(user_id, key, request, lambda: self._go_on(request))

    def _go_on(self, request: HttpRequest) -> HttpResponseBase:
        go_on = async_to_sync(self.get_response) if self.is_async else self.get_response  # type: ignore[arg-type]
        return go_on(request)  # type: ignore[return-value]


def accepted_key(request: HttpRequest) -> str:
    """The request's key. Raises `MalformedRequest` for one that cannot be."""
    key: str = request.META["HTTP_IDEMPOTENCY_KEY"]
    if not ACCEPTED.fullmatch(key):
        raise MalformedRequest("Idempotency-Key takes 1 to 255 visible ASCII characters.")
    return key


def says(request: HttpRequest, attribute: str) -> bool:
    """Whether the view says so in its class.

    `checks_credentials`: it checks what nobody may keep, and its refusals have effects, too.
    `streams_body`: it reads its body part by part, and nobody may read it before.
    """
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return getattr(getattr(view, "cls", None), attribute, False)


class Asker(Request):
    """The request as authentication sees it."""

    @property
    def POST(self) -> Any:  # type: ignore[override]  # noqa: N802
        """The form that the CSRF check looks into; DRF would parse the body for it, JSON too."""
        return self._request.POST


def user_id_of(request: HttpRequest) -> Any:
    """The id of the user whom the API's own authentication finds; None where it finds none.

    Credentials that are refused are left for the view to refuse, so nothing is changed then.
    """
    asker = Asker(request)
    try:
        found = (each.authenticate(asker) for each in APIView().get_authenticators())
        user = next((result[0] for result in found if result is not None), None)
    except APIException:
        return None
    if user is None:
        return None
    request.user = user
    return user.pk
