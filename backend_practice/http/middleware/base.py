"""Middleware as a story told once, for sync and async servers alike.

A subclass writes `exchange`, a generator: what comes before `yield` happens on
the way in, the response comes back from it, and what is returned goes out.
Returning before the `yield` answers in the site's stead.

    class Hello(Middleware):
        def exchange(self, request):
            response = yield
            response["X-Hello"] = "World"
            return response
"""

from collections.abc import Awaitable, Callable, Generator

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

Exchange = Generator[None, HttpResponseBase, HttpResponseBase]
GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class Middleware:
    """Drives `exchange` around the rest of the site."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def exchange(self, request: HttpRequest) -> Exchange:
        """The story of one request; a subclass tells it."""
        raise NotImplementedError

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._answer_async(request)
        exchange = self.exchange(request)
        early = _begin(exchange)
        if early is not None:
            return early
        try:
            return _finish(exchange, self.get_response(request))  # type: ignore[arg-type]
        finally:
            exchange.close()

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        exchange = self.exchange(request)
        early = _begin(exchange)
        if early is not None:
            return early
        try:
            return _finish(exchange, await self.get_response(request))  # type: ignore[misc]
        finally:
            exchange.close()


def _begin(exchange: Exchange) -> HttpResponseBase | None:
    try:
        next(exchange)
    except StopIteration as answered:
        return answered.value  # type: ignore[no-any-return]
    return None


def _finish(exchange: Exchange, response: HttpResponseBase) -> HttpResponseBase:
    try:
        exchange.send(response)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise RuntimeError("A middleware's exchange yields once.")
