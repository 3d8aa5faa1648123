"""What only all rows together can tell: doubles, merged enterprises, contradictions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.registry.intake.judging import OWNER, OWNER_CELLS, judged, judged_file
from tests.registry.intake.rosters import (
    ENTERPRISE_TITLES,
    credit_code,
    enterprise_cells,
    write_sheet,
)

from anru.registry.intake.columns import Shape, propose
from anru.registry.intake.problems import RowFault

F = RowFault

PER_SPACE = (*OWNER, "地址", "联系电话", "有限空间数量", "有限空间编号", "有限空间名称", "有限空间类型", "危险有害因素")


def space_row(**cells: Any) -> list[Any]:
    """Return a valid row of the shape one row per space, with some cells of its own."""
    base = dict(zip(PER_SPACE, [*OWNER_CELLS, "路1号", "13800005678", "", "", "池", "地下", "缺氧"], strict=True))
    return list((base | cells).values())


def test_the_same_code_twice_is_an_error_of_both_rows(tmp_path: Path) -> None:
    rows = [enterprise_cells(1), enterprise_cells(2), ["另一名", *enterprise_cells(1)[1:]]]
    _verdicts, roster = judged(tmp_path, ENTERPRISE_TITLES, *rows)
    assert [(problem.row, problem.fault, problem.facts["rows"]) for problem in roster.problems] == [
        (2, F.DUPLICATE_CODE, "4"),
        (4, F.DUPLICATE_CODE, "2"),
    ]
    assert roster.rows_in_error == {2, 4}
    assert [found.ok for found in roster.enterprises] == [False, True]


def test_rows_of_spaces_merge_into_their_enterprise(tmp_path: Path) -> None:
    rows = [
        space_row(有限空间名称="池1", 有限空间编号="01", 地址=""),
        space_row(有限空间名称="池2", 企业名称="宁波示范机械厂 "),
        space_row(有限空间名称="罐", 信用代码=credit_code(2), 企业名称="乙厂"),
        space_row(有限空间名称="池3"),
    ]
    _verdicts, roster = judged(tmp_path, PER_SPACE, *rows)
    first, second = roster.enterprises
    assert (first.rows, second.rows) == ((2, 3, 5), (4,))
    assert first.enterprise.address == "路1号"
    assert [(found.row, found.space.name, found.space.number) for found in first.spaces] == [
        (2, "池1", "01"),
        (3, "池2", "02"),
        (5, "池3", "03"),
    ]
    assert [problem.fault for problem in roster.problems] == [F.NUMBER_GIVEN] * 3
    assert first.ok
    assert second.ok


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"企业名称": "另一家厂"}, [(3, F.ENTERPRISE_CONFLICT), (2, F.ENTERPRISE_CONFLICT)]),
        ({"镇街": "姜山镇"}, [(3, F.ENTERPRISE_CONFLICT), (2, F.ENTERPRISE_CONFLICT)]),
        ({"地址": "路2号"}, [(3, F.ENTERPRISE_DIFFERS)]),
        ({"联系电话": "13900001234"}, [(3, F.ENTERPRISE_DIFFERS)]),
        ({"联系电话": ""}, []),
        ({"企业名称": "宁波示范机械厂　"}, []),
        ({"有限空间编号": "01"}, [(2, F.DUPLICATE_NUMBER), (3, F.DUPLICATE_NUMBER)]),
        ({"有限空间编号": "０１"}, [(2, F.DUPLICATE_NUMBER), (3, F.DUPLICATE_NUMBER)]),
        ({"有限空间名称": "池1"}, [(2, F.DUPLICATE_NAME), (3, F.DUPLICATE_NAME)]),
        ({"信用代码": credit_code(2)}, [(2, F.SAME_NAME), (3, F.SAME_NAME)]),
    ],
)
def test_contradictions_between_rows(
    tmp_path: Path, cells: dict[str, Any], expected: list[tuple[int, RowFault]]
) -> None:
    first = space_row(有限空间名称="池1", 有限空间编号="01")
    _verdicts, roster = judged(
        tmp_path, PER_SPACE, first, space_row(**{"有限空间名称": "池2", "有限空间编号": "02", **cells})
    )
    assert [(problem.row, problem.fault) for problem in roster.problems] == expected
    assert "13900001234" not in str(roster.problems)


def test_the_stated_number_of_spaces_is_compared(tmp_path: Path) -> None:
    rows = [space_row(有限空间名称=f"池{at}", 有限空间编号=str(at), 有限空间数量=3) for at in range(2)]
    _verdicts, roster = judged(tmp_path, PER_SPACE, *rows)
    (problem,) = roster.problems
    assert (problem.fault, problem.facts["found"], problem.facts["count"]) == (F.SPACE_COUNT_DIFFERS, 3, 2)


def test_one_bad_row_holds_back_the_whole_enterprise(tmp_path: Path) -> None:
    rows = [
        space_row(有限空间名称="池1", 有限空间编号="1"),
        space_row(有限空间名称="池2", 有限空间编号="2", 有限空间类型="天上"),
        space_row(有限空间名称="罐", 有限空间编号="1", 信用代码=credit_code(2), 企业名称="乙厂"),
    ]
    verdicts, roster = judged(tmp_path, PER_SPACE, *rows)
    assert [verdict.ok for verdict in verdicts] == [True, False, True]
    assert [found.ok for found in roster.enterprises] == [False, True]
    assert roster.problems_by_row() == {}


def test_an_enterprise_without_spaces_may_stand_among_spaces(tmp_path: Path) -> None:
    row = [*OWNER_CELLS, "路1号", "", 0, "", "", "", ""]
    (verdict,), roster = judged(tmp_path, PER_SPACE, row)
    assert verdict.ok
    assert verdict.space is None
    assert roster.enterprises[0].enterprise.space_count == 0


def test_cells_merged_over_the_spaces_of_an_enterprise(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    blank = ["", "", "", ""]
    rows = [[*OWNER, "有限空间名称", "类型"], [*blank, "池1", "地下"], [*blank, "池2", "地下"], [*blank, "池3", "地下"]]
    page = write_sheet(book, "名单", rows)
    for letter, cell in zip("ABCD", OWNER_CELLS, strict=True):
        page.merge_range(f"{letter}2:{letter}4", cell)
    book.close()
    verdicts, roster = judged_file(tmp_path / "a.xlsx")
    assert [verdict.ok for verdict in verdicts] == [True] * 3
    assert [len(found.spaces) for found in roster.enterprises] == [3]


def test_csv_in_gb18030_is_judged_like_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    lines = [",".join(OWNER), ",".join(["宁波㑇𠀀堃机械厂", credit_code(9), "鄞州区下应街道", "机械行业"])]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    (verdict,), _roster = judged_file(path)
    assert verdict.enterprise is not None
    assert verdict.enterprise.name == "宁波㑇𠀀堃机械厂"


def test_shapes(tmp_path: Path) -> None:
    assert propose(PER_SPACE).shape is Shape.PER_SPACE
    assert propose(ENTERPRISE_TITLES).shape is Shape.PER_ENTERPRISE
