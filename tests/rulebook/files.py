"""Small rulebook files for tests: a good one to start from, and a way to spoil it in one place."""

from __future__ import annotations

from pathlib import Path

GOOD = """
[instrument]
id = "T.LAW"
title = { zh = "试验规定", en = "Test order" }
short = { zh = "试验令", en = "Test order" }
issuer = { zh = "试验局", en = "Test bureau" }
clause_form = { zh = "第{}条", en = " art. {}" }
effective_from = 2024-01-01
confidence = "A"
source = "made up"

[[rule]]
id = "T.LAW.1"
clause = "1"
kind = "duty"
title = { zh = "标题", en = "Title" }
text = { zh = "内容", en = "Content" }

[[rule]]
id = "T.LAW.2"
clause = "2"
kind = "limit"
value = 19.5
unit = "%vol"
title = { zh = "限值", en = "Limit" }
text = { zh = "内容", en = "Content" }
applies_when = { hazards_any = ["h2s"] }

[[item]]
code = "I1"
per = "enterprise"
default = true
title = { zh = "事项", en = "Item" }
summary = { zh = "概要", en = "Summary" }
basis = ["T.LAW.1"]
good = [{ zh = "好", en = "Good" }]
bad = [{ zh = "差", en = "Bad" }]
criteria = [{ code = "OK", zh = "标准", en = "Criterion" }]
reason_codes = [{ code = "NO", zh = "原因", en = "Reason" }]

[[item.slots]]
code = "sign_photo"
medium = "photo"
most = 3
label = { zh = "照片", en = "Photo" }
help = { zh = "站近一点", en = "Stand closer" }
"""


def folder_with(tmp_path: Path, **files: str) -> Path:
    """A folder with one TOML file per keyword."""
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def spoilt(old: str, new: str) -> str:
    """The good file with one place changed; the place must be there exactly once."""
    assert GOOD.count(old) == 1, f"{old!r} stands {GOOD.count(old)} times"
    return GOOD.replace(old, new)
