"""One web process: `python -m anru.config.server --fd N` serves an inherited socket, `--host --port` an own one."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
from types import FrameType

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anru.config.settings")

import uvicorn

from anru.config.asgi import application

STOP_PATIENCE_S = 5


class Server(uvicorn.Server):
    """Ends the event streams as soon as it is asked to stop; open streams would hold it up to its whole patience."""

    loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """The server accepts connections."""
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The server stops; the first signal is enough."""
        if self.loop is not None:
            self.loop.call_soon_threadsafe(application.hub.close_streams)
        super().handle_exit(sig, frame)


def main() -> int:
    """Serve until a signal comes. Return 0 after an orderly end."""
    parser = argparse.ArgumentParser(prog="anru.config.server")
    parser.add_argument("--fd", type=int)
    parser.add_argument("--host", default=os.environ.get("ANRU_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("ANRU_PORT", "8000")))
    given = parser.parse_args()
    config = uvicorn.Config(
        application,
        host=given.host,
        port=given.port,
        log_config=None,
        access_log=False,
        # Which proxy to believe is decided once, by Django's settings; believing it here too would count it twice.
        proxy_headers=False,
        server_header=False,
        lifespan="on",
        timeout_keep_alive=20,
        timeout_graceful_shutdown=STOP_PATIENCE_S,
        backlog=1024,
    )
    server = Server(config)
    if given.fd is None:
        server.run()
    else:
        server.run(sockets=[socket.socket(fileno=given.fd)])
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
