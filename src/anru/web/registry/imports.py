"""Pages of the roster import, one per stage: upload, columns, check, preview, result."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anru.kernel.actor import Actor
from anru.kernel.clock import legal_date
from anru.kernel.decision import Refused
from anru.kernel.sheets import Stamp
from anru.ledger.events import Fact, SubjectRef
from anru.ledger.services import record
from anru.registry import errors
from anru.registry.access import can_drive_import, can_import
from anru.registry.labels import STAGE_LABELS
from anru.registry.selectors import import_rows, import_run, imports
from anru.registry.services.roster import (
    header_of,
    opened,
    proposed_columns,
    roster_apply,
    roster_discard,
    roster_map,
    roster_reread,
    roster_upload,
)
from anru.registry.services.roster_files import error_workbook_of, template_workbook
from anru.registry.states import IMPORT_MACHINE, ImportStage
from anru.registry.tasks import roster_apply as apply_task
from anru.registry.tasks import roster_check as check_task
from anru.rulebook.book import parameters_on
from anru.web.registry.enterprises import page_or_part
from anru.web.registry.forms import UploadForm
from anru.web.registry.rosterwords import ShownColumn, field_choices, shown_columns, shown_rows, steps, tally
from anru.web.shell.exports import XLSX, Column, wants_export, xlsx_response
from anru.web.shell.lists import page_of, text_of
from anru.web.shell.requests import actor_of, moment_of

SAMPLES = 4
STEPS = {"validating": 3, "preview": 4, "applying": 5, "applied": 6}
BUSY = frozenset({ImportStage.VALIDATING.value, ImportStage.APPLYING.value})


IMPORT_COLUMNS = (
    Column(gettext_lazy("名册"), lambda run: run.file_name, 36),
    Column(gettext_lazy("状态"), lambda run: STAGE_LABELS[ImportStage(run.stage)], 12),
    Column(gettext_lazy("新增"), lambda run: (run.counts or {}).get("create"), 10),
    Column(gettext_lazy("变更"), lambda run: (run.counts or {}).get("change"), 10),
    Column(gettext_lazy("错误"), lambda run: (run.counts or {}).get("error"), 10),
    Column(gettext_lazy("导入人"), lambda run: run.person.name, 14),
    Column(gettext_lazy("单位"), lambda run: run.organisation.name, 30),
    Column(gettext_lazy("时间"), lambda run: run.created_at, 18),
)


@require_GET
def import_list(request: HttpRequest) -> HttpResponseBase:
    """The roster imports of the territory, newest first."""
    actor = importers_only(actor_of(request))
    if wants_export(request):
        return xlsx_response(request, _("名册导入"), IMPORT_COLUMNS, imports(actor), actor=actor)
    page = page_of(request, imports(actor))
    rows = [(run, STAGE_LABELS[ImportStage(run.stage)]) for run in page]
    return render(request, "registry/import_list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """The form that takes a roster file, and its taking in."""
    actor, at = importers_only(actor_of(request)), moment_of(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        most = parameters_on(at).integer("import.file.max_bytes")
        try:
            if file.size > most:
                raise Refused(errors.IMPORT_TOO_LARGE, most_mb=most // 1_000_000)
            content = Path(file.temporary_file_path())
            run = roster_upload(actor=actor, at=at, content=content, file_name=file.name)
        except Refused as refused:
            form.add_error("file", f"{refused.words}{refused.next_step}")
        else:
            return redirect("registry:import-mapping", run.pk)
    context = {"form": form, "steps": steps(), "step": 1}
    return render(request, "registry/import_new.html", context, status=400 if form.errors else 200)


@require_GET
def import_detail(request: HttpRequest, import_id: uuid.UUID) -> HttpResponseBase:
    """The stage at which the import stands, with its progress, its preview or its result."""
    actor = importers_only(actor_of(request))
    run = import_or_404(actor, import_id)
    if run.stage in {ImportStage.UPLOADED, ImportStage.MAPPED}:
        return redirect("registry:import-mapping", run.pk)
    busy = run.stage in BUSY
    outcome = text_of(request, "outcome")
    rows = import_rows(actor, run, outcome=outcome, search=text_of(request, "q"))
    page = None if busy else page_of(request, rows)
    driver = can_drive_import(actor, run)
    context = {
        "run": run,
        "busy": busy,
        "job": run.job,
        "page": page,
        "rows": shown_rows(page) if page is not None else [],
        "outcome": outcome,
        "search": text_of(request, "q"),
        "tally": tally(run.counts),
        "steps": steps(),
        "step": STEPS.get(run.stage, 0),
        "waiting": run.stage == ImportStage.PREVIEW,
        "writes": run.counts.get("create", 0) + run.counts.get("change", 0),
        "can_drive": driver,
        "can_discard": driver and IMPORT_MACHINE.allows(run.stage, "discard"),
    }
    part = page_or_part(request, "registry/import.html", "progress" if busy else "rows")
    response = render(request, part, context)
    if request.headers.get("HX-Target") == "progress" and not busy:
        # The stage is over: the page around the progress bar is another one now.
        response = HttpResponse(headers={"HX-Refresh": "true"})
    return response


@require_http_methods(["GET", "POST"])
def import_mapping(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """The columns of the file beside what they are taken for, with sample rows; sent, the check begins."""
    actor, at = importers_only(actor_of(request)), moment_of(request)
    run = import_or_404(actor, import_id)
    problem: Refused | None = None
    choice = None
    if request.method == "POST" and "sheet" in request.POST:
        number = request.POST.get("header_row", "")
        row = int(number) if number.isdecimal() and len(number) < 6 and int(number) > 0 else None
        try:
            roster_reread(actor=actor, at=at, import_id=run.pk, sheet=request.POST["sheet"], header_row=row)
        except Refused as refused:
            problem = _mendable(refused)
        else:
            return redirect("registry:import-mapping", run.pk)
    elif request.method == "POST":
        choice = {key[4:]: str(value) for key, value in request.POST.items() if key.startswith("col-") and value}
        try:
            run = roster_map(actor=actor, at=at, import_id=run.pk, choice=_known(run, choice))
            check_task.defer(job_id=str(run.job_id))
        except Refused as refused:
            problem = _mendable(refused)
        else:
            return redirect("registry:import-detail", run.pk)
    if not IMPORT_MACHINE.allows(run.stage, "map"):
        return redirect("registry:import-detail", run.pk)
    context = _mapping_page(run, at, choice)
    context.update({"problem": problem, "can_drive": can_drive_import(actor, run)})
    return render(request, "registry/import_mapping.html", context, status=400 if problem else 200)


@require_POST
def import_apply(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """The checked rows are written by the task queue."""
    actor, at = actor_of(request), moment_of(request)
    skip = request.POST.get("policy") == "skip"
    run = roster_apply(actor=actor, at=at, import_id=import_id, skip_errors=skip)
    apply_task.defer(job_id=str(run.job_id))
    return redirect("registry:import-detail", run.pk)


@require_POST
def import_discard(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """The import is given up."""
    roster_discard(actor=actor_of(request), at=moment_of(request), import_id=import_id)
    messages.success(request, _("已放弃，档案没有变动。"))
    return redirect("registry:import-list")


@require_GET
def errors_xlsx(request: HttpRequest, import_id: uuid.UUID) -> HttpResponseBase:
    """The file as it was, with what is wrong marked in each row; corrected, it can be uploaded again."""
    actor, at = importers_only(actor_of(request)), moment_of(request)
    run = import_or_404(actor, import_id)
    if not run.counts:
        raise Http404
    stamp = Stamp(at, f"{actor.organisation_name} {actor.person_name} {legal_date(at)}", run.file_name)
    workbook = error_workbook_of(actor, run, at, stamp=stamp, only_errors=request.GET.get("only") == "errors")
    taken = Fact(
        "list.exported", SubjectRef("roster_import", str(run.pk)), actor.scope_path, {"rows": run.counts["rows"]}
    )
    record(taken, actor=actor, at=at)
    return _download(workbook, f"{Path(run.file_name).stem}-{_('错误说明')}.xlsx")


@require_GET
def template_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The empty form, with spaces or without."""
    actor, at = importers_only(actor_of(request)), moment_of(request)
    with_spaces = request.GET.get("spaces") == "1"
    workbook = template_workbook(actor, with_spaces=with_spaces, stamp=Stamp(at, "", _("名册模板")))
    return _download(workbook, _("有限空间名册模板.xlsx") if with_spaces else _("企业名册模板.xlsx"))


