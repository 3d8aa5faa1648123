"""Making, exporting, checking and spoiling chains of the ledger."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connections
from tests.databases import ROOT
from tests.world import later

from anru.accounts.scope import acting_as_system
from anru.kernel.actor import SYSTEM
from anru.ledger.events import Fact, SubjectRef
from anru.ledger.models import Entry
from anru.ledger.services import record

VERIFIER = ROOT / "src" / "anru" / "ledger" / "verifier.py"
Line = dict[str, Any]


def write(*numbers: int) -> None:
    """One transaction records one entry for each number."""
    with acting_as_system():
        for number in numbers:
            put(number)


def put(number: int) -> Entry:
    """An entry stands in the running transaction, with words in which bytes and characters differ in number."""
    return record(
        Fact("pool.checked", SubjectRef("space", f"池{number}"), "33/3302/", {"氧含量": "20.9", "n": number}, "第八条"),
        actor=SYSTEM,
        at=later(minutes=number),
    )


def chain() -> list[Entry]:
    """Return the sealed entries in the order of the chain."""
    with acting_as_system():
        return list(Entry.objects.filter(hash__isnull=False).order_by("seq"))


def export(folder: Path) -> Path:
    """The ledger stands in a file."""
    path = folder / "ledger.jsonl"
    call_command("ledger_export", str(path), verbosity=0)
    return path


def check(path: Path, *heads: str) -> tuple[int, list[str]]:
    """Run the verifier as a stranger would: the bare file, no path to our packages, no environment."""
    options = [part for head in heads for part in ("--head", head)]
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), str(path), *options],
        env={},
        cwd=path.parent,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def head_of(line: Line) -> str:
    """Return what somebody would have noted when this was the last line."""
    return f"{line['seq']}:{line['hash']}"


def edited(path: Path, change: Callable[[list[Line]], None]) -> Path:
    """The exported lines are written again after a change."""
    lines = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def as_owner(*statements: str) -> None:
    """The owner of the tables lifts the guards, does as it pleases, and puts the guards back."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount > 0, statement
        cursor.execute("ALTER TABLE ledger_entry ENABLE TRIGGER USER")
