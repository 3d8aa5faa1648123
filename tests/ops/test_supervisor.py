"""The supervisor keeps its processes running and leaves none of them behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.databases import ROOT

from anru.ops import processes
from anru.ops.postgres.account import server_account
from anru.ops.postgres.place import locate
from anru.ops.supervisor import Child, Supervisor
from anru.ops.words import Words

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
PATIENCE_S = 60.0
# Notes the children's process numbers, then supervises until a signal comes.
PROGRAM = """
import sys
from pathlib import Path
from anru.ops.supervisor import Child, Supervisor
sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
# A server that finishes its requests first: it needs a second to end.
slow = [sys.executable, "-c", '''
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), sys.exit(0)))
time.sleep(600)
''']
supervisor = Supervisor([Child("a", sleeper, {}), Child("b", slow, {})], None, lambda words, **facts: None)
supervisor.listen_for_signals()
supervisor.start()
Path(sys.argv[1]).write_text(" ".join(str(child.process.pid) for child in supervisor.children))
supervisor.run()
supervisor.stop()
"""


def eventually(question: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """The question was answered with yes in time."""
    deadline = time.monotonic() + patience_s
    while not question():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.05)


class Said:
    """What a supervisor said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, words: Words, **facts: object) -> None:
        self.lines.append(words.say("en", **facts))


@pytest.fixture
def said() -> Said:
    """A place for what a supervisor says."""
    return Said()


def pid_of(child: Child) -> int | None:
    """Return the process number of a child while it runs."""
    return child.process.pid if child.process is not None and child.process.poll() is None else None


def test_a_killed_child_is_started_again(said: Said) -> None:
    child = Child("web-1", SLEEPER, {})
    other = Child("worker", SLEEPER, {})
    supervisor = Supervisor([child, other], None, said)
    supervisor.start()
    try:
        first, untouched = pid_of(child), pid_of(other)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE_S
        supervisor.run(until=lambda: pid_of(child) not in {first, None} or time.monotonic() > deadline)
        assert pid_of(child) not in {first, None}
        assert pid_of(other) == untouched
        assert said.lines == ["web-1 ended unexpectedly (-9); starting it again in 0.5 s."]
    finally:
        supervisor.stop()
    assert pid_of(child) is None
    assert pid_of(other) is None


def test_a_child_that_keeps_failing_is_tried_more_and_more_rarely(said: Said) -> None:
    child = Child("web-1", [sys.executable, "-c", "raise SystemExit(3)"], {})
    supervisor = Supervisor([child], None, said)
    supervisor.start()
    supervisor.run(until=lambda: len(said.lines) == 3)
    supervisor.stop()
    assert [line.split("in ")[-1] for line in said.lines] == ["0.5 s.", "1.0 s.", "2.0 s."]
    assert all("(3)" in line for line in said.lines)


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """A supervisor in a process of its own, and the numbers of its children."""
    note = tmp_path / "children"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(note)], env=environment)
    try:
        eventually(lambda: note.exists() and len(note.read_text().split()) == 2)
        children = [int(pid) for pid in note.read_text().split()]
        time.sleep(0.5)  # the slow child sets its handler
        assert all(processes.alive(pid) for pid in children)
        yield process, children
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_every_child_before_the_supervisor_ends(
    supervised: tuple[subprocess.Popen[bytes], list[int]], number: int
) -> None:
    process, children = supervised
    process.send_signal(number)
    assert process.wait(PATIENCE_S) == 0
    assert [pid for pid in children if processes.alive(pid)] == []


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_killed_supervisor_leaves_no_child_behind(
    supervised: tuple[subprocess.Popen[bytes], list[int]],
) -> None:
    process, children = supervised
    process.kill()
    process.wait()
    eventually(lambda: not any(processes.alive(pid) for pid in children))


@pytest.fixture
def place() -> Iterator[Path]:
    """A data folder that the database's own account can reach; everything in it is removed."""
    folder = Path(tempfile.mkdtemp(prefix="anru-run-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(locate(folder, server_account()).socket, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def answers(port: int, path: str = "/readyz") -> bool:
    """Return whether the server answers with 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False


def belonging(folder: Path, pattern: bytes = b"") -> list[int]:
    """Return the living processes that were started for a data folder, from what the kernel says about them."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            about = command + (entry / "environ").read_bytes() if command else b""
        except OSError:
            continue
        if str(folder).encode() in about and pattern in command and processes.alive(int(entry.name)):
            found.append(int(entry.name))
    return [pid for pid in found if pid != os.getpid()]


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_whole_product_survives_the_death_of_each_process_and_stops_without_a_trace(place: Path) -> None:
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANRU_")}
    environment = {**kept, "ANRU_DATA_DIR": str(place), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "anru", "run", "--no-demo", "--port", str(port), "--lang", "en"]
    log = place / "run.log"
    with log.open("wb") as out:
        running = subprocess.Popen(
            command, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        eventually(lambda: running.poll() is not None or "Press Ctrl-C" in log.read_text(), 120)
        assert running.poll() is None, log.read_text()
        assert answers(port), log.read_text()
        for pattern in (b"anru.config.server", b"anru.ops.worker"):
            (victim,) = belonging(place, pattern)
            os.kill(victim, signal.SIGKILL)
            eventually(lambda one=victim, p=pattern: [pid for pid in belonging(place, p) if pid != one])
        eventually(lambda: answers(port))
        mark = locate(place, server_account()).data / "postmaster.pid"
        server = int(mark.read_text().split()[0])
        os.kill(server, signal.SIGKILL)
        eventually(lambda: mark.exists() and int(mark.read_text().split()[0]) != server)
        eventually(lambda: answers(port))
        running.terminate()
        assert running.wait(PATIENCE_S) == 0
        assert log.read_text().rstrip().endswith("Everything has stopped.")
        assert belonging(place) == []
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()
            eventually(lambda: not belonging(place))
