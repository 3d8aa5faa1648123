"""Reads one file in a process of its own and prints what it took: `python -m … <file>`."""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.registry.intake.rosters import LIMITS

from anru.registry.intake.errors import FileFault, IntakeRefused
from anru.registry.intake.opening import open_roster

PLANTED = "--planted"


def _peak_mb() -> float:
    # ru_maxrss would begin with the peak of the process that started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main(path: Path) -> None:
    """The outcome stands on standard output as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
    before, started, fault, rows = _peak_mb(), time.process_time(), "", 0
    try:
        if str(path) == PLANTED:
            raise IntakeRefused(FileFault.TEXT_TOO_LONG, row=len(bytearray(400_000_000)), limit=1)
        with closing(open_roster(path, limits=LIMITS)) as roster:
            rows = sum(1 for _row in roster.rows())
    except IntakeRefused as refused:
        fault = refused.code
        if not refused.text.zh or "%(" in refused.text.zh + refused.text.en:
            raise
    seconds = time.process_time() - started
    print(json.dumps({"fault": fault, "rows": rows, "seconds": seconds, "grown_mb": _peak_mb() - before}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
