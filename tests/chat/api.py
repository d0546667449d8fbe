"""The addresses of rooms."""

ROOMS = "/api/v1/chat/rooms/"
