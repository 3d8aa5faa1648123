"""Timed and long work of campaigns. Each calls one service."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from anru.accounts.scope import acting_as_system
from anru.campaigns.models import Campaign, Obligation
from anru.campaigns.services.dispatch import dispatch_batch, enterprises_in_scope
from anru.campaigns.services.moves import move_obligation
from anru.campaigns.services.snapshot import snapshot_take, tally_compact
from anru.campaigns.states import CampaignState, ObligationState
from anru.jobs.services import job_abandon, job_done, job_progress, job_start
from anru.kernel import clock

# A database that just does not serve needs a moment: three attempts within one second would be one.
AGAIN = RetryStrategy(max_attempts=3, wait=20)


@app.task(name="campaigns.dispatch", pass_context=True, retry=AGAIN)
def dispatch(context: JobContext, campaign_id: str, job_id: str) -> None:
    """Every enterprise in the campaign's region takes part; progress and the place to resume stand after each batch.

    When the last attempt fails too, the job has failed in words, and the officer can have it resumed.
    """
    try:
        _dispatch(campaign_id, job_id)
    except Exception as error:
        if context.task.get_retry_exception(error, context.job) is None:
            _give_up(job_id)
        raise


def _dispatch(campaign_id: str, job_id: str) -> None:
    with acting_as_system():
        campaign = Campaign.objects.get(pk=campaign_id)
        job = job_start(uuid.UUID(job_id), at=clock.now())
        if job is None:
            return
        total = enterprises_in_scope(campaign)
    done, after = job.done_n, str(job.cursor.get("after", ""))
    while True:
        with acting_as_system():
            n, after = dispatch_batch(campaign=campaign, at=clock.now(), after=after)
            done += n
            job_progress(job, done_n=done, total_n=total, cursor={"after": after})
        if n == 0:
            break
    with acting_as_system():
        snapshot_take(campaign=campaign, day=clock.legal_date(clock.now()), at=clock.now())
        job_done(job, at=clock.now(), result={"enterprises": done})


def _give_up(job_id: str) -> None:
    words = _("下发没有完成，已下发的企业不受影响。请打开这次行动，点“继续下发”；如再次出现，请联系管理员。")
    with acting_as_system():
        job_abandon(uuid.UUID(job_id), at=clock.now(), message=words)


@app.periodic(cron="50 15 * * *")
@app.task(name="campaigns.snapshots", queueing_lock="campaigns.snapshots")
def snapshots(timestamp: int) -> None:
    """Each running campaign has the figures of the day that ends in Shanghai soon after (15:50 UTC is 23:50 there)."""
    for campaign_id in _running():
        with acting_as_system():
            campaign = Campaign.objects.get(pk=campaign_id)
            snapshot_take(campaign=campaign, day=clock.legal_date(clock.now()), at=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="campaigns.tidy", queueing_lock="campaigns.tidy")
def tidy(timestamp: int) -> None:
    """Counts are compact, and claims that ran out wait for any reviewer again."""
    for campaign_id in _running():
        with acting_as_system():
            tally_compact(Campaign.objects.get(pk=campaign_id))
    with acting_as_system():
        at = clock.now()
        over = Obligation.objects.select_for_update(of=("self",), skip_locked=True).filter(
            state=ObligationState.IN_REVIEW, claimed_until__lte=at
        )
        for obligation in over[:500]:
            move_obligation(obligation, "release", at=at)


def _running() -> list[uuid.UUID]:
    with acting_as_system():
        return list(Campaign.objects.filter(state=CampaignState.RUNNING).values_list("pk", flat=True))
