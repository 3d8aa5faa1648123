"""Starting and ending child processes so that none of them is left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dying_with_parent(signal_number: int) -> Callable[[], None]:
    """Return what a child runs before its program so that it gets a signal when its parent is killed.

    Linux only. Elsewhere it does nothing, and the next start stops a server that was left over. Call it from the main
    thread: Linux counts the end of the starting thread as the parent's death.
    """
    parent = os.getpid()

    def arrange() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:
            # The parent died between fork and prctl: the signal would never come.
            os._exit(1)

    return arrange


def spawn(command: Sequence[str], *, on_parent_death: int, **options: Any) -> subprocess.Popen[bytes]:
    """Start a child in its own session, so that Ctrl-C reaches only us and the order of stopping stays ours."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=dying_with_parent(on_parent_death),
        **options,
    )


def stop(process: subprocess.Popen[bytes], steps: Sequence[tuple[int, float]]) -> int:
    """The child has ended: each signal is sent in turn, and the next one only after its time. Return its exit code."""
    for number, patience_s in [*steps, (signal.SIGKILL, 10.0)]:
        if process.poll() is None:
            process.send_signal(number)
        try:
            return process.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue
    return process.wait()


def alive(pid: int) -> bool:
    """Return whether a process exists that is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, IndexError):
        return True
