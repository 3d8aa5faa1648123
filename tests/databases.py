"""Databases for tests: one cluster per test run, one migrated template, a copy of it for whoever needs one."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

import environ
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from anru.ops import processes
from anru.ops.grants import grant_runtime
from anru.ops.postgres.cluster import LOGIN, OWNER, Cluster
from anru.ops.postgres.roles import create_database
from tests.keeper import READY

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "anru_template"
START_PATIENCE_S = 120


@dataclass(frozen=True)
class TestDatabase:
    """One database of the tests and how the application and the owner reach it."""

    __test__ = False

    name: str
    url: str
    owner_url: str


class TestCluster:
    """The run's cluster. It is started by the first test process that needs it and shared by all."""

    __test__ = False

    def __init__(self) -> None:
        in_worker = "PYTEST_XDIST_WORKER" in os.environ
        self.owner_pid = os.getppid() if in_worker else os.getpid()
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.folder = Path(tempfile.gettempdir()) / f"anru-tests-{os.geteuid()}-{self.owner_pid}"
        self._numbers = count(1)

    @cached_property
    def cluster(self) -> Cluster:
        """The cluster, which answers."""
        with self._alone():
            if self._keeper_pid() is None:
                # Whatever lies here is of a dead run whose process number came around again.
                for mark in (READY, "template"):
                    (self.folder / mark).unlink(missing_ok=True)
                self._start_keeper()
        return Cluster.at(self.folder)

    def template(self) -> str:
        """Return the name of a database with the schema of this release, migrated once per run."""
        # Taken before the lock: starting the cluster takes the same lock, which would wait for itself.
        cluster = self.cluster
        with self._alone():
            done = self.folder / "template"
            if not done.exists():
                self._migrate(cluster)
                done.touch()
        return TEMPLATE

    def copy(self, purpose: str = "") -> TestDatabase:
        """Return a new database with the schema and nothing in it."""
        template, cluster = self.template(), self.cluster
        name = f"anru_{self.worker}_{purpose or next(self._numbers)}"
        # One copy at a time: copying fails while another copy reads the template.
        with self._alone(), cluster.connect() as connection:
            create_database(connection, name, template)
        return TestDatabase(name, cluster.url(LOGIN, name), cluster.url(OWNER, name))

    def drop(self, database: TestDatabase) -> None:
        """The database is gone, whoever is still connected."""
        with self.cluster.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database.name)))

    def stop(self) -> None:
        """The cluster has ended, if it ever ran."""
        pid = self._keeper_pid()
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + 60
            while processes.alive(pid) and time.monotonic() < deadline:
                time.sleep(0.05)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keeper_pid(self) -> int | None:
        mark = self.folder / "keeper"
        pid = int(mark.read_text()) if mark.exists() else 0
        return pid if pid and processes.alive(pid) else None

    def _migrate(self, cluster: Cluster) -> None:
        with cluster.connect() as connection:
            create_database(connection, TEMPLATE)
        before = current("owner")
        point("owner", cluster.url(OWNER, TEMPLATE))
        try:
            call_command("migrate", database="owner", interactive=False, verbosity=0)
            grant_runtime()
        finally:
            restore("owner", before)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o711, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start_keeper(self) -> None:
        log = self.folder / "keeper.log"
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        with log.open("wb") as out:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.keeper", str(self.folder), str(self.owner_pid)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=ROOT,
                start_new_session=True,
            )
        (self.folder / "keeper").write_text(str(keeper.pid))
        deadline = time.monotonic() + START_PATIENCE_S
        while not (self.folder / READY).exists():
            if keeper.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the tests' cluster did not start:\n{log.read_text()}")
            time.sleep(0.05)


def current(alias: str) -> dict[str, object]:
    """Return where an alias points."""
    return dict(connections.settings[alias])


def restore(alias: str, before: dict[str, object]) -> None:
    """The alias points where it pointed before."""
    connections[alias].close()
    connections.settings[alias].clear()
    connections.settings[alias].update(before)


def point(alias: str, url: str) -> None:
    """The alias leads to another database, with the options that the settings gave it."""
    connections[alias].close()
    found = environ.Env.db_url_config(url)
    settings = connections.settings[alias]
    # Changed in place: connections of other threads read the same dictionary.
    settings["OPTIONS"] = {**settings["OPTIONS"], **found.pop("OPTIONS", {})}
    settings.update({name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})


CLUSTER = TestCluster()
