"""The usual Chinese titles are understood, in one row or two, and a person has the last word."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from tests.registry.intake.rosters import LIMITS, write_sheet, write_xlsx

from anru.registry.intake.columns import Shape, datum_of, mapped, propose, unit_factor
from anru.registry.intake.errors import FileFault, IntakeRefused
from anru.registry.intake.fields import ATTRIBUTES, FIELDS, Field
from anru.registry.intake.header import Header, find_header
from anru.registry.intake.opening import open_roster


def fields_of(*labels: str) -> list[Field | None]:
    """Return what each title is taken for."""
    return [column.field for column in propose(labels).columns]


def test_every_field_has_a_spec_and_every_title_leads_to_its_own_field() -> None:
    assert set(FIELDS) == set(Field) == set(ATTRIBUTES)
    for field, spec in FIELDS.items():
        assert fields_of(spec.title.zh) == [field]
        assert fields_of(field.value) == [field]


def test_no_title_is_claimed_twice() -> None:
    seen: dict[str, Field] = {}
    for field, spec in FIELDS.items():
        for title in (spec.title.zh, *spec.also):
            assert seen.setdefault(title, field) is field, (title, field, seen[title])
            assert fields_of(title) == [field], title


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("企业名称*", Field.NAME),
        ("单位名称（全称）", Field.NAME),
        ("统一社会信用代码(18位)", Field.CREDIT_CODE),
        ("统一社会\n信用代码", Field.CREDIT_CODE),
        ("所属镇（街道）", Field.TOWN),
        ("镇(街道)", Field.TOWN),
        ("属地", Field.TOWN),
        ("行业类别", Field.INDUSTRY),
        ("生产经营地址", Field.ADDRESS),
        ("企业主要负责人", Field.PRINCIPAL_NAME),
        ("法定代表人", Field.LEGAL_PERSON),
        ("安全管理员", Field.CONTACT_NAME),
        ("从业人数（人）", Field.HEADCOUNT),
        ("经度（WGS84）", Field.LON),
        ("经 纬 度", Field.COORDINATES),
        ("有限空间数量（个）", Field.SPACE_COUNT),
        ("有限空间名称", Field.SPACE_NAME),
        ("长（m）", Field.SPACE_LENGTH),
        ("深度(cm)", Field.SPACE_DEPTH),
        ("主要危险有害因素", Field.SPACE_HAZARDS),
        ("可能导致的事故后果", Field.SPACE_CONSEQUENCES),
        ("物理隔离措施", Field.SPACE_ISOLATION_KIND),
        ("统一社会信用代玛", Field.CREDIT_CODE),
        ("ＬＯＮＧＩＴＵＤＥ", Field.LON),
    ],
)
def test_usual_titles(label: str, field: Field) -> None:
    assert fields_of(label) == [field]


@pytest.mark.parametrize(
    "label", ["序号", "备注", "错误说明", "原行号", "", "   ", "1", "随便什么", "照片", "电", "x" * 500]
)
def test_titles_that_mean_nothing_to_the_register(label: str) -> None:
    assert fields_of(label) == [None]


def test_exact_titles_are_surer_than_likenesses() -> None:
    exact, alike = propose(["统一社会信用代码"]).columns[0], propose(["统一社会信用代玛"]).columns[0]
    assert exact.confidence == 1 > alike.confidence > 0.5


def test_a_phone_belongs_to_the_person_on_its_left() -> None:
    labels = ("企业名称", "主要负责人", "联系电话", "安全管理员", "手机号码")
    assert fields_of(*labels)[2::2] == [Field.PRINCIPAL_PHONE, Field.CONTACT_PHONE]
    assert fields_of("企业名称", "安全员", "联系电话", "负责人", "联系电话")[2::2] == [
        Field.CONTACT_PHONE,
        Field.PRINCIPAL_PHONE,
    ]
    assert fields_of("法定代表人", "联系电话") == [Field.LEGAL_PERSON, Field.PRINCIPAL_PHONE]
    lone = propose(["企业名称", "联系电话"]).columns[1]
    assert (lone.field, lone.confidence) == (Field.CONTACT_PHONE, 0.5)


def test_two_columns_with_one_claim_leave_it_to_the_better_and_say_so() -> None:
    found = propose(["企业名称", "单位名称", "信用代码"])
    assert [column.field for column in found.columns] == [Field.NAME, None, Field.CREDIT_CODE]
    assert [column.rivals for column in found.columns] == [(1,), (0,), ()]
    assert propose(["企业名称", "企业名称"]).columns[1].field is None


def test_missing_columns_are_listed_by_the_shape_of_the_file() -> None:
    found = propose(["企业名称", "信用代码"])
    assert (found.shape, found.missing, found.usable) == (Shape.PER_ENTERPRISE, (Field.TOWN, Field.INDUSTRY), False)
    found = propose(["企业名称", "信用代码", "镇街", "行业", "有限空间类型"])
    assert (found.shape, found.missing) == (Shape.PER_SPACE, (Field.SPACE_NAME,))
    assert propose(["企业名称", "信用代码", "镇街", "行业", "有限空间数量"]).shape is Shape.PER_ENTERPRISE


def test_a_person_overrides_the_proposal() -> None:
    labels = ["甲", "乙", "丙", "丁", "戊"]
    choice = {"0": "name", "1": "credit_code", "2": "town", "3": "industry", "4": ""}
    found = mapped(labels, choice)
    assert found.usable
    assert found.as_choice() == {key: value for key, value in choice.items() if value}
    assert found.label_of(Field.TOWN) == "丙"
    twice = mapped(labels, {**choice, "4": "town"})
    assert (twice.doubled, twice.usable) == ((Field.TOWN,), False)
    assert twice.columns[2].rivals == (4,)


@pytest.mark.parametrize("choice", [{"9": "name"}, {"-1": "name"}, {"0": "no_such_field"}, {"x": "name"}])
def test_a_mapping_that_cannot_be_is_refused(choice: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        mapped(["甲"], choice)


@given(st.lists(st.text(max_size=30), max_size=20))
def test_any_titles_get_a_proposal_without_doubles(labels: list[str]) -> None:
    found = propose(labels)
    given_fields = [column.field for column in found.columns if column.field]
    assert len(given_fields) == len(set(given_fields))
    assert found.doubled == ()
    assert all(0 <= column.confidence <= 1 for column in found.columns)
    assert mapped(labels, found.as_choice()).by_index == found.by_index


@pytest.mark.parametrize(
    ("label", "factor"),
    [
        ("长（m）", "1"),
        ("长(cm)", "0.01"),
        ("深【mm】", "0.001"),
        ("宽/米", "1"),
        ("长（单位：厘米）", "0.01"),
        ("长", None),
        ("长(选填)", None),
    ],
)
def test_units_in_titles(label: str, factor: str | None) -> None:
    assert unit_factor(label) == (Decimal(factor) if factor else None)


def test_the_coordinate_system_is_known_only_when_a_title_names_it() -> None:
    assert datum_of(["经度", "纬度"]) == ""
    assert datum_of(["经度(WGS84)", "纬度"]) == "wgs84"
    assert datum_of(["高德坐标"]) == "gcj02"
    assert datum_of(["百度经纬度"]) == "bd09"
    assert propose(["经度（GCJ-02）"]).datum == "gcj02"


def header_of(path: Path, row: int | None = None) -> Header:
    """Return the heading of a file."""
    with closing(open_roster(path, limits=LIMITS)) as roster:
        return find_header(roster, row=row)


def test_the_heading_is_found_below_title_lines(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["鄞州区有限空间企业名单"],
        [],
        ["填报单位：下应", "日期：2026"],
        ["序号", "企业名称", "信用代码"],
        [1, "甲", "x"],
    ]
    assert header_of(write_xlsx(tmp_path / "a.xlsx", rows)) == Header(4, 1, ("序号", "企业名称", "信用代码"))


def test_a_heading_of_two_rows(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    lower = ["", "", "姓名", "联系电话", "姓名", "电话", "经度", "纬度", "长", "名称"]
    page = write_sheet(book, "名单", [["标题"], [], lower, ["甲", "x"]])
    page.merge_range("A1:J1", "名单")
    for place, title in (
        ("A2:A3", "企业名称"),
        ("B2:B3", "信用代码"),
        ("C2:D2", "主要负责人"),
        ("E2:F2", "安全管理员"),
        ("G2:H2", "坐标（WGS84）"),
    ):
        page.merge_range(place, title)
    page.write("I2", "尺寸（cm）")
    page.write("J2", "有限空间")
    book.close()
    found = header_of(tmp_path / "a.xlsx")
    assert (found.row, found.depth, found.last_row) == (2, 2, 3)
    columns = propose(found.labels)
    assert list(columns.by_index.values()) == [
        Field.NAME,
        Field.CREDIT_CODE,
        Field.PRINCIPAL_NAME,
        Field.PRINCIPAL_PHONE,
        Field.CONTACT_NAME,
        Field.CONTACT_PHONE,
        Field.LON,
        Field.LAT,
        Field.SPACE_LENGTH,
        Field.SPACE_NAME,
    ]
    assert columns.datum == "wgs84"
    assert columns.factor(Field.SPACE_LENGTH) == Decimal("0.01")


def test_a_heading_of_three_rows_is_refused_with_words(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = write_sheet(book, "名单", [["企业名称", "信用代码"], [], [], ["甲", "x"]])
    page.merge_range("A1:A3", "企业名称")
    book.close()
    with pytest.raises(IntakeRefused) as refused:
        header_of(tmp_path / "a.xlsx")
    assert refused.value.fault is FileFault.HEADER_MERGED


def test_a_person_names_the_row_of_the_heading(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["企业名称", "信用代码"], ["a", "b"], [], ["c"]])
    assert header_of(path, 2) == Header(2, 1, ("a", "b"))
    with pytest.raises(IntakeRefused) as refused:
        header_of(path, 3)
    assert refused.value.fault is FileFault.HEADER_MISSING


def test_unknown_titles_still_make_a_heading(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["x1"], ["foo", "bar"], [1, 2]])
    assert header_of(path).row == 2


def test_a_file_of_numbers_has_no_heading(tmp_path: Path) -> None:
    with pytest.raises(IntakeRefused) as refused:
        header_of(write_xlsx(tmp_path / "a.xlsx", [[1, 2], [3, 4]]))
    assert refused.value.fault is FileFault.HEADER_MISSING
