"""Real roster files and the lists that they are judged against."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from stdnum.cn import uscc

from anru.registry.intake.limits import IntakeLimits
from anru.registry.intake.lookups import Lookups, Town, TownIndex, WordIndex

LIMITS = IntakeLimits(
    file_bytes=20_000_000,
    parts=200,
    unpacked_bytes=50_000_000,
    ratio=100,
    elements=3_000_000,
    rows=20_000,
    columns=200,
    text_chars=32_767,
)
TODAY = date(2026, 11, 23)
ABOVE = ("浙江省", "宁波市", "鄞州区")
TOWNS = (
    Town("330212001", "下应街道", ABOVE),
    Town("330212002", "钟公庙街道", ABOVE),
    Town("330212013", "东郊街道", ABOVE),
    Town("330212104", "东吴镇", ABOVE),
    Town("330212110", "姜山镇", ABOVE),
    Town("330203009", "东郊街道", ("浙江省", "宁波市", "海曙区")),
)
SECTORS = {
    "机械": "machinery",
    "机械制造": "machinery",
    "纺织": "textile",
    "轻工": "light_industry",
    "建材": "building_materials",
}
CLASSES = {
    "地下有限空间": "underground",
    "地下": "underground",
    "地上有限空间": "aboveground",
    "密闭设备": "closed_equipment",
}
SUB_TYPES = {"污水处理池": "sewage_pool", "调节池": "sewage_pool", "化粪池": "septic_tank", "储罐": "tank"}
SUB_TYPE_CLASS = {"sewage_pool": "underground", "septic_tank": "underground", "tank": "closed_equipment"}
HAZARDS = {
    "硫化氢": "h2s",
    "H2S": "h2s",
    "缺氧": "o2_deficiency",
    "一氧化碳": "co",
    "淹溺": "drowning",
    "甲烷(沼气)": "ch4",
}
CONSEQUENCES = {"中毒": "poisoning", "窒息": "asphyxia", "火灾": "fire", "爆炸": "explosion"}
ISOLATION = {"防护栏杆": "guard_rail", "上锁": "lock"}


def lists() -> Lookups:
    """Return the lists that the rosters of these tests are judged against."""
    return Lookups(
        towns=TownIndex(TOWNS),
        sectors=WordIndex(SECTORS),
        classes=WordIndex(CLASSES),
        sub_types=WordIndex(SUB_TYPES),
        sub_type_class=SUB_TYPE_CLASS,
        hazards=WordIndex(HAZARDS),
        consequences=WordIndex(CONSEQUENCES),
        isolation_kinds=WordIndex(ISOLATION),
    )


def credit_code(number: int) -> str:
    """Return a made-up valid credit code."""
    body = f"91330212MA{number:07d}"
    return body + uscc.calc_check_digit(body)


ENTERPRISE_TITLES = (
    "企业名称",
    "统一社会信用代码",
    "所属镇街",
    "所属行业",
    "详细地址",
    "主要负责人",
    "联系电话",
    "从业人数",
)


def enterprise_cells(number: int) -> list[Any]:
    """Return the cells of a valid row under ENTERPRISE_TITLES."""
    return [
        f"宁波第{number}机械厂",
        credit_code(number),
        "下应街道",
        "机械",
        f"示范路{number}号",
        "张三",
        "13800005678",
        12,
    ]


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "名单") -> Path:
    """A workbook holds the rows: text as text, numbers as numbers, dates as dates, None as nothing."""
    book = xlsxwriter.Workbook(str(path))
    write_sheet(book, sheet, rows)
    book.close()
    return path


def write_sheet(book: Any, name: str, rows: Sequence[Sequence[Any]]) -> Any:
    """The workbook has one more sheet with the rows."""
    page = book.add_worksheet(name)
    day = book.add_format({"num_format": "yyyy/m/d"})
    for at, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, bool):
                page.write_boolean(at, place, value)
            elif isinstance(value, (datetime, date)):
                page.write_datetime(at, place, value, day)
            elif isinstance(value, str):
                page.write_string(at, place, value)
            elif value is not None:
                page.write_number(at, place, value)
    return page


def rezipped(
    path: Path,
    *,
    add: Mapping[str, bytes] | None = None,
    change: Mapping[str, Callable[[bytes], bytes]] | None = None,
    drop: Sequence[str] = (),
) -> Path:
    """The workbook has parts added, changed and dropped."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist() if name not in drop}
    for name, edit in (change or {}).items():
        parts[name] = edit(parts[name])
    parts.update(add or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


SHEET_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
SHEET_END = "</sheetData></worksheet>"
SHEET_PART = "xl/worksheets/sheet1.xml"


def with_sheet(path: Path, inner: str | bytes, texts: bytes | None = None) -> Path:
    """A workbook has exactly this inside its only sheet, and these shared texts."""
    write_xlsx(path, [["企业名称", "信用代码"]])
    body = inner.encode() if isinstance(inner, str) else inner
    change = {SHEET_PART: lambda _old: SHEET_XML.encode() + body + SHEET_END.encode()}
    if texts is not None:
        change["xl/sharedStrings.xml"] = lambda _old: texts
    return rezipped(path, change=change)
