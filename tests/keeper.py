"""Keeps the tests' cluster running for as long as the test run lives: python -m tests.keeper FOLDER PID.

A process of its own, because with several test processes none of them outlives the others, and a test run that is
killed must not leave a server behind.
"""

from __future__ import annotations

import shutil
import signal
import sys
import threading
from pathlib import Path

from anru.ops import processes
from anru.ops.postgres.cluster import Cluster
from anru.ops.postgres.roles import provision

# The tests' data is thrown away, so nothing has to survive a power cut. Everything else is as in production.
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_size": "4GB",
}
READY = "ready"


def main() -> int:
    """Serve until the test run has ended; leave nothing behind."""
    folder, owner_pid = Path(sys.argv[1]), int(sys.argv[2])
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: over.set())
    cluster = Cluster.at(folder, NOT_DURABLE)
    try:
        cluster.start()
        with cluster.connect() as connection:
            provision(connection)
        (folder / READY).touch()
        while not over.wait(0.2) and processes.alive(owner_pid):
            continue
    finally:
        cluster.stop()
        shutil.rmtree(cluster.place.base, ignore_errors=True)
        shutil.rmtree(cluster.place.socket, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
