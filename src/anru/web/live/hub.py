"""One LISTEN connection per process, and a bounded queue per open page."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from typing import Any

import psycopg
import structlog

from anru.kernel.actor import Actor

CHANNEL = "anru_live"
QUEUE_LIMIT = 64
SILENCE_S = 30.0
RETRY_S = (0.2, 0.5, 1.0, 2.0, 5.0)
RESYNC = b"event: resync\ndata: {}\n\n"
PRIVATE = frozenset({"scope", "person"})

log = structlog.get_logger("anru.live")


def covers(actor: Actor, body: Mapping[str, Any]) -> bool:
    """Return whether an actor may hear of a notification: by person, by territory or by review territory."""
    person, scope = body.get("person"), body.get("scope")
    if person and actor.person_id is not None and person == str(actor.person_id):
        return True
    if not isinstance(scope, str) or not scope:
        return False
    # An empty path opens nothing: "".startswith would open everything.
    opened = [path for path in (actor.scope_path, *actor.review_paths) if path]
    return any(scope.startswith(path) for path in opened)


def frame(body: Mapping[str, Any]) -> bytes:
    """Return the event as it goes over the wire: the topic and its facts, never whose territory it came from."""
    facts = {name: value for name, value in body.items() if name not in PRIVATE}
    return b"data: " + json.dumps(facts, ensure_ascii=False).encode() + b"\n\n"


class Client:
    """One open page. Whoever does not read fast enough is cut off; the browser comes back and asks for everything."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.over = False
        self._frames: deque[bytes] = deque()
        self._wake = asyncio.Event()

    def offer(self, data: bytes) -> None:
        """The frame waits to be sent, or the client is over because it is too slow."""
        if len(self._frames) >= QUEUE_LIMIT:
            self.end()
            return
        self._frames.append(data)
        self._wake.set()

    def end(self) -> None:
        """The stream ends at its next turn."""
        self.over = True
        self._wake.set()

    async def wait(self, patience_s: float) -> bytes:
        """Return what waits to be sent, in one piece; empty when nothing came in time."""
        try:
            await asyncio.wait_for(self._wake.wait(), patience_s)
        except TimeoutError:
            return b""
        self._wake.clear()
        data = b"".join(self._frames)
        self._frames.clear()
        return data


class Hub:
    """Feeds every open page of this process from one database connection."""

    def __init__(self, connection: Mapping[str, Any]) -> None:
        self._connection = dict(connection)
        self.clients: set[Client] = set()
        self.closing = False
        self.listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """The listener runs; starting it again does nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._listen(), name="anru-live")

    def close_streams(self) -> None:
        """Every open stream ends at its next turn and no new one begins, so that the server can stop at once."""
        self.closing = True
        for client in self.clients:
            client.end()

    async def stop(self) -> None:
        """The streams are over and the connection is closed."""
        self.close_streams()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def join(self, client: Client) -> None:
        """The client hears of everything from now on, as soon as the listener stands."""
        self.start()
        self.clients.add(client)
        try:
            await asyncio.wait_for(self.listening.wait(), 5)
        except TimeoutError:
            log.warning("live.no_listener")

    def leave(self, client: Client) -> None:
        """The client hears of nothing any more."""
        self.clients.discard(client)

    def deliver(self, payload: str) -> None:
        """Every client that may hear of the notification has it in its queue."""
        try:
            body = json.loads(payload)
        except ValueError:
            body = None
        if not isinstance(body, dict) or not isinstance(body.get("topic"), str):
            log.warning("live.unreadable", length=len(payload))
            return
        data = frame(body)
        for client in self.clients:
            if covers(client.actor, body):
                client.offer(data)

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(**self._connection, autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    failures = 0
                    self._stands_again()
                    await self._relay(connection)
            except psycopg.Error as error:
                log.warning("live.connection_lost", error=type(error).__name__)
            finally:
                self.listening.clear()
            await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
            failures += 1

    def _stands_again(self) -> None:
        """What was said while nobody listened is lost; every page asks for its content again."""
        self.listening.set()
        for client in self.clients:
            client.offer(RESYNC)

    async def _relay(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            async for notification in connection.notifies(timeout=SILENCE_S):
                self.deliver(notification.payload)
            # A connection that died without a word looks like silence; a question finds out.
            await connection.execute("SELECT 1")
