"""The event stream at /events/, spoken natively: an endless answer would hold one of the few page threads for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asgiref.sync import sync_to_async
from django.db import DatabaseError
from django.http import parse_cookie

from anru.kernel.actor import Actor
from anru.web.live.hub import Client, Hub
from anru.web.live.session import actor_for

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PING_S = 15.0
RECHECK_S = 60.0
SEND_PATIENCE_S = 10.0
CLIENTS_LIMIT = 2000
OPENING = b"retry: 3000\n\nevent: hello\ndata: {}\n\n"
PING = b": ping\n\n"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    # A stream that has ended must not keep its connection for a next request: the browser would take it for silence.
    (b"connection", b"close"),
]

_load = sync_to_async(actor_for, thread_sensitive=False)


class Stream:
    """Answers GET /events/ with everything that the person behind the session may hear of."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _refuse(send, 405)
            return
        if self.hub.closing or len(self.hub.clients) >= CLIENTS_LIMIT:
            await _refuse(send, 503)
            return
        cookies = parse_cookie(_header(scope, b"cookie"))
        try:
            actor = await _load(cookies)
        except DatabaseError:
            await _refuse(send, 503)
            return
        if actor is None:
            await _refuse(send, 401)
            return
        await self._serve(Client(actor), cookies, receive, send)

    async def _serve(self, client: Client, cookies: dict[str, str], receive: Receive, send: Send) -> None:
        watcher = asyncio.create_task(_until_gone(receive, client))
        try:
            await self.hub.join(client)
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _pass_on(send, OPENING)
            await self._feed(client, cookies, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, OSError):
            pass  # The reader is too slow or gone; closing the connection is the answer.
        finally:
            self.hub.leave(client)
            watcher.cancel()

    async def _feed(self, client: Client, cookies: dict[str, str], send: Send) -> None:
        checked = time.monotonic()
        while not client.over and not self.hub.closing:
            data = await client.wait(PING_S)
            if time.monotonic() - checked >= RECHECK_S:
                checked = time.monotonic()
                actor = await _again(cookies, client.actor)
                if actor is None:
                    return
                client.actor = actor
            if not client.over:
                await _pass_on(send, data or PING)


async def _again(cookies: dict[str, str], before: Actor) -> Actor | None:
    """The session may have ended or the membership changed; a database that is away ends nobody's stream."""
    try:
        return await _load(cookies)
    except DatabaseError:
        return before


async def _pass_on(send: Send, data: bytes) -> None:
    await asyncio.wait_for(send({"type": "http.response.body", "body": data, "more_body": True}), SEND_PATIENCE_S)


async def _until_gone(receive: Receive, client: Client) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
    client.end()


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _header(scope: Scope, name: bytes) -> str:
    values = [value for key, value in scope["headers"] if key == name]
    return b"; ".join(values).decode("latin-1")
