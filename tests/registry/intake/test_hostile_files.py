"""Files made to hurt are refused with words, quickly and in little memory, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.registry.intake.hostile import CORPUS
from tests.registry.intake.rosters import LIMITS, write_xlsx

from anru.registry.intake.errors import FAULT_WORDS, FileFault, IntakeRefused
from anru.registry.intake.opening import open_roster

MOST_MB = 300
MOST_SECONDS = 5
ROOT = Path(__file__).parents[3]


def measured(path: Path) -> dict[str, object]:
    """Return what reading the file took."""
    found = subprocess.run(
        [sys.executable, "-m", "tests.registry.intake.measured_reading", str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 0, found.stderr[-2000:]
    outcome: dict[str, object] = json.loads(found.stdout)
    return outcome


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) >= 60


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_hostile_file_is_refused_within_its_bounds(name: str, tmp_path: Path) -> None:
    make, faults = CORPUS[name]
    path = tmp_path / "upload.xlsx"
    make(path)
    assert path.stat().st_size <= LIMITS.file_bytes, "the size alone would give it away"
    outcome = measured(path)
    print(name, path.stat().st_size, outcome)
    assert outcome["fault"] in ({fault.value for fault in faults} or {""})
    assert float(str(outcome["grown_mb"])) < MOST_MB
    assert float(str(outcome["seconds"])) < MOST_SECONDS


def test_the_measurement_sees_memory_that_was_given_back() -> None:
    assert float(str(measured(Path("--planted"))["grown_mb"])) > MOST_MB


def test_a_file_over_the_limit_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as stream:
        stream.truncate(LIMITS.file_bytes + 1)
    with pytest.raises(IntakeRefused) as refused:
        open_roster(path, limits=LIMITS)
    assert refused.value.fault is FileFault.TOO_LARGE
    assert "21 MB" in refused.value.text.zh


def test_a_harmless_file_is_not_refused(tmp_path: Path) -> None:
    outcome = measured(write_xlsx(tmp_path / "a.xlsx", [["企业名称", "代码"], ["甲", "乙"]]))
    assert (outcome["fault"], outcome["rows"]) == ("", 2)


def test_every_fault_has_words_in_two_languages() -> None:
    assert set(FAULT_WORDS) == set(FileFault)
    assert all(words.zh.strip() and words.en.strip() for words in FAULT_WORDS.values())
