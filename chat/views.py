"""Rooms over HTTP: make one, look at what was said, bring people in and out."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.conditional import not_modified, precondition, with_etag
from backend_practice.http.pagination import Ordering, PageQuery, each, page_response
from backend_practice.http.query import read_query
from backend_practice.http.schema import page_of
from backend_practice.http.views import ApiView
from chat import services
from chat.etags import room_etag
from chat.models import Room
from chat.selectors import members_of, messages_in, room_seen_by, rooms_seen_by
from chat.serializers import (
    MemberChangeSerializer,
    MemberSerializer,
    MessageSerializer,
    RoomChangeSerializer,
    RoomSerializer,
)

RoomPage, MessagePage = page_of(RoomSerializer), page_of(MessageSerializer)
MemberPage = page_of(MemberSerializer)
NEWEST_FIRST, LATEST_FIRST = Ordering("pk", descending=True), Ordering("seq", descending=True)
FIRST_COME_FIRST = Ordering("pk")


def room_response(request: Request, room: Room, **options: Any) -> Response:
    """One room with its ETag."""
    return with_etag(request, Response(RoomSerializer(room).data, **options), room_etag(room))


class Rooms(ApiView):
    """Open rooms, and private ones of which one is a member; the newest first."""

    @extend_schema(operation_id="rooms_list", parameters=[PageQuery], responses=RoomPage)
    def get(self, request: Request) -> Response:
        return page_response(
            request,
            rooms_seen_by(request.user),
            ordering=NEWEST_FIRST,
            query=read_query(request, PageQuery),
            represent=each(RoomSerializer()),
        )

    @extend_schema(
        operation_id="rooms_create", request=RoomSerializer, responses={201: RoomSerializer}
    )
    def post(self, request: Request) -> Response:
        serializer = RoomSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        room = services.create_room(owner=request.user, **serializer.validated_data)
        location = request.build_absolute_uri(reverse("room", args=[room.slug]))
        return room_response(
            request, room, status=status.HTTP_201_CREATED, headers={"Location": location}
        )


class RoomDetail(ApiView):
    """One room. Its owner and staff may change it."""

    @extend_schema(operation_id="rooms_retrieve", responses=RoomSerializer)
    def get(self, request: Request, slug: str) -> Response:
        room = room_seen_by(request.user, slug)
        return not_modified(request, room_etag(room)) or room_response(request, room)

    @extend_schema(
        operation_id="rooms_partial_update",
        request=RoomChangeSerializer(partial=True),
        responses=RoomSerializer,
    )
    def patch(self, request: Request, slug: str) -> Response:
        serializer = RoomChangeSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        room = services.change_room(
            slug,
            by=request.user,
            precondition=precondition(request),
            changes=serializer.validated_data,
        )
        return room_response(request, room)

    @extend_schema(operation_id="rooms_destroy", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        services.delete_room(slug, by=request.user, precondition=precondition(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class RoomMessages(ApiView):
    """What was said in a room, the newest first. Sending goes over its WebSocket."""

    @extend_schema(operation_id="room_messages_list", parameters=[PageQuery], responses=MessagePage)
    def get(self, request: Request, slug: str) -> Response:
        query = read_query(request, PageQuery)
        return page_response(
            request,
            messages_in(room_seen_by(request.user, slug)),
            ordering=LATEST_FIRST,
            query=query,
            represent=each(MessageSerializer()),
        )


class RoomMembers(ApiView):
    """Who is a member. Anybody may walk into an open room, and leave any."""

    @extend_schema(operation_id="room_members_list", parameters=[PageQuery], responses=MemberPage)
    def get(self, request: Request, slug: str) -> Response:
        query = read_query(request, PageQuery)
        return page_response(
            request,
            members_of(room_seen_by(request.user, slug)),
            ordering=FIRST_COME_FIRST,
            query=query,
            represent=each(MemberSerializer()),
        )

    @extend_schema(
        operation_id="room_members_create",
        request=MemberChangeSerializer,
        responses={201: MemberSerializer, 200: MemberSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        serializer = MemberChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user_id = serializer.validated_data.get("user", request.user.pk)
        membership, is_new = services.add_member(slug, by=request.user, user_id=user_id)
        return Response(
            MemberSerializer(membership).data,
            status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
        )

    @extend_schema(
        operation_id="room_members_destroy",
        parameters=[MemberChangeSerializer],
        responses={204: None},
    )
    def delete(self, request: Request, slug: str) -> Response:
        """`?user=` says whom; a body `{"user": …}` does as well."""
        query = read_query(request, MemberChangeSerializer)
        serializer = MemberChangeSerializer(data=request.data or {})
        serializer.is_valid(raise_exception=True)
        user_id = {"user": request.user.pk, **query, **serializer.validated_data}["user"]
        services.remove_member(slug, by=request.user, user_id=user_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
