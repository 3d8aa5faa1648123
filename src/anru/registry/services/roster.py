"""The stages of a roster import. Nothing of a file reaches the registry before `apply`."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anru.jobs.services import job_open
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.registry import errors
from anru.registry.access import can_drive_import, can_import, scope_imports
from anru.registry.intake.columns import ColumnMap, mapped, propose
from anru.registry.intake.errors import FileFault, IntakeRefused
from anru.registry.intake.fields import FIELDS
from anru.registry.intake.header import SEARCHED_ROWS, Header, find_header
from anru.registry.intake.limits import IntakeLimits
from anru.registry.intake.opening import RosterFile, open_roster
from anru.registry.labels import STAGE_LABELS
from anru.registry.models import RosterImport, RosterRow
from anru.registry.services.records import record_import
from anru.registry.states import IMPORT_MACHINE, ImportStage
from anru.rulebook.book import parameters_on

COPY_BYTES = 1 << 20
CHECK_JOB = "roster_check"
APPLY_JOB = "roster_apply"


def limits_on(at: datetime) -> IntakeLimits:
    """Return how much of a file is read, by the parameters in force."""
    book = parameters_on(at)
    return IntakeLimits(
        file_bytes=book.integer("import.file.max_bytes"),
        parts=book.integer("import.zip.max_entries"),
        unpacked_bytes=book.integer("import.zip.max_unpacked_bytes"),
        ratio=book.integer("import.zip.max_ratio"),
        elements=book.integer("import.sheet.max_elements"),
        # Titles and headings stand above the rows that are meant by the parameter.
        rows=book.integer("import.rows.max") + SEARCHED_ROWS,
        columns=book.integer("import.columns.max"),
        text_chars=book.integer("import.text.max_characters"),
    )


def roster_upload(*, actor: Actor, at: datetime, content: Path, file_name: str) -> RosterImport:
    """The file is kept under its SHA-256 and an import of it stands, with its columns proposed where it could be read.

    A file with several sheets waits for the choice of one. Refuses: import.not_importer; import.unreadable.
    """
    if not can_import(actor) or actor.person_id is None or actor.organisation_id is None:
        # The work is done later in a member's name; the system has none.
        raise Refused(errors.NOT_IMPORTER)
    run = RosterImport(
        id=new_id(),
        scope_path=actor.scope_path,
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
        file_name=Path(file_name).name[:200],
        created_at=at,
    )
    _read(run, content, at, sheet="", row=None)
    run.file_sha256 = _keep(content)
    run.save(force_insert=True)
    record_import(run, "import.uploaded", actor=actor, at=at)
    return run


def roster_reread(
    *, actor: Actor, at: datetime, import_id: uuid.UUID, sheet: str, header_row: int | None
) -> RosterImport:
    """The import reads the given sheet with its titles in the given row; its columns are proposed anew.

    Refuses: not_found; import.not_yours; import.not_now; import.unreadable.
    """
    run = lock_import(actor, import_id, "map")
    _read(run, path_of(run), at, sheet=sheet, row=header_row)
    run.stage = ImportStage.MAPPED.value if run.stage != ImportStage.UPLOADED else run.stage
    run.save(update_fields=["sheet", "header_row", "headers", "mapping", "refusal", "stage"])
    return run


def roster_map(*, actor: Actor, at: datetime, import_id: uuid.UUID, choice: Mapping[str, str]) -> RosterImport:
    """The columns stand as chosen, and the rows are being checked in the task queue.

    `choice` names the field of each column by its index. Refuses: not_found; import.not_yours; import.not_now;
    import.columns_missing.
    """
    run = lock_import(actor, import_id, "map")
    columns = mapped(run.headers, choice)
    if not columns.usable:
        raise Refused(errors.IMPORT_COLUMNS_MISSING, columns=_titles(columns))
    run.mapping, run.counts = columns.as_choice(), {}
    move_import(run, "map", "mapping", "counts")
    RosterRow.objects.filter(run=run).delete()
    run.job = job_open(actor=actor, kind=CHECK_JOB, title=_("校验名册：%(name)s") % {"name": run.file_name}, at=at)
    move_import(run, "validate", "job")
    record_import(run, "import.mapped", actor=actor, at=at, mapping=run.mapping)
    return run


def roster_apply(*, actor: Actor, at: datetime, import_id: uuid.UUID, skip_errors: bool) -> RosterImport:
    """The rows without errors are being written into the registry by the task queue, all or nothing.

    Refuses: not_found; import.not_yours; import.not_now; import.has_errors – and they are not to be skipped;
    import.nothing_to_do.
    """
    run = lock_import(actor, import_id, "apply")
    faulty = run.counts.get("error", 0)
    if faulty and not skip_errors:
        raise Refused(errors.IMPORT_HAS_ERRORS, errors=faulty)
    if not run.counts.get("create", 0) + run.counts.get("change", 0):
        raise Refused(errors.IMPORT_NOTHING)
    run.job = job_open(actor=actor, kind=APPLY_JOB, title=_("写入名册：%(name)s") % {"name": run.file_name}, at=at)
    move_import(run, "apply", "job")
    record_import(run, "import.apply_asked", actor=actor, at=at, skip_errors=skip_errors)
    return run


def roster_discard(*, actor: Actor, at: datetime, import_id: uuid.UUID) -> RosterImport:
    """The import is given up and its judged rows are gone; the registry was never touched.

    Refuses: not_found; import.not_yours; import.not_now.
    """
    run = lock_import(actor, import_id, "discard")
    RosterRow.objects.filter(run=run).delete()
    move_import(run, "discard")
    record_import(run, "import.discarded", actor=actor, at=at)
    return run


def lock_import(actor: Actor, import_id: uuid.UUID, verb: str) -> RosterImport:
    """Return the import, locked for this transaction, if the actor drives it and the table allows the verb now.

    Refuses: not_found; import.not_yours; import.not_now.
    """
    run = scope_imports(actor).select_for_update(of=("self",)).filter(pk=import_id).first()
    if run is None:
        raise Refused(errors.NOT_FOUND)
    if not can_drive_import(actor, run):
        raise Refused(errors.NOT_YOUR_IMPORT)
    if not IMPORT_MACHINE.allows(run.stage, verb):
        raise Refused(errors.IMPORT_NOT_NOW, stage=STAGE_LABELS[ImportStage(run.stage)])
    return run


def move_import(run: RosterImport, verb: str, *changed: str) -> None:
    """The locked import stands in the verb's target stage, with the changed fields saved."""
    run.stage = IMPORT_MACHINE.move(verb).target
    run.save(update_fields=["stage", *changed])


