"""An ASGI server in a few lines: it calls an application and keeps what it says."""

import asyncio


def scope_of(path="/", *, headers=(), query=b"", **more):
    """The scope of a request."""
    return {
        "type": "http", "method": "POST", "path": path, "query_string": query,
        "headers": list(headers), "http_version": "1.1", **more,
    }  # fmt: skip


def receive_from(*messages):
    """A `receive` that gives these messages, and then for ever that the client has gone."""
    waiting = list(messages)

    async def receive():
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    return receive


def parts(*chunks):
    """The messages in which a server passes a body on."""
    last = len(chunks) - 1
    return [
        {"type": "http.request", "body": chunk, "more_body": index < last}
        for index, chunk in enumerate(chunks)
    ]


def called(application, scope, *messages):
    """What the application sends in answer to these messages."""
    sent = []

    async def send(message):
        sent.append(message)

    async def call():
        async with asyncio.timeout(10):
            await application(scope, receive_from(*messages), send)

    asyncio.run(call())
    return sent
