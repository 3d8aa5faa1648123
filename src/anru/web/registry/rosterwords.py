"""How a roster import is laid out for people: its columns, its judged rows, and what each would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anru.registry.intake.columns import ColumnMap
from anru.registry.intake.fields import FIELDS, REQUIRED_OF_ENTERPRISE, REQUIRED_OF_SPACE
from anru.registry.intake.problems import RowProblem
from anru.web.registry.words import ShownChange, shown_change

SURE = 0.9
OF_SPACE = "space_"


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One column of the file: its title, the field that it is taken for, how sure that is, and sample cells."""

    index: int
    label: str
    field: str
    doubtful: bool
    required: bool
    samples: list[str]


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """One fault of a row in words."""

    column: str
    shown: str
    words: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One judged row as the preview shows it."""

    row_no: int
    outcome: str
    outcome_words: str
    name: str
    credit_code: str
    space: str
    problems: list[ShownProblem]
    changes: list[ShownChange]


def steps() -> list[tuple[int, str]]:
    """Return the stages of an import as a person walks through them."""
    return [(1, _("上传")), (2, _("对应列名")), (3, _("校验")), (4, _("预览")), (5, _("写入"))]


def tally(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Return (outcome, words, how many rows) of a checked import."""
    words = {"create": _("新增"), "change": _("变更"), "same": _("无变化"), "error": _("有错误")}
    return [(code, label, counts.get(code, 0)) for code, label in words.items()]


def field_choices(language: str | None) -> list[tuple[str, str, str]]:
    """Return (key, words, group) of every field that a column can be; the group is of the enterprise or of a space."""
    return [
        (field.value, spec.title.spoken(language), "space" if field.of_space else "enterprise")
        for field, spec in FIELDS.items()
    ]


def shown_columns(
    proposed: ColumnMap, choice: Mapping[str, str], samples: Sequence[Sequence[str]]
) -> list[ShownColumn]:
    """Return the columns of the file with the present choice; those that were guessed say so."""
    must = {field.value for field in (*REQUIRED_OF_ENTERPRISE, *REQUIRED_OF_SPACE)}
    shown = []
    for column in proposed.columns:
        chosen = choice.get(str(column.index), "")
        guessed = bool(chosen) and column.field == chosen and column.confidence < SURE
        cells = [row[column.index] if column.index < len(row) else "" for row in samples]
        shown.append(
            ShownColumn(column.index, column.label, chosen, guessed, chosen in must, [cell for cell in cells if cell])
        )
    return [column for column in shown if column.label or column.samples]


def shown_rows(rows: Iterable[Any]) -> list[ShownRow]:
    """Return judged rows in words, errors before warnings."""
    return [_shown_row(row) for row in rows]


def _shown_row(row: Any) -> ShownRow:
    problems = [_problem(RowProblem.from_json(stored)) for stored in row.problems]
    space = row.facts.get("space") or {}
    return ShownRow(
        row_no=row.row_no,
        outcome=row.outcome,
        outcome_words=row.get_outcome_display(),
        name=row.name,
        credit_code=row.credit_code,
        space=space.get("name", ""),
        problems=sorted(problems, key=lambda problem: not problem.is_error),
        changes=[_change(change) for change in row.changes],
    )


def _problem(problem: RowProblem) -> ShownProblem:
    return ShownProblem(problem.column, problem.shown, problem.text.spoken(get_language()), problem.is_error)


def _change(change: dict[str, Any]) -> ShownChange:
    field: str = change["field"]
    shown = shown_change({**change, "field": field.removeprefix(OF_SPACE)})
    return (
        ShownChange(f"{_('有限空间')} · {shown.field}", shown.old, shown.new) if field.startswith(OF_SPACE) else shown
    )
