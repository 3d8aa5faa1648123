"""What every test may ask for: a database under row-level security, a database of its own, a real server, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from tests.databases import CLUSTER, TestDatabase, current, point, restore
from tests.servers import LiveAnru

# A browser test reads rows from a thread that runs an event loop; Django would refuse that.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys run one after the other in one process: two browsers at once starve each other on small machines."""
    for item in items:
        if item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.xdist_group("journey"))
        database = item.get_closest_marker("django_db")
        if database is not None and (database.kwargs.get("transaction") or "transactional_db" in item.fixturenames):  # type: ignore[attr-defined]
            # Flushing tables needs rights that the runtime role must not have.
            raise pytest.UsageError(f"{item.nodeid}: use the fixture `fresh_database` for tests that commit")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run's cluster is stopped by the process that outlives all others."""
    if not hasattr(config, "workerinput"):
        CLUSTER.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """`default` leads to this process's own database as the runtime role, `owner` to the same as its owner."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        database = CLUSTER.copy("tests")
        before = {alias: current(alias) for alias in ("default", "owner")}
        point("default", database.url)
        point("owner", database.owner_url)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for alias, kept in before.items():
            restore(alias, kept)


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of the test's own, so that nothing reaches a developer's; passwords are hashed cheaply."""
    folder = tmp_path_factory.mktemp("data")
    with override_settings(
        PASSWORD_HASHERS=["tests.hashers.QuickArgon2"],
        DATA_DIR=folder,
        EVIDENCE_DIR=folder / "evidence",
        UPLOAD_DIR=folder / "uploads",
        EXPORT_DIR=folder / "exports",
    ):
        yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def fresh_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[TestDatabase]:
    """A database of the test's own that both aliases lead to: commits are real, any number of connections may look."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        database = CLUSTER.copy()
        before = {alias: current(alias) for alias in ("default", "owner")}
        point("default", database.url)
        point("owner", database.owner_url)
        try:
            yield database
        finally:
            for alias, kept in before.items():
                restore(alias, kept)
            CLUSTER.drop(database)


@pytest.fixture
def live_anru(fresh_database: TestDatabase, data_dir: Path) -> Iterator[LiveAnru]:
    """A real server on a database of its own that shares the test's data folder; a worker only where a test starts one."""
    server = LiveAnru(fresh_database, data_dir)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium or Chrome of this machine. A journey without a browser fails; it is never skipped in silence."""
    for name in (os.environ.get("ANRU_CHROMIUM", ""), *BROWSERS):
        found = shutil.which(name) if name else None
        if found:
            return found
    pytest.fail("no Chromium or Chrome was found: install one, or set ANRU_CHROMIUM to its path")
