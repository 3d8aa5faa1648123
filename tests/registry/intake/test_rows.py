"""Rows of real files become typed facts, or say in which column what is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.registry.intake.judging import OWNER, OWNER_CELLS, judged, judged_file
from tests.registry.intake.rosters import (
    ENTERPRISE_TITLES,
    LIMITS,
    TODAY,
    credit_code,
    enterprise_cells,
    lists,
    write_sheet,
    write_xlsx,
)

from anru.registry.intake.columns import propose
from anru.registry.intake.facts import EnterpriseRow, RowVerdict, SpaceRow
from anru.registry.intake.header import find_header
from anru.registry.intake.opening import open_roster
from anru.registry.intake.problems import ROW_WORDS, WARNINGS, RowFault, RowProblem, Severity
from anru.registry.intake.rows import RowJudge, judge_batches

F = RowFault


def one(tmp_path: Path, **cells: Any) -> RowVerdict:
    """Return the verdict on one enterprise that has these cells beside the required ones."""
    titles = {**dict(zip(OWNER, OWNER_CELLS, strict=True)), **cells}
    verdicts, _roster = judged(tmp_path, list(titles), list(titles.values()))
    return verdicts[0]


def faults(problems: Sequence[RowProblem]) -> list[tuple[str, RowFault]]:
    """Return column and fault of each problem."""
    return [(problem.column, problem.fault) for problem in problems]


def test_a_whole_enterprise(tmp_path: Path) -> None:
    titles = ["序号", *ENTERPRISE_TITLES, "安全管理员", "手机", "经度(WGS84)", "纬度", "法定代表人", "备注"]
    cells = [1, *enterprise_cells(7), "李四", "0574-88000000", 121.5468214, "29.821553", "王五", "不看"]
    (verdict,), roster = judged(tmp_path, titles, cells)
    assert verdict.problems == ()
    assert verdict.ok
    assert verdict.enterprise == EnterpriseRow(
        credit_code=credit_code(7),
        name="宁波第7机械厂",
        town="330212001",
        industry="machinery",
        address="示范路7号",
        lat=Decimal("29.821553"),
        lon=Decimal("121.546821"),
        datum="wgs84",
        principal_name="张三",
        principal_phone="13800005678",
        legal_person_name="王五",
        contact_name="李四",
        contact_phone="0574-88000000",
        headcount=12,
    )
    assert verdict.row == 2
    assert [found.ok for found in roster.enterprises] == [True]


def test_a_whole_space(tmp_path: Path) -> None:
    verdict = one(
        tmp_path,
        有限空间名称="1#调节池",
        有限空间编号="KJ-01",
        有限空间类型="地下有限空间",
        具体类型="调节池",
        敞开形式="半封闭",
        所在位置="污水站",
        **{"长(m)": "6", "宽(cm)": 400, "深": "3500mm", "容积": "84立方"},
        出入口数量="2个",
        危险有害因素="硫化氢、缺氧",
        可能后果="中毒、窒息",
        防控措施="先通风",
        隔离方式="上锁",
        隔离情况="是",
        隔离检查日期=date(2026, 5, 1),
        钥匙保管人="赵六",
    )
    assert verdict.problems == ()
    assert verdict.space == SpaceRow(
        name="1#调节池",
        number="KJ-01",
        space_class="underground",
        sub_type="sewage_pool",
        opening="semi_closed",
        location="污水站",
        length_m=Decimal("6.00"),
        width_m=Decimal("4.00"),
        depth_m=Decimal("3.50"),
        volume_m3=Decimal("84.00"),
        entrances_n=2,
        hazards=("h2s", "o2_deficiency"),
        consequences=("poisoning", "asphyxia"),
        controls="先通风",
        isolation_kind="lock",
        isolation_state="in_place",
        isolation_checked_on=date(2026, 5, 1),
        lock_keeper="赵六",
    )


def test_each_fault_names_row_column_and_what_was_found(tmp_path: Path) -> None:
    cells = ["", "91330212MA2TE5T01A", "上海", "航天", "路", "张三", "1380000567", "很多"]
    (verdict,), _roster = judged(tmp_path, ENTERPRISE_TITLES, cells)
    assert faults(verdict.problems) == [
        ("统一社会信用代码", F.CREDIT_CODE_CHECK),
        ("所属镇街", F.TOWN_UNKNOWN),
        ("所属行业", F.WORD_UNKNOWN),
        ("联系电话", F.PHONE_SHAPE),
        ("从业人数", F.NOT_A_COUNT),
        ("企业名称", F.MISSING),
    ]
    assert verdict.enterprise is None
    assert {problem.row for problem in verdict.problems} == {2}
    shown = {problem.column: problem.shown for problem in verdict.problems}
    assert shown["联系电话"] == "138*****67"
    assert shown["所属行业"] == "航天"
    assert all(problem.severity is Severity.ERROR for problem in verdict.problems)


def test_no_phone_is_shown_or_stored_unmasked_in_a_problem(tmp_path: Path) -> None:
    verdict = one(tmp_path, 主要负责人="张三", 主要负责人电话="13800005678、13900001234")
    (problem,) = verdict.problems
    assert problem.fault is F.PHONE_SEVERAL
    stored = json.dumps(verdict.as_json()["problems"], ensure_ascii=False)
    assert "13800005678" not in stored
    assert "13900001234" not in stored


def test_numbers_that_excel_has_shortened(tmp_path: Path) -> None:
    verdicts, _roster = judged(
        tmp_path,
        OWNER,
        ["甲", 913302120000000000, "下应", "机械"],
        ["乙", "9.13302E+17", "下应", "机械"],
        ["丙", credit_code(3), "下应", "机械"],
    )
    assert [faults(verdict.problems) for verdict in verdicts] == [
        [("信用代码", F.CREDIT_CODE_NUMBER)],
        [("信用代码", F.CREDIT_CODE_NUMBER)],
        [],
    ]


def test_formulas_are_taken_with_a_warning_and_refused_without_a_result(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = write_sheet(book, "名单", [[*OWNER, "从业人数", "地址"], OWNER_CELLS])
    page.write_formula("E2", "=10+2", None, 12)
    page.write_formula("F2", '="路"&1', None, "")
    page.write_row("A3", ["乙", credit_code(2), "下应"])
    page.write_formula("D3", "=1/0", None, "#N/A")
    book.close()
    (first, second), _roster = judged_file(tmp_path / "a.xlsx")
    assert faults(first.problems) == [("从业人数", F.FORMULA), ("地址", F.FORMULA_WITHOUT_VALUE)]
    assert [problem.is_error for problem in first.problems] == [False, True]
    assert faults(second.problems) == [("行业", F.CELL_ERROR)]
    assert second.problems[0].facts["found"] == "#N/A"


def test_dates_in_columns_of_numbers_are_errors(tmp_path: Path) -> None:
    assert faults(one(tmp_path, 从业人数=datetime(2026, 1, 2)).problems) == [("从业人数", F.NOT_A_COUNT)]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"经度": 121.5, "纬度": 29.8}, []),
        ({"经度": 29.8, "纬度": 121.5}, [("经度", F.PLACE_SWAPPED)]),
        ({"经度": 121.5, "纬度": ""}, [("经度", F.PLACE_HALF)]),
        ({"经度": 0, "纬度": 0}, [("经度", F.PLACE_OUTSIDE)]),
        ({"经度": "甲", "纬度": 29.8}, [("经度", F.NOT_A_PLACE)]),
        ({"坐标": "121.5,29.8"}, []),
    ],
)
def test_places(tmp_path: Path, cells: dict[str, Any], expected: list[tuple[str, RowFault]]) -> None:
    verdict = one(tmp_path, **cells)
    assert faults(verdict.problems) == expected
    if not expected:
        assert verdict.enterprise is not None
        assert (verdict.enterprise.lon, verdict.enterprise.datum) == (Decimal("121.5"), "")


SPACE = {"有限空间名称": "1#池", "有限空间类型": "地下", "危险有害因素": "缺氧"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, []),
        ({"有限空间类型": "化粪池"}, []),
        ({"有限空间类型": ""}, [F.CLASS_MISSING]),
        ({"有限空间类型": "", "有限空间名称": "东侧化粪池"}, [F.CLASS_GUESSED]),
        ({"有限空间类型": "天上"}, [F.WORD_UNKNOWN]),
        ({"有限空间类型": "密闭设备", "具体类型": "化粪池"}, [F.CLASS_CONTRADICTS]),
        ({"具体类型": "飞船"}, [F.KIND_UNKNOWN]),
        ({"有限空间名称": ""}, [F.MISSING]),
        ({"危险有害因素": ""}, [F.NO_HAZARD]),
        ({"危险有害因素": "硫化氢、光气"}, [F.WORD_UNKNOWN]),
        ({"危险有害因素": "缺氧、中毒"}, [F.MOVED_TO_CONSEQUENCES]),
        ({"可能后果": "中毒、硫化氢"}, [F.MOVED_TO_HAZARDS]),
        ({"隔离情况": "已隔离"}, [F.ISOLATION_KIND_MISSING]),
        ({"隔离情况": "已隔离", "隔离方式": "防护栏杆"}, []),
        ({"隔离情况": "已隔离", "隔离方式": "魔法"}, [F.WORD_UNKNOWN]),
        ({"尺寸": "6×4×3m", "容积": "72"}, []),
        ({"尺寸": "6×4×3m", "容积": "7200"}, [F.VOLUME_DISAGREES]),
        ({"尺寸": "6×4×3m", "容积": "79.2"}, []),
        ({"尺寸": "6×4×3m", "容积": "79.21"}, [F.VOLUME_DISAGREES]),
        ({"尺寸": "6×4×3m", "容积": "10.79"}, [F.VOLUME_DISAGREES]),
        ({"隔离检查日期": "2026-11-24"}, [F.DATE_FUTURE]),
        ({"出入口数量": -1}, [F.COUNT_RANGE]),
        ({"防控措施": "字" * 1001}, [F.TOO_LONG]),
    ],
)
def test_spaces(tmp_path: Path, cells: dict[str, Any], expected: list[RowFault]) -> None:
    verdict = one(tmp_path, **{**SPACE, **cells})
    assert [problem.fault for problem in verdict.problems] == expected
    assert (verdict.space is None) == any(fault not in WARNINGS for fault in expected)
    assert verdict.enterprise is not None, "a fault of the space is none of the enterprise"


def test_words_in_the_wrong_column_are_kept(tmp_path: Path) -> None:
    verdict = one(tmp_path, **{**SPACE, "危险有害因素": "缺氧、中毒", "可能后果": "硫化氢"})
    assert verdict.space is not None
    assert verdict.space.hazards == ("o2_deficiency", "h2s")
    assert verdict.space.consequences == ("poisoning",)


def test_a_size_in_one_cell_fills_the_three(tmp_path: Path) -> None:
    verdict = one(tmp_path, **{**SPACE, "尺寸": "Φ1.2×3m"})
    assert verdict.space is not None
    assert (verdict.space.length_m, verdict.space.width_m, verdict.space.depth_m) == (
        None,
        Decimal("1.20"),
        Decimal("3.00"),
    )


def test_empty_example_and_total_rows_are_passed_over(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        [],
        ["示例：某厂", "x"],
        list(OWNER_CELLS),
        ["  ", "\u3000"],
        ["合计", "", "1"],
        ["合 计：", None, 1],
    ]
    verdicts, roster = judged(tmp_path, OWNER, *rows)
    assert [(verdict.row, verdict.skipped) for verdict in verdicts] == [(3, True), (4, False), (6, True), (7, True)]
    assert [verdict.problems[0].fault for verdict in verdicts if verdict.skipped] == [
        F.EXAMPLE_ROW,
        F.TOTAL_ROW,
        F.TOTAL_ROW,
    ]
    assert len(roster.enterprises) == 1


def test_batches_carry_the_state_and_a_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    rows = [enterprise_cells(at) for at in range(1234)]
    path = write_xlsx(tmp_path / "a.xlsx", [ENTERPRISE_TITLES, *rows])
    whole, _roster = judged_file(path)
    with closing(open_roster(path, limits=LIMITS)) as roster:
        header = find_header(roster)
        judge = RowJudge(propose(header.labels), lists(), on=TODAY)
        batches = list(judge_batches(roster, header, judge, size=500))
        assert [len(batch.verdicts) for batch in batches] == [500, 500, 234]
        assert [batch.next_after for batch in batches] == [501, 1001, 1235]
        assert {batch.of_rows for batch in batches} == {1235}
    rest, _roster = judged_file(path, after=batches[0].next_after)
    assert [*batches[0].verdicts, *rest] == whole


def test_a_verdict_is_stored_and_read_back(tmp_path: Path) -> None:
    verdict = one(
        tmp_path, **{**SPACE, "尺寸": "6×4×3m", "容积": 7200, "经度": 121.5, "纬度": 29.8, "隔离检查日期": "2026-05-01"}
    )
    stored = json.loads(json.dumps(verdict.as_json()))
    assert RowVerdict.from_json(stored) == verdict
    assert RowVerdict.from_json(stored).problems[0].text == verdict.problems[0].text


def test_columns_that_are_missing_stop_the_judge() -> None:
    with pytest.raises(ValueError):
        RowJudge(propose(["企业名称"]), lists(), on=TODAY)


TITLES = [*OWNER, "地址", "从业人数", "电话", "经度", "纬度", *SPACE, "长", "容积", "可能后果", "隔离检查日期", "尺寸"]
MESS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30).filter(
        # A cell's own "%(" is quoted back as it stands; only places left unfilled in our words are a fault.
        lambda t: t[:3] != "<r>" and "%(" not in t
    ),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9),
    st.booleans(),
    st.sampled_from([*OWNER_CELLS, "硫化氢", "化粪池", "6×4×3", "121.5", "2026-05-01", "#N/A", "=1+1", "9" * 60]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(MESS, min_size=len(TITLES), max_size=len(TITLES)), max_size=6))
def test_whatever_stands_in_the_cells_every_row_gets_a_verdict(tmp_path: Path, rows: list[list[Any]]) -> None:
    verdicts, roster = judged(tmp_path, TITLES, *rows)
    for verdict in verdicts:
        assert verdict.skipped or verdict.enterprise or any(problem.is_error for problem in verdict.problems)
        assert RowVerdict.from_json(json.loads(json.dumps(verdict.as_json()))) == verdict
        for problem in verdict.problems:
            assert "%(" not in problem.text.zh + problem.text.en
            assert problem.row == verdict.row
    assert all("%(" not in problem.text.zh + problem.text.en for problem in roster.problems)


def test_every_row_fault_has_words_and_errors_come_before_warnings() -> None:
    assert set(ROW_WORDS) == set(RowFault)
    assert F.ENTERPRISE_CONFLICT not in WARNINGS
    assert F.FORMULA in WARNINGS
    assert F.NO_HAZARD in WARNINGS
