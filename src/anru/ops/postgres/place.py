"""Where the embedded cluster lies, so that the server's account can reach it and nobody else can read it."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from anru.ops.postgres.account import Account
from anru.ops.postgres.binaries import Binaries
from anru.ops.words import Trouble, Words

# The kernel's limit for a socket's path is 108 bytes with the end mark; libpq adds the file's name.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
STATE_ROOT = Path("/var/lib")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - looked at, never written
FOREIGN_SOCKET = Words(
    "目录 {folder} 属于别的用户，不能放数据库的套接字。请删除它，或换一个 ANRU_DATA_DIR。",
    "The folder {folder} belongs to another user and cannot hold the database socket. "
    "Remove it, or choose another ANRU_DATA_DIR.",
)
NO_SHARED_MEMORY = Words(
    "账户 {name} 不能写 /dev/shm，数据库无法启动。请执行：chmod 1777 /dev/shm",
    "The account {name} cannot write to /dev/shm, so the database cannot start. Run: chmod 1777 /dev/shm",
)


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one cluster."""

    base: Path
    socket: Path

    @property
    def data(self) -> Path:
        """The cluster's data folder."""
        return self.base / "data"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.base / "server.log"

    @property
    def data_major(self) -> int | None:
        """The major version that made the data folder, or None when there is none yet."""
        mark = self.data / "PG_VERSION"
        return int(mark.read_text().split(".")[0]) if mark.exists() else None


def locate(data_dir: Path, account: Account) -> Place:
    """Return the place for a data folder, made if it was missing: mode 0700, owned by the server's account.

    A checkout below a closed home (as /root) cannot be entered by a dedicated account; its cluster lies in /var/lib.
    """
    if not data_dir.exists():
        # The server's account must pass through, nobody needs to list.
        data_dir.mkdir(parents=True, mode=0o711 if account.switch else 0o700)
    mark = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    reachable = account.reaches(data_dir)
    base = data_dir.resolve() / "postgres" if reachable else STATE_ROOT / f"anru-{mark}"
    _own_folder(base, account)
    socket = base / "socket"
    if len(os.fsencode(str(socket))) > LONGEST_SOCKET_FOLDER:
        socket = Path("/tmp") / f"anru-{account.uid}-{mark}"  # noqa: S108 - owner and mode are checked below
    _own_folder(socket, account)
    return Place(base, socket)


def reachable_binaries(found: Binaries, account: Account, place: Place) -> Binaries:
    """Return binaries that the account can start: the given ones, or a copy of them inside its own place."""
    if account.executes(found.program("postgres")):
        return found
    install = found.folder.parent
    package = install.parent
    target = place.base / f"programs-{found.major}"
    if not (target / "complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        copy = target / package.name
        shutil.copytree(install, copy / install.name, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name)
        _give(target, account)
        (target / "complete").touch()
    return Binaries(target / package.name / install.name / "bin", found.major, found.origin)


def require_shared_memory(account: Account) -> None:
    """Return when the account can use shared memory. Raises: Trouble otherwise."""
    if not SHARED_MEMORY.exists():
        return
    if account.run(["/bin/sh", "-c", 'test -w "$1" && test -x "$1"', "sh", SHARED_MEMORY]).returncode != 0:
        raise Trouble(NO_SHARED_MEMORY, name=account.name)


def _own_folder(folder: Path, account: Account) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
        # Somebody else's folder in a shared place could hand our connections to their server.
        raise Trouble(FOREIGN_SOCKET, folder=folder)
    if found.st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def _give(folder: Path, account: Account) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
