"""One's own account: profile, sessions, password, address."""

import uuid

from django.contrib.auth import update_session_auth_hash
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.identity import mail, people
from accounts.identity.deletions import progress_of
from accounts.identity.models import AccountDeletion
from accounts.identity.selectors import live_sessions_of
from accounts.identity.serializers import (
    CodeSerializer,
    DeletionSerializer,
    MeSerializer,
    PasswordChangeSerializer,
    PasswordResetConfirmSerializer,
    PasswordResetSerializer,
    SessionSerializer,
)
from accounts.identity.sessions import end_sessions
from accounts.identity.views.tokens import Open, address_of, session_id_of, user_of
from accounts.models import User
from backend_practice.http.conditional import (
    not_modified,
    precondition,
    strong_etag,
    with_etag,
)
from backend_practice.http.pagination import Ordering, PageQuery, page_response
from backend_practice.http.query import read_query
from backend_practice.http.schema import page_of
from backend_practice.http.views import ApiView

SessionPage = page_of(SessionSerializer)
NEWEST_FIRST = Ordering("created_at", descending=True)


def me_etag(user: User) -> str:
    """Changes with whatever `MeSerializer` shows."""
    shown = (user.email, user.name, user.email_verified, user.is_staff)
    return strong_etag("m1", uuid.uuid5(user.pk, repr(shown)).hex)


class Me(ApiView):
    """Who one is; change it, or delete the account."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return not_modified(request, me_etag(user_of(request))) or self._show(request)

    @extend_schema(request=MeSerializer(partial=True), responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        serializer = MeSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        precondition(request)(me_etag(user_of(request)))
        people.change_profile(user_of(request), serializer.validated_data)
        return self._show(request)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """`Location` says where to see how far it is: other services follow in a moment."""
        precondition(request)(me_etag(user_of(request)))
        deletion = people.delete_account(user_of(request))
        location = request.build_absolute_uri(reverse("deletion", args=[deletion.pk]))
        return Response(status=status.HTTP_204_NO_CONTENT, headers={"Location": location})

    def _show(self, request: Request) -> Response:
        response = Response(MeSerializer(user_of(request)).data)
        return with_etag(request, response, me_etag(user_of(request)))


class Deletion(Open):
    """How far the deletion of an account is, for whoever was given this address."""

    @extend_schema(operation_id="deletion", responses=DeletionSerializer)
    def get(self, request: Request, deletion_id: uuid.UUID) -> Response:
        deletion = get_object_or_404(AccountDeletion, pk=deletion_id)
        shown = {
            "id": deletion.pk,
            "asked_at": deletion.asked_at,
            "finished_at": deletion.finished_at,
            "services": progress_of(deletion),
        }
        return Response(shown, headers={"Cache-Control": "no-store"})


class Sessions(ApiView):
    """Where one is logged in; ending them all leaves the one at hand."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="sessions_list", parameters=[PageQuery], responses=SessionPage)
    def get(self, request: Request) -> Response:
        context = {"current": session_id_of(request)}
        return page_response(
            request,
            live_sessions_of(user_of(request)),
            ordering=NEWEST_FIRST,
            query=read_query(request, PageQuery),
            represent=lambda rows: [SessionSerializer(row, context=context).data for row in rows],
        )

    @extend_schema(operation_id="sessions_end_others", responses={204: None})
    def delete(self, request: Request) -> Response:
        end_sessions(
            user=user_of(request),
            except_id=session_id_of(request),
            reason="ended from another device",
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionDetail(ApiView):
    """One session of one's own; a stranger's is not found."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="sessions_end", responses={204: None})
    def delete(self, request: Request, session_id: uuid.UUID) -> Response:
        session = live_sessions_of(user_of(request)).filter(pk=session_id).first()
        if session is None:
            raise Http404
        end_sessions(session_ids=[session.pk], reason="ended from another device")
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordChange(ApiView):
    """A new password; all other sessions end."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(request=PasswordChangeSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        serializer = PasswordChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = user_of(request)
        user.session_in_use = session_id_of(request)
        people.change_password(
            user,
            current=serializer.validated_data["current_password"],
            new=serializer.validated_data["new_password"],
            address=address_of(request),
        )
        if request.auth is None:  # a page's session goes by the password's hash
            update_session_auth_hash(request._request, user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordReset(Open):
    """Asks for a code by mail. The answer is the same whether the address has an account or not."""

    @extend_schema(request=PasswordResetSerializer, responses={202: None})
    def post(self, request: Request) -> Response:
        serializer = PasswordResetSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        mail.send_reset(serializer.validated_data["email"])
        return Response(status=status.HTTP_202_ACCEPTED)


class PasswordResetConfirm(Open):
    """Sets a new password with the code from the mail; every session ends."""

    @extend_schema(request=PasswordResetConfirmSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        serializer = PasswordResetConfirmSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        people.reset_password(given["code"], given["new_password"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class EmailVerify(Open):
    """Confirms the address with the code from the mail."""

    @extend_schema(request=CodeSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        serializer = CodeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        people.verify_email(serializer.validated_data["code"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class EmailVerifyResend(ApiView):
    """Sends the code once more, for a mail that got lost."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request) -> Response:
        people.resend_verification(user_of(request))
        return Response(status=status.HTTP_202_ACCEPTED)
