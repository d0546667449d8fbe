"""The sockets of stage 9; a slash at the end is as good as none."""

from typing import Any

from django.urls import re_path

from chat.consumers import FeedSocket, RoomSocket

room: Any = RoomSocket.as_asgi()
feed: Any = FeedSocket.as_asgi()

urlpatterns = [
    re_path(r"^ws/chat/(?P<slug>[-\w]+)/?$", room),
    re_path(r"^ws/notifications/?$", feed),
]
