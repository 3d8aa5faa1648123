"""A database for measuring: durable as in production, filled once and kept for the next run."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anru.ops.postgres.cluster import LOGIN, OWNER, Cluster
from anru.ops.postgres.roles import create_database, provision

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = {"max_wal_size": "4GB", "shared_buffers": "512MB", "work_mem": "16MB", "random_page_cost": "1.1"}


def fingerprint() -> str:
    """Return what the content of the database follows from: the generator and the migrations."""
    digest = hashlib.sha256()
    for path in sorted([*Path(__file__).parent.glob("*.sql"), *ROOT.glob("src/anru/*/migrations/*.py")]):
        digest.update(path.read_bytes())
    digest.update((Path(__file__).parent / "province.py").read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def database(enterprises: int, *, rebuild: bool) -> Iterator[tuple[str, bool]]:
    """A cluster runs for the length of the block, and the environment leads to a database in it.

    Yields its name and whether it holds a province of this size already.
    """
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    filled = folder / f"filled-{enterprises}-{fingerprint()}"
    if rebuild:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    cluster = Cluster.at(folder, SETTINGS)
    cluster.start()
    try:
        name = f"bench_{enterprises}_{fingerprint()}"
        with cluster.connect() as connection:
            provision(connection)
            if not filled.exists():
                connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
                create_database(connection, name)
        os.environ["ANRU_DATABASE_URL"] = cluster.url(LOGIN, name)
        os.environ["ANRU_OWNER_DATABASE_URL"] = cluster.url(OWNER, name)
        os.environ["ANRU_DATA_DIR"] = str(folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anru.config.settings")
        yield name, filled.exists()
        filled.touch()
    finally:
        cluster.stop()
