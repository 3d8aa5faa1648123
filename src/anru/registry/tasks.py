"""Long work of the registry, in the name of the person who asked, so that scope and row-level security hold."""

from __future__ import annotations

import uuid
from contextlib import closing

import structlog
from django.db import OperationalError
from django.utils.translation import gettext as _
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from anru.accounts.scope import acting_as, acting_as_system
from anru.jobs.models import Job
from anru.jobs.services import job_done, job_fail, job_progress, job_start
from anru.kernel import clock
from anru.kernel.decision import Refused
from anru.registry.intake.errors import IntakeRefused
from anru.registry.intake.rows import RowJudge, judge_batches
from anru.registry.models import Enterprise, RosterImport
from anru.registry.progress import told_aside
from anru.registry.services.roster import columns_of, header_of, move_import, opened
from anru.registry.services.roster_apply import roster_write
from anru.registry.services.roster_check import batch_store, roster_compare
from anru.registry.services.roster_lists import lookups_for
from anru.registry.states import IMPORT_MACHINE, ImportStage

log = structlog.get_logger("anru.registry")
AGAIN = RetryStrategy(max_attempts=5, wait=2, retry_exceptions=[OperationalError])


@app.task(name="registry.roster_check", pass_context=True, retry=AGAIN)
def roster_check(context: JobContext, job_id: str) -> None:
    """The roster waits in preview with every row judged, or is refused with the reason.

    A check that was killed goes on after the last row whose batch was stored.
    """
    job = _started(job_id)
    if job is None:
        return
    try:
        _check(job)
    except (IntakeRefused, FileNotFoundError) as error:
        words = error.text.zh if isinstance(error, IntakeRefused) else _("上传的文件已不在服务器上，请重新上传。")
        _end(job, "refuse", words)
    except Exception as error:
        if context.task.get_retry_exception(error, context.job) is None:
            _end(job, "refuse", _("校验没有完成，请重新上传；如再次出现，请联系管理员。"))
        raise


@app.task(name="registry.roster_apply", pass_context=True, retry=AGAIN)
def roster_apply(context: JobContext, job_id: str) -> None:
    """The roster stands in the registry, or the registry is as before and the import waits in preview again.

    A writing that was killed left nothing behind; done again it begins from the start.
    """
    job = _started(job_id)
    if job is None:
        return
    try:
        with told_aside(job) as tell, acting_as(job.person_id, job.membership_id) as actor:
            run = RosterImport.objects.select_for_update().get(job=job)
            if run.stage == ImportStage.APPLYING:
                at = clock.now()
                roster_write(actor=actor, at=at, run=run, progress=tell)
                job.refresh_from_db()
                job_done(job, at=at, result=run.counts["applied"])
    except Refused as refused:
        _end(job, "halt", f"{refused.words}{refused.next_step}")
    except Exception as error:
        if context.task.get_retry_exception(error, context.job) is None:
            _end(job, "halt", _("写入没有完成，档案没有变动。请再试一次；如再次出现，请联系管理员。"))
        raise


def _started(job_id: str) -> Job | None:
    with acting_as_system():
        return job_start(uuid.UUID(job_id), at=clock.now())


def _check(job: Job) -> None:
    with acting_as(job.person_id, job.membership_id) as actor:
        run = RosterImport.objects.get(job=job)
        if run.stage != ImportStage.VALIDATING:
            return
        lookups = lookups_for(actor, own_towns_only=False)
    at = clock.now()
    with closing(opened(run, at)) as roster:
        header = header_of(run, roster)
        total = max(roster.last_row - header.last_row, 1)
        judge = RowJudge(columns_of(run), lookups, on=clock.legal_date(at))
        for batch in judge_batches(roster, header, judge, after=int(job.cursor.get("after", 0))):
            with acting_as(job.person_id, job.membership_id):
                batch_store(run, batch)
                done = min(batch.next_after - header.last_row, total)
                job_progress(job, done_n=done, total_n=total, cursor={"after": batch.next_after})
    with acting_as_system():
        codes = run.rows.values("credit_code")
        registered = set(Enterprise.objects.filter(credit_code__in=codes).values_list("credit_code", flat=True))
    with acting_as(job.person_id, job.membership_id) as actor:
        run = RosterImport.objects.select_for_update().get(pk=run.pk)
        if run.stage != ImportStage.VALIDATING:
            return
        roster_compare(actor=actor, at=clock.now(), run=run, registered=registered)
        job_done(job, at=clock.now(), result=run.counts)


def _end(job: Job, verb: str, words: str) -> None:
    with acting_as_system():
        run = RosterImport.objects.select_for_update().filter(job=job).first()
        if run is None or not IMPORT_MACHINE.allows(run.stage, verb):
            # Delivered twice, the other delivery has said how it ended; a second ending would undo what came after it.
            return
        if verb == "refuse":
            run.refusal = {"code": "unreadable", "words": words}
        move_import(run, verb, "refusal")
        job_fail(job, at=clock.now(), message=words)
    log.warning("roster import ended without result", import_id=str(run.pk), verb=verb)
