"""One supervisor per data folder. The lease is a file lock, so it ends with its holder however that one dies."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from anru.ops.words import Trouble, Words

FILE = "anru.lease"
HELD = Words(
    "这个数据目录已经由进程 {pid} 运行着 Anru（{address}）。请先停止它，或换一个 ANRU_DATA_DIR。",
    "Anru already runs on this data folder as process {pid} ({address}). "
    "Stop it first, or choose another ANRU_DATA_DIR.",
)


class Lease:
    """The right to run the cluster of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE
        self._file = -1

    def take(self) -> bool:
        """Return whether the lease is ours now; False when another living process holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._file = handle
        self.note(address="")
        return True

    def require(self) -> None:
        """The lease is ours. Raises: Trouble that names the holder."""
        if not self.take():
            holder = self.holder()
            raise Trouble(HELD, pid=holder.get("pid", "?"), address=holder.get("address") or "…")

    def note(self, *, address: str) -> None:
        """Whoever finds the lease held can read who holds it and where it answers."""
        content = json.dumps({"pid": os.getpid(), "address": address}).encode()
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, content, 0)

    def holder(self) -> dict[str, Any]:
        """Return what the holder noted."""
        try:
            noted: dict[str, Any] = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return noted

    def release(self) -> None:
        """Others may take the lease."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
