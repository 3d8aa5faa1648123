"""Ten thousand rows are read and judged in less than three seconds of processor time, in little memory."""

from __future__ import annotations

import time
import tracemalloc
from contextlib import closing
from pathlib import Path

from tests.registry.intake.rosters import LIMITS, TODAY, credit_code, lists, write_xlsx

from anru.registry.intake.columns import propose
from anru.registry.intake.fields import FIELDS
from anru.registry.intake.gathering import gather
from anru.registry.intake.header import find_header
from anru.registry.intake.opening import open_roster
from anru.registry.intake.rows import RowJudge, judge_batches
from anru.registry.intake.workbook import SPACE_FORM

ROWS = 10_000
MOST_SECONDS = 3.0
MOST_BYTES_WHILE_STREAMING = 20_000_000


def large_roster(path: Path, rows: int) -> Path:
    """A workbook of the widest shape that the form has: 28 columns, three spaces to an enterprise."""
    titles = [FIELDS[field].title.zh for field in SPACE_FORM]
    cells = [
        [
            f"宁波第{at // 3}机械厂",
            credit_code(at // 3),
            "姜山镇",
            "机械",
            f"示范路{at // 3}号",
            "张三",
            "13800005678",
            "李四",
            "0574-88000000",
            120,
            f"KJ-{at}",
            f"{at}#污水池",
            "地下有限空间",
            "调节池",
            "封闭",
            f"污水站{at}区",
            6,
            4,
            3.5,
            84,
            1,
            "硫化氢、缺氧",
            "中毒、窒息",
            "先通风、再检测、后作业；专人监护",
            "上锁",
            "已隔离",
            "2026-05-01",
            "王五",
        ]
        for at in range(rows)
    ]
    return write_xlsx(path, [titles, *cells])


def judged_seconds(path: Path) -> float:
    """Return the processor seconds to open, read, judge and compare a file."""
    started = time.process_time()
    with closing(open_roster(path, limits=LIMITS)) as roster:
        header = find_header(roster)
        columns = propose(header.labels)
        judge = RowJudge(columns, lists(), on=TODAY)
        verdicts = [verdict for batch in judge_batches(roster, header, judge) for verdict in batch.verdicts]
    assert len(verdicts) == ROWS
    assert all(verdict.ok for verdict in verdicts)
    assert len(gather(verdicts, columns).enterprises) == -(-ROWS // 3)
    return time.process_time() - started


def test_ten_thousand_rows_in_three_seconds(tmp_path: Path) -> None:
    path = large_roster(tmp_path / "a.xlsx", ROWS)
    # A neighbour on the same processor costs up to half of the speed, so one good run of five is what counts.
    seconds = MOST_SECONDS
    for _attempt in range(5):
        seconds = min(seconds, judged_seconds(path))
        if seconds < MOST_SECONDS:
            break
    print(f"{ROWS} rows of {len(SPACE_FORM)} columns: {seconds:.2f} s")
    assert seconds < MOST_SECONDS


def test_batches_do_not_gather_in_memory(tmp_path: Path) -> None:
    path = large_roster(tmp_path / "a.xlsx", 3_000)
    with closing(open_roster(path, limits=LIMITS)) as roster:
        header = find_header(roster)
        judge = RowJudge(propose(header.labels), lists(), on=TODAY)
        tracemalloc.start()
        try:
            rows = sum(len(batch.verdicts) for batch in judge_batches(roster, header, judge))
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert rows == 3_000
    assert peak < MOST_BYTES_WHILE_STREAMING
