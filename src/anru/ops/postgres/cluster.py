"""One PostgreSQL cluster of our own: made once, started, watched, stopped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg

from anru.ops import processes
from anru.ops.postgres.account import Account, own_name, server_account
from anru.ops.postgres.binaries import BUILTIN_LOCALE_FROM, Binaries, choose
from anru.ops.postgres.place import Place, locate, reachable_binaries, require_shared_memory
from anru.ops.words import Trouble, Words

SUPERUSER, OWNER, RUNTIME, LOGIN = "anru_super", "anru_owner", "anru_runtime", "anru_app"
DATABASE = "anru"
PORT = 5432
START_PATIENCE_S = 300.0
"""Crash recovery of a large cluster takes minutes; giving up earlier would turn a slow start into an outage."""
STOP_STEPS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 20.0))
LOG_KEPT_BYTES = 20_000_000

NOT_MADE = Words("建立数据库失败：{why}", "The database cluster could not be made: {why}")
NOT_STARTED = Words("数据库没有启动成功。日志末尾：\n{why}", "The database did not start. End of its log:\n{why}")
STILL_RUNNING = Words(
    "上一次留下的数据库进程（{pid}）还在使用数据目录，无法停止。",
    "A database process left over from before ({pid}) still uses the data folder and cannot be stopped.",
)


@dataclass
class Cluster:
    """A cluster in its place. `settings` are server settings beside ours; tests alone may give up durability there."""

    place: Place
    account: Account
    binaries: Binaries
    settings: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def at(cls, data_dir: Path, settings: Mapping[str, str] | None = None) -> Cluster:
        """Return the cluster that belongs to a data folder, its place made. Raises: Trouble when that is impossible."""
        account = server_account()
        place = locate(data_dir, account)
        chosen = choose(place.data_major, place.data)
        return cls(place, account, reachable_binaries(chosen, account, place), settings or {})

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the address under which a role reaches a database of this cluster."""
        query = urlencode({"host": str(self.place.socket), "port": PORT}, quote_via=quote, safe="/")
        return f"postgres://{role}@/{database}?{query}"

    def connect(self, database: str = "postgres", role: str = SUPERUSER) -> psycopg.Connection[tuple[object, ...]]:
        """Return an open connection in autocommit mode."""
        return psycopg.connect(
            host=str(self.place.socket),
            port=PORT,
            dbname=database,
            user=role,
            autocommit=True,
            connect_timeout=10,
        )

    def start(self) -> None:
        """The server answers. Raises: Trouble with the end of its log when it does not."""
        require_shared_memory(self.account)
        self._end_left_over()
        if self.place.data_major is None:
            self._make()
        self._write_rules()
        self._spawn()
        self._await_answer()

    def stop(self) -> None:
        """The server has ended, with everything on disk."""
        if self.process is not None:
            processes.stop(self.process, STOP_STEPS)
            self.process = None

    def _make(self) -> None:
        # Made beside and moved into place: a start that is killed here leaves no half cluster behind.
        fresh = self.place.base / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        command: list[str | Path] = [self.binaries.program("initdb"), "-D", fresh, "-U", SUPERUSER]
        command += ["-k", "--encoding=UTF8", "--auth-local=peer", "--auth-host=reject"]
        if self.binaries.major >= BUILTIN_LOCALE_FROM:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        else:
            # With the plain C locale trigrams of Chinese text are empty and searches find nothing.
            command += ["--locale=C.UTF-8"]
        done = self.account.run(command, timeout=300)
        if done.returncode != 0:
            raise Trouble(NOT_MADE, why=(done.stderr or done.stdout).strip())
        fresh.rename(self.place.data)

    def _write_rules(self) -> None:
        """Only the server's account and our own user may connect, over the socket, and each only as our roles."""
        roles = (SUPERUSER, OWNER, LOGIN)
        rules = [f"local all {role} peer map=anru" for role in roles] + ["local all all reject"]
        names = dict.fromkeys([own_name(), self.account.name])
        idents = [f'anru "{name}" {role}' for name in names for role in roles]
        self._write("pg_hba.conf", rules)
        self._write("pg_ident.conf", idents)

    def _write(self, name: str, lines: list[str]) -> None:
        path = self.place.data / name
        path.write_text("\n".join(lines) + "\n")
        path.chmod(0o600)
        if self.account.switch:
            os.chown(path, self.account.uid, self.account.gid)

    def _spawn(self) -> None:
        log = self.place.log
        if log.exists() and log.stat().st_size > LOG_KEPT_BYTES:
            log.replace(log.with_suffix(".log.1"))
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.place.socket),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_connections": "100",
            "log_statement": "none",
            # Statements carry names and telephone numbers; an error line must not copy them into a log.
            "log_min_error_statement": "panic",
            **self.settings,
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with log.open("ab") as out:
            log.chmod(0o600)
            self.process = processes.spawn(
                [str(self.binaries.program("postgres")), "-D", str(self.place.data), *flags],
                on_parent_death=signal.SIGINT,
                stdout=out,
                stderr=subprocess.STDOUT,
                **self.account.popen_options(),
            )

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_PATIENCE_S
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise Trouble(NOT_STARTED, why=self.log_tail())

    def log_tail(self, lines_n: int = 12) -> str:
        """Return the last lines of the server's log."""
        if not self.place.log.exists():
            return ""
        return "\n".join(self.place.log.read_text(errors="replace").splitlines()[-lines_n:])

    def _end_left_over(self) -> None:
        """No server of an earlier start uses the data folder any more. The caller's lease says that none is wanted."""
        pid = self.left_over_pid()
        if pid is None:
            return
        if not _gone_within(pid, 10.0):
            stop: list[str | Path] = [
                self.binaries.program("pg_ctl"),
                "stop",
                "-D",
                self.place.data,
                "-m",
                "fast",
                "-w",
                "-t",
                "60",
            ]
            self.account.run(stop)
        if not _gone_within(pid, 10.0):
            raise Trouble(STILL_RUNNING, pid=pid)

    def left_over_pid(self) -> int | None:
        """Return the process that the data folder's own mark names, if it lives."""
        mark = self.place.data / "postmaster.pid"
        try:
            pid = int(mark.read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if processes.alive(pid) and _is_server(pid) else None


def _is_server(pid: int) -> bool:
    """After a reboot the number may belong to a stranger, whom we must not wait for or stop."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True
    return b"postgres" in command


def _gone_within(pid: int, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while processes.alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
