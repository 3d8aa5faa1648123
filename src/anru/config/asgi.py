"""The whole server: the event stream is spoken natively, every page runs as WSGI in a few threads.

Django under ASGI answers several times slower than in threads; an endless stream in a thread would block it for ever.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote_from_bytes

from a2wsgi import WSGIMiddleware
from django.db import connections

from anru.config.wsgi import application as pages_wsgi
from anru.web.live.hub import Hub
from anru.web.live.stream import Stream

THREADS = int(os.environ.get("ANRU_WEB_THREADS", "8"))
STREAM_PATH = "/events/"
NOT_FOR_LIBPQ = frozenset({"cursor_factory", "context", "prepare_threshold"})

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def listener_parameters() -> dict[str, Any]:
    """Return how the listener reaches the database that the pages use."""
    given = connections["default"].get_connection_params()
    return {name: value for name, value in given.items() if name not in NOT_FOR_LIBPQ}


class Application:
    """Routes a connection to the event stream or to the pages, and owns the hub's life."""

    def __init__(self) -> None:
        self.hub = Hub(listener_parameters())
        self.stream = Stream(self.hub)
        self.pages: Any = WSGIMiddleware(pages_wsgi, workers=THREADS)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            if scope["path"] == STREAM_PATH:
                await self.stream(scope, receive, send)
            else:
                # The WSGI bridge reads the query as ASCII and would fail on raw bytes that a client may well send.
                scope["query_string"] = quote_from_bytes(scope["query_string"], safe=_PRINTABLE).encode()
                await self.pages(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.hub.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


_PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))
application = Application()