def path_of(run: RosterImport) -> Path:
    """Return where the file of an import is kept."""
    return _place(run.file_sha256)


def opened(run: RosterImport, at: datetime) -> RosterFile:
    """Return the import's file opened on its sheet; the caller closes it. Raises: IntakeRefused."""
    return open_roster(path_of(run), limits=limits_on(at), sheet=run.sheet)


def header_of(run: RosterImport, roster: RosterFile) -> Header:
    """Return the heading as it was when the columns were chosen. Raises: IntakeRefused."""
    return find_header(roster, row=run.header_row)


def columns_of(run: RosterImport) -> ColumnMap:
    """Return the columns of an import as they will be, or are, read."""
    return mapped(run.headers, run.mapping)


def proposed_columns(run: RosterImport) -> ColumnMap:
    """Return the columns as the titles suggest them, with how sure that is."""
    return propose(run.headers)


def _read(run: RosterImport, content: Path, at: datetime, *, sheet: str, row: int | None) -> None:
    run.headers, run.mapping, run.refusal = [], {}, {}
    try:
        with closing(open_roster(content, limits=limits_on(at), sheet=sheet)) as roster:
            header = find_header(roster, row=row)
            run.sheet, run.header_row = roster.sheet[:100], header.row
    except IntakeRefused as refused:
        if refused.fault is not FileFault.SEVERAL_SHEETS:
            raise Refused(errors.IMPORT_UNREADABLE, reason=refused.text.spoken(get_language())) from refused
        run.refusal = {"code": refused.code, "sheets": list(refused.sheets)}
        return
    run.headers = list(header.labels)
    run.mapping = propose(header.labels).as_choice()


def _titles(columns: ColumnMap) -> str:
    language = get_language()
    return "、".join(FIELDS[field].title.spoken(language) for field in (*columns.missing, *columns.doubled))


def _place(sha256: str) -> Path:
    return Path(settings.UPLOAD_DIR) / "rosters" / sha256[:2] / sha256


def _keep(content: Path) -> str:
    """Keep a copy under its hash; the name is the content, so a second upload of the same file changes nothing."""
    digest = hashlib.sha256()
    folder = Path(settings.UPLOAD_DIR) / "rosters"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f"part-{uuid.uuid4().hex}"
    with content.open("rb") as source, fresh.open("xb") as target:
        while chunk := source.read(COPY_BYTES):
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    place = _place(digest.hexdigest())
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh.replace(place)
    return digest.hexdigest()
