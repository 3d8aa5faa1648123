"""Papers of the demonstration: short PDF documents in Chinese, marked as examples."""

from __future__ import annotations

from pathlib import Path

import typst

TITLES = (
    ("有限空间作业安全管理制度（示例）", ("职责分工", "作业审批", "现场监护", "教育培训", "应急处置")),
    ("有限空间作业审批人书面委托书（示例）", ("委托范围", "委托期限", "委托人签字", "受托人签字")),
    ("有限空间现场处置方案（示例）", ("危险分析", "报警程序", "非进入式救援", "严禁盲目施救")),
    ("应急演练记录与评估（示例）", ("演练时间", "参加人员", "演练过程", "效果评估", "改进措施")),
)


def write_paper(number: int, font: Path, target: Path) -> None:
    """A one-page PDF of the numbered kind lies at `target`."""
    title, heads = TITLES[number % len(TITLES)]
    sections = "\n".join(f"== {head}\n本节为演示内容，供熟悉平台使用，不作为真实材料。\n" for head in heads)
    source = (
        '#set page(paper: "a4", margin: 25mm, footer: align(center)[演示材料])\n'
        '#set text(font: ("Noto Sans SC", "Noto Sans CJK SC"), lang: "zh", size: 12pt)\n'
        f"= {title}\n{sections}\n#v(1fr)\n主要负责人（签字）：张演示 #h(1fr) 日期：2026年5月"
    )
    printed: bytes = typst.compile(source.encode(), font_paths=[str(font.parent)])  # type: ignore[misc]
    target.write_bytes(printed)
