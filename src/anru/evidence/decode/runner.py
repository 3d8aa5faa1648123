"""Start the confined child for one file and take back what it says, whatever became of it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import stat
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from anru.evidence.decode.faults import Fault
from anru.evidence.decode.limits import Limits
from anru.evidence.decode.record import Inspected, read_record, refused

DISPLAY_NAME, THUMB_NAME = "display.webp", "thumb.webp"
_SOURCES = Path(__file__).resolve().parents[3]
# In isolated mode neither the environment nor the working folder can slip a module in; the sources are named here.
_START = (
    "import sys; sys.path.append(sys.argv.pop(1)); import runpy; "
    "runpy.run_module('anru.evidence.decode.child', run_name='__main__', alter_sys=True)"
)
_MOST_RECORD_BYTES = 200_000
_log = logging.getLogger(__name__)


class DecoderLost(RuntimeError):
    """The child ended for a reason that says nothing about the file: the machine ran out of memory, or the
    installation is broken. The file stays undecided and is to be tried again."""


def inspect_and_render(path: Path, limits: Limits, out: Path) -> Inspected:
    """The file has been decoded in a confined child process; renderings of a picture lie in the folder `out`.

    The child gets the file as an open descriptor, an empty environment, no network and little memory.
    Refuses: `Inspected.refusal_code`, a `Fault`. Raises: DecoderLost; OSError when the file cannot be opened.
    """
    size = path.stat().st_size
    if size == 0:
        return refused(Fault.EMPTY)
    if size > limits.max_bytes:
        return refused(Fault.TOO_LARGE, {"bytes": size, "most_bytes": limits.max_bytes})
    with path.open("rb") as source, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaint:
        child = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, str(_SOURCES), json.dumps(asdict(limits))],
            stdin=source,
            stdout=said,
            stderr=complaint,
            cwd=out,
            # One arena for the allocator: others reserve address space by the hundred megabytes. No byte code written.
            env={"MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"},
            start_new_session=True,
            close_fds=True,
        )
        code, in_time = _wait(child, limits.wall_s)
        said.seek(0)
        complaint.seek(0)
        return _judge(code, in_time, said.read(_MOST_RECORD_BYTES + 1), complaint.read(4_000), out, limits)


def _wait(child: subprocess.Popen[bytes], wall_s: int) -> tuple[int, bool]:
    try:
        return child.wait(wall_s), True
    except subprocess.TimeoutExpired:
        return child.returncode, False
    finally:
        # Its session too: a decoder that was taken over may have left a process behind.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _judge(code: int, in_time: bool, said: bytes, complaint: bytes, out: Path, limits: Limits) -> Inspected:
    if complaint:
        _log.warning("decoder complained: %s", complaint.decode("utf-8", "replace"))
    if not in_time or code == -signal.SIGXCPU:
        return refused(Fault.TOO_SLOW)
    if code in {-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, -signal.SIGFPE, -signal.SIGILL, -signal.SIGXFSZ}:
        return refused(Fault.CRASHED, {"signal": -code})
    if code != 0:
        raise DecoderLost(f"decoder ended with {code}")
    try:
        if len(said) > _MOST_RECORD_BYTES:
            raise ValueError("too much said")
        display = _rendering(out / DISPLAY_NAME, limits)
        return read_record(said, display, _rendering(out / THUMB_NAME, limits))
    except (ValueError, TypeError, RecursionError, OSError) as error:
        _log.warning("decoder answered nonsense: %r", error)
        return refused(Fault.CRASHED)


def _rendering(path: Path, limits: Limits) -> Path | None:
    """Return the path of a rendering that is a WebP file. Raises: ValueError when something else lies there."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    # A link would make the store keep a file of the child's choice.
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or found.st_size > limits.output_bytes:
        raise ValueError("not a rendering")
    with path.open("rb") as stream:
        head = stream.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WEBP":
        raise ValueError("not a rendering")
    return path
