"""Real roster files, written as an office would write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from tests.world import credit_code

ENTERPRISE_TITLES = (
    "企业名称",
    "统一社会信用代码",
    "所属镇街",
    "所属行业",
    "地址",
    "主要负责人",
    "联系电话",
    "从业人数",
)
SPACE_TITLES = (
    "企业名称", "统一社会信用代码", "所属镇街", "所属行业", "有限空间名称", "有限空间编号", "有限空间类型", "位置", "危险有害因素",
)  # fmt: skip


def enterprise_line(number: int, town: str = "姜山镇", **other: Any) -> list[Any]:
    """Return one valid row of an enterprise roster; `other` replaces cells by their title."""
    line = {
        "企业名称": f"宁波名册{number}号机械有限公司",
        "统一社会信用代码": credit_code(number),
        "所属镇街": town,
        "所属行业": "机械",
        "地址": f"{town}工业路{number}号",
        "主要负责人": "王名册",
        "联系电话": f"138{number:08d}",
        "从业人数": number % 400 + 1,
    }
    line.update(other)
    return [line[title] for title in ENTERPRISE_TITLES]


def space_line(number: int, space: str, code: str, **other: Any) -> list[Any]:
    """Return one valid row of a space roster."""
    line = {
        "企业名称": f"宁波名册{number}号机械有限公司",
        "统一社会信用代码": credit_code(number),
        "所属镇街": "姜山镇",
        "所属行业": "机械",
        "有限空间名称": space,
        "有限空间编号": code,
        "有限空间类型": "地下有限空间",
        "位置": "厂区北侧",
        "危险有害因素": "硫化氢、缺氧",
    }
    line.update(other)
    return [line[title] for title in SPACE_TITLES]


def write_roster(path: Path, titles: Sequence[str], lines: Sequence[Sequence[Any]], *, above: int = 0) -> Path:
    """Write a workbook with the titles below `above` lines of other text; return its path."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("名单")
    for at in range(above):
        sheet.write_string(at, 0, "鄞州区有限空间企业名单")
    for column, title in enumerate(titles):
        sheet.write_string(above, column, title)
    for at, line in enumerate(lines, start=above + 1):
        for column, cell in enumerate(line):
            if isinstance(cell, int):
                sheet.write_number(at, column, cell)
            elif cell is not None:
                sheet.write_string(at, column, str(cell))
    book.close()
    return path
