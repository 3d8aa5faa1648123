"""Browsers for the event stream, without a browser: plain sockets that read it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from anru.accounts.models import Membership, Person
from anru.kernel import clock
from anru.web.accounts.middleware import BORN_KEY, MEMBERSHIP_KEY


def play(story: Callable[[], Awaitable[None]]) -> None:
    """The story has been told to its end, in a thread of its own.

    A browser that an earlier test opened leaves its event loop running in the main thread, where no second one can.
    """

    async def told() -> None:
        await story()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, told()).result()


def sign_in(member: Membership) -> str:
    """Return the key of a session such as a login makes, with that membership chosen."""
    person = Person.objects.get(pk=member.person_id)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[MEMBERSHIP_KEY] = str(member.pk)
    session[BORN_KEY] = int(clock.now().timestamp())
    session.create()
    return str(session.session_key)


@dataclass
class Listener:
    """One open stream."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    async def event(self, patience_s: float = 5) -> dict[str, Any]:
        """Return the next data event as its name and content; pings and the opening are passed over."""
        async with asyncio.timeout(patience_s):
            while True:
                block = (await self.reader.readuntil(b"\n\n")).decode()
                lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line[1:])
                if "data" in lines and lines.get("event") != "hello":
                    return {"event": lines.get("event", "message"), **json.loads(lines["data"])}

    async def silent(self, patience_s: float = 0.4) -> bool:
        """Return whether no data event comes for a while."""
        try:
            await self.event(patience_s)
        except TimeoutError:
            return True
        return False

    async def ended(self, patience_s: float = 8) -> bool:
        """Return whether the server ends the stream."""
        async with asyncio.timeout(patience_s):
            while await self.reader.read(4096):
                continue
        return True

    def close(self) -> None:
        """The connection is closed."""
        self.writer.close()


async def open_stream(port: int, session_key: str = "", *, method: str = "GET") -> Listener:
    """Return a stream whose headers, and whose greeting if it was let in, have been read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    cookie = f"Cookie: {settings.SESSION_COOKIE_NAME}={session_key}\r\n" if session_key else ""
    request = f"{method} /events/ HTTP/1.1\r\nHost: localhost\r\n{cookie}Accept: text/event-stream\r\n\r\n"
    writer.write(request.encode())
    async with asyncio.timeout(15):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        listener = Listener(reader, writer, int(head[0].split()[1]))
        listener.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
        if listener.status == 200:
            await reader.readuntil(b"event: hello")
            await reader.readuntil(b"\n\n")
    return listener
