"""The address that the server listens on. The supervisor holds the socket, so no restart ever loses a connection."""

from __future__ import annotations

import errno
import os
import socket

from anru.ops.words import Trouble, Words

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000
TRIED_N = 50
TAKEN = Words(
    "端口 {port} 已被其他程序占用。请用 --port 换一个端口，或先停止那个程序。",
    "Port {port} is taken by another program. Choose another one with --port, or stop that program.",
)
MOVED = Words(
    "端口 {port} 已被其他程序占用，改用 {chosen}。",
    "Port {port} is taken by another program; using {chosen} instead.",
)
NOT_OURS = Words(
    "不能在 {host}:{port} 上监听：{why}",
    "Cannot listen on {host}:{port}: {why}",
)


def bind(host: str, port: int, *, fixed: bool) -> tuple[socket.socket, int]:
    """Return a bound socket and its port: the wished one, or the next free one when the wish was only the default.

    Raises: Trouble when the port was asked for and is taken, or the address is not ours.
    """
    last = port if fixed else port + TRIED_N
    for candidate in range(port, last + 1):
        try:
            return _bound(host, candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Trouble(NOT_OURS, host=host, port=candidate, why=os.strerror(error.errno or 0)) from error
    if fixed:
        raise Trouble(TAKEN, port=port)
    return _bound(host, 0)


def _bound(host: str, port: int) -> tuple[socket.socket, int]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener, listener.getsockname()[1]
