"""Lists as workbooks, exactly as filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from anru.kernel.actor import Actor
from anru.kernel.clock import LEGAL_ZONE, legal_date
from anru.kernel.decision import Refusal, RefusalKind, Refused
from anru.kernel.sheets import Column as SheetColumn
from anru.kernel.sheets import Sheet, Stamp, xlsx_file
from anru.ledger.events import Fact, SubjectRef
from anru.ledger.services import record
from anru.rulebook.book import parameters_on
from anru.web.shell.requests import moment_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOO_MANY = Refusal(
    "export.too_many",
    RefusalKind.NOT_VALID,
    _("要导出的行数超过 %(most)s。"),
    _("请先按镇街、状态或行业筛选，再分批导出。"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export: its heading, how a row's cell is read, and its width in characters."""

    title: Any
    read: Callable[[Any], Any]
    width: int = 16


def wants_export(request: HttpRequest) -> bool:
    """Return whether the list was asked for as a workbook."""
    return request.GET.get("format") == "xlsx"


def xlsx_response(
    request: HttpRequest, name: object, columns: Sequence[Column], rows: QuerySet[Any], *, actor: Actor
) -> HttpResponseBase:
    """Return the rows as a workbook that streams from a temporary file, and record who took how many.

    Refuses: export.too_many – more rows than the parameter in force.
    """
    at = moment_of(request)
    most = parameters_on(at).integer("export.immediate.max_rows")
    count = rows.count()
    if count > most:
        raise Refused(TOO_MANY, most=most)
    title = str(name)
    sheet = Sheet(
        title,
        [SheetColumn(str(column.title), column.width) for column in columns],
        _cells(columns, rows.iterator(chunk_size=1000)),
    )
    stamp = Stamp(at, f"{actor.organisation_name} {actor.person_name} {legal_date(at)}", title)
    # The file has no name: nothing stays behind when the browser goes away.
    stream = xlsx_file([sheet], stamp=stamp)
    record(
        Fact("list.exported", SubjectRef("list", title[:64]), actor.scope_path, {"rows": count}),
        actor=actor,
        at=at,
    )
    return FileResponse(stream, as_attachment=True, filename=f"{title}-{legal_date(at):%Y%m%d}.xlsx", content_type=XLSX)


def _cells(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[list[Any]]:
    for row in rows:
        yield [_cell(column.read(row)) for column in columns]


def _cell(value: Any) -> str | int | float | Decimal | date | None:
    if isinstance(value, datetime):
        return value.astimezone(LEGAL_ZONE).strftime("%Y-%m-%d %H:%M")
    if value is None or isinstance(value, (bool, int, float, Decimal, date)):
        return value
    return str(value)
