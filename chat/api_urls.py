"""The routes of stage 9 over HTTP, below `/api/v1/`."""

from django.urls import path

from chat.views import RoomDetail, RoomMembers, RoomMessages, Rooms

urlpatterns = [
    path("chat/rooms/", Rooms.as_view(), name="rooms"),
    path("chat/rooms/<slug:slug>/", RoomDetail.as_view(), name="room"),
    path("chat/rooms/<slug:slug>/messages/", RoomMessages.as_view(), name="room-messages"),
    path("chat/rooms/<slug:slug>/members/", RoomMembers.as_view(), name="room-members"),
]
