"""Judges real files from the first byte to the last row."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.registry.intake.rosters import LIMITS, TODAY, credit_code, lists, write_xlsx

from anru.registry.intake.columns import propose
from anru.registry.intake.facts import RowVerdict
from anru.registry.intake.gathering import Roster, gather
from anru.registry.intake.header import find_header
from anru.registry.intake.opening import open_roster
from anru.registry.intake.rows import RowJudge, judge_batches

OWNER = ("企业名称", "信用代码", "镇街", "行业")
OWNER_CELLS = ("宁波示范机械厂", credit_code(1), "下应", "机械")


def judged_file(path: Path, after: int = 0, size: int = 500) -> tuple[list[RowVerdict], Roster]:
    """Return every verdict of a file, and what the comparison of its rows found."""
    with closing(open_roster(path, limits=LIMITS)) as roster:
        header = find_header(roster)
        columns = propose(header.labels)
        assert columns.usable, (columns.missing, columns.doubled)
        judge = RowJudge(columns, lists(), on=TODAY)
        batches = list(judge_batches(roster, header, judge, after=after, size=size))
        verdicts = [verdict for batch in batches for verdict in batch.verdicts]
        return verdicts, gather(verdicts, columns)


def judged(tmp_path: Path, titles: Sequence[str], *rows: Sequence[Any]) -> tuple[list[RowVerdict], Roster]:
    """Return the verdicts on rows under titles."""
    return judged_file(write_xlsx(tmp_path / "a.xlsx", [titles, *rows]))