def importers_only(actor: Actor) -> Actor:
    """Return an actor who imports. Refuses: import.not_importer – other roles."""
    if not can_import(actor):
        raise Refused(errors.NOT_IMPORTER)
    return actor


def import_or_404(actor: Actor, import_id: uuid.UUID) -> Any:
    """Return the import. Raises: Http404 when there is none that the actor may know of."""
    run = import_run(actor, import_id)
    if run is None:
        raise Http404
    return run


def _mapping_page(run: Any, at: Any, choice: Mapping[str, str] | None) -> dict[str, Any]:
    sheets = run.refusal.get("sheets", [])
    columns: list[ShownColumn] = []
    if run.headers:
        columns = shown_columns(proposed_columns(run), choice or run.mapping, _samples(run, at))
    return {
        "run": run,
        "sheets": sheets,
        "columns": columns,
        "fields": field_choices(get_language()),
        "steps": steps(),
        "step": 2,
    }


def _samples(run: Any, at: Any) -> list[list[str]]:
    with closing(opened(run, at)) as roster:
        header = header_of(run, roster)
        rows = islice(roster.rows(after=header.last_row), SAMPLES)
        return [["" if cell is None else str(cell) for cell in row.cells] for row in rows]


def _known(run: Any, choice: Mapping[str, str]) -> dict[str, str]:
    fields = {code for code, _words, _group in field_choices(None)}
    within = {str(index) for index in range(len(run.headers))}
    return {index: field for index, field in choice.items() if index in within and field in fields}


def _mendable(refused: Refused) -> Refused:
    if refused.refusal.code in {errors.IMPORT_COLUMNS_MISSING.code, errors.IMPORT_UNREADABLE.code}:
        return refused
    raise refused


def _download(workbook: BinaryIO, name: str) -> FileResponse:
    return FileResponse(workbook, as_attachment=True, filename=name, content_type=XLSX)
