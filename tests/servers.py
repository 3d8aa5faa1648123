"""A real server for tests: the product's own processes on a database and a data folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from anru.ops import processes
from anru.ops.address import bind
from anru.ops.supervisor import STOP_STEPS
from tests.databases import ROOT, TestDatabase

START_PATIENCE_S = 90


@dataclass
class LiveAnru:
    """A running server. `url` has no slash at its end."""

    database: TestDatabase
    data_dir: Path
    url: str = ""
    port: int = 0
    extra: dict[str, str] = field(default_factory=dict)
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What the server's processes find in their environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANRU_")}
        return {
            **kept,
            "ANRU_DATABASE_URL": self.database.url,
            "ANRU_DATA_DIR": str(self.data_dir),
            "ANRU_SECRET_KEY": settings.SECRET_KEY,
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "anru.config.settings"),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
            **self.extra,
        }

    def start(self) -> None:
        """The server answers. A second start uses the same port, as after a crash."""
        listener, self.port = bind("127.0.0.1", self.port, fixed=True)
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "anru.config.server", "--fd", str(listener.fileno())]
        self.web = self._spawn(command, "web.log", (listener.fileno(),))
        listener.close()
        deadline = time.monotonic() + START_PATIENCE_S
        while not self._answers():
            if self.web.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log('web.log')}")
            time.sleep(0.05)

    def start_worker(self) -> None:
        """A worker does what the queue holds."""
        self.worker = self._spawn([sys.executable, "-m", "anru.ops.worker"], "worker.log", ())

    def drain(self) -> None:
        """Nothing waits in the queue any more."""
        done = subprocess.run(
            [sys.executable, "-m", "anru.ops.worker", "--once"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def stop(self) -> None:
        """No process of this server is left."""
        for process in (self.worker, self.web):
            if process is not None:
                processes.stop(process, STOP_STEPS)
        self.web = self.worker = None

    def log(self, name: str = "web.log") -> str:
        """Return what a process wrote."""
        path = self.data_dir / name
        return path.read_text(errors="replace") if path.exists() else ""

    def _spawn(self, command: list[str], log: str, fds: tuple[int, ...]) -> subprocess.Popen[bytes]:
        with (self.data_dir / log).open("ab") as out:
            return processes.spawn(
                command, on_parent_death=9, env=self.environment, pass_fds=fds, stdout=out, stderr=subprocess.STDOUT
            )

    def _answers(self) -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"the server answers {error.code}:\n{self.log()}") from error
        except OSError:
            return False
