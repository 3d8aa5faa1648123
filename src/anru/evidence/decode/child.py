"""The child process: give up rights, decode the file on standard input, say on standard output what it is."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from anru.evidence.decode import confine
from anru.evidence.decode.faults import Fault, Unfit
from anru.evidence.decode.kinds import decode_any
from anru.evidence.decode.limits import Limits

_PEAK = re.compile(rb"VmHWM:\s+(\d+) kB")


def main() -> int:
    """One record stands on standard output, or the process ends with another code than 0."""
    limits = _limits(sys.argv[1])
    confine.set_limits(limits)
    status = os.open("/proc/self/status", os.O_RDONLY)
    granted = confine.shut_in(Path(__file__).resolve().parents[3], Path.cwd())
    # A native library that prints must not print into the record.
    said = os.dup(1)
    os.dup2(2, 1)
    record = _decode(limits)
    if "findings" in record:
        record["findings"]["confined"] = list(granted)
    found = _PEAK.search(os.pread(status, 8_192, 0))
    record["peak_bytes"] = int(found[1]) * 1024 if found else 0
    with os.fdopen(said, "w", encoding="utf-8") as answer:
        json.dump(record, answer, allow_nan=False)
    return 0


def _limits(text: str) -> Limits:
    given = json.loads(text)
    return replace(Limits(), **{**given, "allowed": tuple(given["allowed"])})


def _decode(limits: Limits) -> dict[str, Any]:
    try:
        with io.FileIO(0, closefd=False) as raw:
            return decode_any(io.BufferedReader(raw), limits)
    except Unfit as unfit:
        return {"fault": unfit.fault.value, "facts": unfit.facts}
    except MemoryError:
        return {"fault": Fault.TOO_MUCH_MEMORY.value, "facts": {}}
    except RecursionError:
        return {"fault": Fault.CRASHED.value, "facts": {"error": "RecursionError"}}
    except Exception as error:
        # Decoders raise anything at all on bytes made to hurt them; none of it may pass as a good file.
        traceback.print_exc(limit=-3)
        return {"fault": Fault.CRASHED.value, "facts": {"error": type(error).__name__[:60]}}


if __name__ == "__main__":
    sys.exit(main())
