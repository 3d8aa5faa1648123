"""`anru run`: the whole product from one command, with its own database unless another one is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from anru.ops.address import DEFAULT_HOST, DEFAULT_PORT, MOVED, bind
from anru.ops.launch import Database, data_dir, given_database, start_own
from anru.ops.lease import Lease
from anru.ops.supervisor import Child, Supervisor
from anru.ops.words import Trouble, Words

READY_PATIENCE_S = 120.0
STARTING = Words("正在启动数据库……", "Starting the database …")
OWN_DATABASE = Words(
    "数据库：PostgreSQL {major}（{origin}），数据在 {data}",
    "Database: PostgreSQL {major} ({origin}), data in {data}",
)
PREPARING = Words("正在准备数据库结构……", "Preparing the schema …")
NOT_PREPARED = Words("数据库结构没有准备好，详见上面的信息。", "The schema could not be prepared; see the lines above.")
UNSAFE = Words("生产模式拒绝启动，原因见上。", "A production start is refused for the reasons above.")
NOT_ANSWERING = Words("服务在 {patience} 秒内没有响应。", "The server did not answer within {patience} s.")
READY = Words("安入已启动：{address}", "Anru runs at {address}")
LOGINS = Words("演示账号（密码都是 {password}）：", "Demonstration logins (each with the password {password}):")
HOW_TO_STOP = Words("按 Ctrl-C 停止；数据会保留。", "Press Ctrl-C to stop; the data stays.")
STOPPING = Words("正在停止……", "Stopping …")
STOPPED = Words("已全部停止。", "Everything has stopped.")


def run(given: Namespace) -> int:
    """Anru ran until it was asked to stop. Return the exit code. Raises: Trouble when it cannot start."""

    def say(words: Words, **facts: object) -> None:
        print(words.say(given.lang, **facts), flush=True)

    lease = Lease(data_dir())
    lease.require()
    supervisor = Supervisor([], None, say)
    supervisor.listen_for_signals()
    try:
        return _run(given, lease, supervisor, say)
    finally:
        supervisor.stop()
        lease.release()


def _run(given: Namespace, lease: Lease, supervisor: Supervisor, say: Callable[..., None]) -> int:
    listener, port = bind(given.host, DEFAULT_PORT if given.port is None else given.port, fixed=given.port is not None)
    if given.port is None and port != DEFAULT_PORT:
        say(MOVED, port=DEFAULT_PORT, chosen=port)
    database = _database(supervisor, say)
    say(PREPARING)
    told = _prepare(database, given)
    if _in_production():
        check_production(database, given.lang)
    supervisor.children = _children(database, listener.fileno(), given)
    supervisor.start()
    address = f"http://{'localhost' if given.host == DEFAULT_HOST else given.host}:{port}/"
    supervisor.run(until=_first_answer(given.host, port))
    if not supervisor.asked.is_set():
        lease.note(address=address)
        _welcome(address, told, given.lang, say)
        supervisor.run()
    say(STOPPING)
    listener.close()
    supervisor.stop()
    say(STOPPED)
    return 0


def _database(supervisor: Supervisor, say: Callable[..., None]) -> Database:
    given = given_database()
    if given is not None:
        return given
    say(STARTING)
    database = start_own()
    supervisor.cluster = database.cluster
    if database.cluster is not None:
        chosen = database.cluster.binaries
        say(OWN_DATABASE, major=chosen.major, origin=chosen.origin, data=database.cluster.place.data)
    return database


def _prepare(database: Database, given: Namespace) -> dict[str, Any]:
    """The schema is ready; return what the preparing process tells. It alone gets the owner's address."""
    command = [sys.executable, "-m", "anru", "prepare", "--lang", given.lang, "--tell"]
    if given.no_demo or _in_production():
        command.append("--no-demo")
    done = subprocess.run(command, env=database.environment(owner=True), stdout=subprocess.PIPE, text=True)
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines:
        raise Trouble(NOT_PREPARED)
    told: dict[str, Any] = json.loads(lines[-1])
    return told


def check_production(database: Database, lang: str) -> None:
    """Return when nothing makes a production start unsafe. Raises: Trouble after each reason has been said."""
    command = [sys.executable, "-m", "anru", "check-production", "--lang", lang]
    if subprocess.run(command, env=database.environment(owner=False)).returncode != 0:
        raise Trouble(UNSAFE)


def _children(database: Database, fd: int, given: Namespace) -> list[Child]:
    environment = database.environment(owner=False)
    serve = [sys.executable, "-m", "anru.config.server", "--fd", str(fd)]
    number = int(os.environ.get("ANRU_WEB_PROCESSES", "1"))
    children = [Child(f"web-{n + 1}", serve, environment, pass_fds=(fd,)) for n in range(number)]
    if not given.no_worker:
        children.append(Child("worker", [sys.executable, "-m", "anru.ops.worker"], environment))
    return children


def _first_answer(host: str, port: int) -> Callable[[], bool]:
    """Return a question that is answered with yes once the server answers. Raises: Trouble when it takes too long."""
    deadline = time.monotonic() + READY_PATIENCE_S
    reach = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound

    # A proxy of the environment must not be asked for our own machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def answered() -> bool:
        if time.monotonic() > deadline:
            raise Trouble(NOT_ANSWERING, patience=int(READY_PATIENCE_S))
        try:
            with opener.open(f"http://{reach}:{port}/healthz", timeout=2):
                return True
        except urllib.error.HTTPError as error:
            return error.code < 500  # It answers, if only to refuse this host name or to ask for HTTPS.
        except OSError:
            return False

    return answered


def _welcome(address: str, told: dict[str, Any], lang: str, say: Callable[..., None]) -> None:
    print()
    say(READY, address=address)
    if told["logins"]:
        say(LOGINS, password=told["password"])
        for login in told["logins"]:
            print(f"  {login['username']:<12} {login['role']} · {login['organisation']}")
    say(HOW_TO_STOP)


def _in_production() -> bool:
    return os.environ.get("ANRU_PRODUCTION", "").lower() in {"1", "true", "yes", "on"}


def default_address() -> tuple[str, int | None]:
    """Return host and port from the environment; the port is None when nobody asked for one."""
    port = os.environ.get("ANRU_PORT", "")
    return os.environ.get("ANRU_HOST", DEFAULT_HOST), int(port) if port else None
