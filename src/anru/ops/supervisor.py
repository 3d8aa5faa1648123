"""Keeps the server's processes running and ends them in order."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from anru.ops import processes
from anru.ops.postgres.cluster import Cluster
from anru.ops.words import Trouble, Words

TICK_S = 0.2
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
STEADY_S = 60.0
STOP_STEPS = ((signal.SIGTERM, 15.0),)
ENDED = Words(
    "进程 {name} 意外结束（{code}），{pause:.1f} 秒后重新启动。",
    "{name} ended unexpectedly ({code}); starting it again in {pause:.1f} s.",
)
DATABASE_ENDED = Words("数据库意外结束，正在重新启动。", "The database ended unexpectedly; starting it again.")
NO_DATABASE = Words("数据库暂时起不来：{why}", "The database does not come up yet: {why}")


@dataclass
class Child:
    """One process that must always run."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    due_s: float = 0.0

    def start(self) -> None:
        """The process runs."""
        self.process = processes.spawn(
            self.command, on_parent_death=signal.SIGTERM, env=dict(self.environment), pass_fds=self.pass_fds
        )
        self.started_s = time.monotonic()

    def tend(self, say: Callable[..., None]) -> None:
        """A process that ended is started again, after a pause that grows while it keeps failing."""
        now = time.monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self.process = None
            if now - self.started_s >= STEADY_S:
                self.pause_s = FIRST_PAUSE_S
            self.due_s = now + self.pause_s
            say(ENDED, name=self.name, code=code, pause=self.pause_s)
            self.pause_s = min(self.pause_s * 2, LONGEST_PAUSE_S)
        elif now >= self.due_s:
            self.start()


@dataclass
class Supervisor:
    """Runs the children until it is asked to stop. `cluster` is our own database, or None when another one is used."""

    children: list[Child]
    cluster: Cluster | None
    say: Callable[..., None]
    asked: threading.Event = field(default_factory=threading.Event)

    def listen_for_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal ask for an orderly stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked.set()

    def start(self) -> None:
        """All children run."""
        for child in self.children:
            child.start()

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """The children are kept running until a stop is asked for, or `until` says so."""
        while not self.asked.is_set() and not until():
            self._tend_database()
            for child in self.children:
                child.tend(self.say)
            self.asked.wait(TICK_S)

    def stop(self) -> None:
        """Every child has ended, the pages first and the database last, so that nothing is cut off in the middle."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in running:
            processes.stop(process, STOP_STEPS)
        for child in self.children:
            child.process = None
        if self.cluster is not None:
            self.cluster.stop()

    def _tend_database(self) -> None:
        if self.cluster is None or self.cluster.process is None or self.cluster.process.poll() is None:
            return
        self.say(DATABASE_ENDED)
        try:
            self.cluster.start()
        except Trouble as trouble:
            self.say(NO_DATABASE, why=str(trouble))
            self.asked.wait(5)
