"""The system account that the database server runs under: ours, or a dedicated one when we are root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anru.ops.words import Trouble, Words

DEFAULT_NAME = "anru-postgres"
NO_ACCOUNT = Words(
    "数据库不能以 root 身份运行，而系统账户 {name} 不存在，也无法创建（{why}）。请创建这个账户，或用普通用户运行。",
    "The database server refuses to run as root, and the system account {name} neither exists nor could be made "
    "({why}). Create the account, or run as an ordinary user.",
)


@dataclass(frozen=True, slots=True)
class Account:
    """A system user. `switch` says whether programs must be started under it rather than under ourselves."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen_options(self) -> dict[str, Any]:
        """Return the arguments that make a child process run under this account."""
        # An unreachable working folder makes initdb and postgres fail before they say why.
        options: dict[str, Any] = {"cwd": "/", "env": _clean_environment()}
        if self.switch:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def run(self, command: Sequence[str | Path], *, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a program to its end under this account and return what it said."""
        return subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            **self.popen_options(),
        )

    def reaches(self, folder: Path) -> bool:
        """Return whether the account can enter a folder; for the whole way down to it."""
        if not self.switch:
            return os.access(folder, os.X_OK)
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0

    def executes(self, program: Path) -> bool:
        """Return whether the account can start a program."""
        try:
            return self.run([program, "--version"], timeout=20).returncode == 0
        except OSError:
            return False


def server_account() -> Account:
    """Return the account for the server, which exists afterwards.

    Raises: Trouble when we are root and no dedicated account can be made.
    """
    if os.geteuid() != 0:
        entry = pwd.getpwuid(os.geteuid())
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=False)
    name = os.environ.get("ANRU_POSTGRES_USER", DEFAULT_NAME)
    entry = _lookup(name) or _create(name)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)


def own_name() -> str:
    """Return the system name of the user that we run as; peer authentication knows us by it."""
    return pwd.getpwuid(os.geteuid()).pw_name


def _lookup(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd:
    useradd = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    ways = ([*useradd, "--shell", "/usr/sbin/nologin", name], ["adduser", "-S", "-D", "-H", name])
    why = "no useradd"
    for way in ways:
        if shutil.which(way[0]) is None:
            continue
        done = subprocess.run(way, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        entry = _lookup(name)  # another start may have made it in the meantime; then the failure does not matter
        if entry is not None:
            return entry
        why = done.stderr.strip() or f"{way[0]}: {done.returncode}"
    raise Trouble(NO_ACCOUNT, name=name, why=why)


def _clean_environment() -> dict[str, str]:
    """The server gets no secret of ours and no PG* variable that would change what it does."""
    kept = {name: os.environ[name] for name in ("PATH", "TZ", "TMPDIR") if name in os.environ}
    return {"PATH": "/usr/bin:/bin", **kept, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
