"""What the child gives up before it looks at a stranger's byte: memory, time, files, network, programs."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from pathlib import Path

from anru.evidence.decode.limits import Limits

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
# The numbers are the same on every 64-bit architecture.
_SYS_CREATE, _SYS_ADD_RULE, _SYS_RESTRICT = 444, 445, 446
_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_FILE, _MAKE_REG = 2, 4, 8, 1 << 5, 1 << 8
_ALL_OF_FIRST_EDITION = (1 << 13) - 1
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")


def set_limits(limits: Limits) -> None:
    """The process can no longer use more processor time, memory, descriptors or file size than this.

    `RLIMIT_DATA` counts private memory, which is what a decoder fills; the address space also counts libraries.
    """
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_AS, limits.address_bytes),
        (resource.RLIMIT_DATA, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_NOFILE, 64),
    ):
        # Soft below hard for time, so that the signal tells slowness from a killing by the machine.
        resource.setrlimit(what, (most, most + 2 if what == resource.RLIMIT_CPU else most))
    os.umask(0o077)
    os.nice(5)


def shut_in(sources: Path, out: Path) -> tuple[str, ...]:
    """The process has no network, gains no rights, starts no program, reads libraries alone and writes to `out` alone.

    Returns what the kernel granted of "parent", "rights", "network", "files": an old kernel or a container grants less.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    granted = []
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0:
        granted.append("parent")
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        granted.append("rights")
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWNET) == 0:
        granted.append("network")
    if _landlock(libc, sources, out):
        granted.append("files")
    return tuple(granted)


def _landlock(libc: ctypes.CDLL, sources: Path, out: Path) -> bool:
    handled = struct.pack("=Q", _ALL_OF_FIRST_EDITION)
    rules = libc.syscall(_SYS_CREATE, handled, ctypes.c_size_t(len(handled)), 0)
    if rules < 0:
        return False
    readable = {str(sources / "anru"), sys.prefix, sys.base_prefix, *_LIBRARIES}
    if sys.base_prefix in {"/", "/usr"}:
        readable.discard(sys.base_prefix)
    granted = [_grant(libc, rules, Path(place), _READ_FILE | _READ_DIR) for place in readable]
    granted.append(_grant(libc, rules, out, _READ_FILE | _WRITE_FILE | _MAKE_REG | _REMOVE_FILE))
    done = all(granted) and libc.syscall(_SYS_RESTRICT, rules, 0) == 0
    os.close(rules)
    return done


def _grant(libc: ctypes.CDLL, rules: int, place: Path, rights: int) -> bool:
    try:
        descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC | os.O_DIRECTORY)
    except FileNotFoundError:
        return True
    rule = struct.pack("=Qi", rights, descriptor)
    done: bool = libc.syscall(_SYS_ADD_RULE, rules, 1, rule, 0) == 0
    os.close(descriptor)
    return done
