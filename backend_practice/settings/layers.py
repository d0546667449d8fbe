"""Channels' layer, from `REDIS_URL`: how processes tell each other what sockets are to hear."""

from typing import Any


def channel_layer(redis_url: str) -> dict[str, Any]:
    """Redis between processes, else the memory of this one.

    Redis passes on and keeps nothing: what is lost on the way is read from the database.
    """
    if not redis_url:
        return {"BACKEND": "chat.live.layers.ThreadSafeInMemoryLayer"}
    # A subscription may be silent for as long as it likes; whoever sends waits two seconds.
    host = {"address": redis_url, "socket_timeout": None, "socket_connect_timeout": 2}
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [host], "prefix": "back-end-practice"},
    }
