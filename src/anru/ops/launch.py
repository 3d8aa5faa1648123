"""Environment and database for one command: the given database, or our own cluster for as long as the command runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from anru.ops.lease import Lease
from anru.ops.postgres.cluster import LOGIN, OWNER, Cluster
from anru.ops.postgres.roles import create_database, provision

SETTINGS = "anru.config.settings"
DEFAULT_DATA_DIR = Path(__file__).resolve().parents[3] / "var"


def data_dir() -> Path:
    """Return the folder for everything that Anru keeps beside the database."""
    return Path(os.environ.get("ANRU_DATA_DIR") or DEFAULT_DATA_DIR).resolve()


@dataclass(frozen=True, slots=True)
class Database:
    """How the processes reach the database. `cluster` is ours and set only when this process started it."""

    url: str
    owner_url: str
    cluster: Cluster | None = None

    def environment(self, *, owner: bool) -> dict[str, str]:
        """Return a child's environment. Only commands that change the schema get the owner's address."""
        given = {name: value for name, value in os.environ.items() if name != "ANRU_OWNER_DATABASE_URL"}
        given |= {
            "ANRU_DATABASE_URL": self.url,
            "ANRU_DATA_DIR": str(data_dir()),
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS),
            "PYTHONUNBUFFERED": "1",
        }
        if owner:
            given["ANRU_OWNER_DATABASE_URL"] = self.owner_url
        return given


def given_database() -> Database | None:
    """Return the database that the environment names, or None when we have to bring our own."""
    url = os.environ.get("ANRU_DATABASE_URL", "")
    return Database(url, os.environ.get("ANRU_OWNER_DATABASE_URL") or url) if url else None


def start_own(settings: Mapping[str, str] | None = None) -> Database:
    """Our cluster answers, with its roles and its database. The caller holds the lease. Raises: Trouble."""
    cluster = Cluster.at(data_dir(), settings)
    cluster.start()
    with cluster.connect() as connection:
        provision(connection)
        create_database(connection)
    return Database(cluster.url(LOGIN), cluster.url(OWNER), cluster)


@contextmanager
def database_for_command() -> Iterator[Database]:
    """Give a command a database that answers: the named one, the running supervisor's, or our own until it is done."""
    given = given_database()
    if given is not None:
        yield given
        return
    lease = Lease(data_dir())
    if not lease.take():
        running = Cluster.at(data_dir())
        yield Database(running.url(LOGIN), running.url(OWNER))
        return
    own: Database | None = None
    try:
        own = start_own()
        yield own
    finally:
        if own is not None and own.cluster is not None:
            own.cluster.stop()
        lease.release()
