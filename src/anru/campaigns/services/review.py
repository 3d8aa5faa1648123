"""The third party's side: claim, accept, return; and the bureau's: set a decision aside."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from anru.accounts.models import Membership
from anru.campaigns import errors
from anru.campaigns.access import can_reopen, can_review, live_assignments, scope_obligations
from anru.campaigns.events import ObligationDecided, ObligationReopened
from anru.campaigns.models import Decision, Obligation, Submission
from anru.campaigns.rules import ReviewFacts, claim_is_over, judge_return, judge_reviewer
from anru.campaigns.services.moves import lock_obligation, move_obligation, require_running
from anru.campaigns.services.records import record_obligation
from anru.campaigns.spec import read_spec
from anru.campaigns.states import WAITING_FOR_REVIEW, CampaignState, ObligationState
from anru.kernel.actor import Actor, path_range
from anru.kernel.clock import legal_date
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.ledger.wiring import announce
from anru.rulebook.book import parameters_on


def review_claim(*, actor: Actor, at: datetime, obligation_id: uuid.UUID) -> Obligation:
    """The obligation lies in review with the actor until the claim runs out; claiming again extends the own claim.

    Refuses: not_found; review.not_reviewer; review.own_work; review.taken – another reviewer holds a live claim;
    obligation.not_in_state; campaign.not_running.
    """
    obligation = _lock_for_review(actor, obligation_id, at)
    until = at + _claim_length(at)
    if obligation.state == ObligationState.IN_REVIEW:
        if obligation.claimed_by_id != actor.person_id and not claim_is_over(obligation.claimed_until, at):
            raise Refused(errors.TAKEN)
        obligation.claimed_by_id, obligation.claimed_until = actor.person_id, until
        obligation.save(update_fields=["claimed_by_id", "claimed_until"])
        return obligation
    _judge_reviewer(actor, obligation)
    move_obligation(obligation, "claim", at=at, claimed_by_id=actor.person_id, claimed_until=until)
    return obligation


def review_next(*, actor: Actor, at: datetime, after: uuid.UUID | None = None) -> Obligation | None:
    """The oldest waiting obligation that the actor may decide on is claimed and returned; None when none waits.

    Rows that another transaction is claiming are stepped over, so two reviewers never wait for one another.
    """
    own = scope_obligations(actor).filter(claimed_by_id=actor.own_person_id, state=ObligationState.IN_REVIEW)
    skipped = [after] if after else []
    held = own.exclude(pk__in=skipped).order_by("submitted_at").first()
    if held is not None:
        return review_claim(actor=actor, at=at, obligation_id=held.pk)
    waiting = waiting_for(actor, at).exclude(pk__in=skipped).order_by("submitted_at", "pk")
    candidate = waiting.select_for_update(of=("self",), skip_locked=True).first()
    if candidate is None:
        return None
    return review_claim(actor=actor, at=at, obligation_id=candidate.pk)


def review_release(*, actor: Actor, at: datetime, obligation_id: uuid.UUID) -> Obligation:
    """The obligation waits for any reviewer again. Refuses: not_found; review.not_claimed."""
    obligation = _lock_claimed(actor, obligation_id, at)
    move_obligation(obligation, "release", at=at)
    return obligation


def review_accept(*, actor: Actor, at: datetime, obligation_id: uuid.UUID, words: str = "") -> Decision:
    """The latest submission is accepted, and the obligation is done.

    Refuses: not_found; review.not_reviewer; review.own_work; review.not_claimed – not claimed by the actor or the claim
    ran out.
    """
    obligation = _lock_claimed(actor, obligation_id, at)
    return _decide(obligation, actor=actor, at=at, verdict="accepted", reason_codes=(), words=words)


def review_return(
    *, actor: Actor, at: datetime, obligation_id: uuid.UUID, reason_codes: Sequence[str], words: str
) -> Decision:
    """The latest submission is returned with reasons and words; the enterprise has to act.

    Refuses: as review_accept; review.reason_needed; review.reason_unknown.
    """
    obligation = _lock_claimed(actor, obligation_id, at)
    judge_return(read_spec(obligation.item.spec), reason_codes, words).enforce()
    return _decide(obligation, actor=actor, at=at, verdict="returned", reason_codes=reason_codes, words=words)


def decision_reopen(*, actor: Actor, at: datetime, obligation_id: uuid.UUID, reason: str) -> Obligation:
    """The standing decision is set aside; the obligation is open to a reviewer and to the enterprise again.

    Refuses: not_found; review.not_reopener; review.reopen_reason_needed; obligation.not_in_state – nothing is decided.
    """
    obligation = lock_obligation(obligation_id, actor=actor)
    if not can_reopen(actor):
        raise Refused(errors.NOT_REOPENER)
    if not reason.strip():
        raise Refused(errors.REOPEN_REASON_NEEDED)
    require_running(obligation.campaign)
    words = reason.strip()[:300]
    move_obligation(obligation, "reopen", at=at, note=words, decided_at=None)
    Decision.objects.filter(obligation=obligation, set_aside_at__isnull=True).update(
        set_aside_at=at, set_aside_by_id=actor.person_id, set_aside_reason=words
    )
    record_obligation(obligation, "obligation.reopened", actor=actor, at=at, reason=words)
    announce(
        ObligationReopened(
            obligation.pk, obligation.enterprise_id, obligation.scope_path, obligation.item.title, words
        ),
        actor=actor,
        at=at,
    )
    return obligation


def _decide(
    obligation: Obligation,
    *,
    actor: Actor,
    at: datetime,
    verdict: str,
    reason_codes: Sequence[str],
    words: str,
) -> Decision:
    submission = (
        Submission.objects.filter(obligation=obligation, submitted_at__isnull=False).order_by("-number").first()
    )
    if submission is None:
        raise Refused(errors.NOT_FOUND)
    _judge_reviewer(actor, obligation)
    decision = _decision(submission, actor=actor, at=at, verdict=verdict, reason_codes=reason_codes, words=words)
    verb = "accept" if verdict == "accepted" else "return"
    move_obligation(obligation, verb, at=at, decided_at=at, note="")
    record_obligation(
        obligation,
        f"obligation.{verdict}",
        actor=actor,
        at=at,
        clause=read_spec(obligation.item.spec).clause,
        version=submission.number,
        reasons=list(reason_codes),
        edition=obligation.item.edition,
    )
    title, said = obligation.item.title, words.strip()[:300]
    decided = ObligationDecided(obligation.pk, obligation.enterprise_id, obligation.scope_path, verdict, title, said)
    announce(decided, actor=actor, at=at)
    return decision


def _decision(
    submission: Submission, *, actor: Actor, at: datetime, verdict: str, reason_codes: Sequence[str], words: str
) -> Decision:
    try:
        with transaction.atomic():
            return Decision.objects.create(
                id=new_id(),
                obligation_id=submission.obligation_id,
                submission=submission,
                enterprise_id=submission.enterprise_id,
                scope_path=submission.scope_path,
                verdict=verdict,
                reason_codes=list(reason_codes),
                words=words.strip()[:1000],
                person_id=actor.own_person_id,
                organisation_id=actor.own_organisation_id,
                organisation_name=actor.organisation_name,
                author_person_id=submission.person_id,
                author_organisation_id=submission.organisation_id,
                decided_at=at,
            )
    except IntegrityError as error:
        # The constraint is the last guard against judging one's own work; its answer must read like the rule's.
        if "nobody_reviews_own" in str(error):
            raise Refused(errors.OWN_WORK) from error
        raise


def _lock_for_review(actor: Actor, obligation_id: uuid.UUID, at: datetime) -> Obligation:
    obligation = lock_obligation(obligation_id, actor=actor)
    if not can_review(live_assignments(actor, legal_date(at)), obligation):
        raise Refused(errors.NOT_REVIEWER)
    require_running(obligation.campaign)
    return obligation


def waiting_for(actor: Actor, at: datetime) -> QuerySet[Obligation]:
    """Return what waits for review under the actor's live assignments and is not the actor's own work."""
    territories = Q(pk__in=[])
    for campaign_id, path in live_assignments(actor, legal_date(at)):
        low, high = path_range(path)
        territories |= Q(campaign_id=campaign_id, scope_path__gte=low, scope_path__lt=high)
    produced = Submission.objects.filter(
        Q(person_id=actor.person_id) | Q(organisation_id=actor.organisation_id), obligation_id=OuterRef("pk")
    )
    return (
        Obligation.objects.filter(territories)
        .filter(
            # Written as the index is, so that the oldest are found without looking at all.
            state__in=[*WAITING_FOR_REVIEW, ObligationState.IN_REVIEW],
            campaign__state=CampaignState.RUNNING,
        )
        .exclude(state=ObligationState.IN_REVIEW, claimed_until__gt=at)
        .exclude(enterprise_id__in=_own_enterprises(actor))
        .exclude(Exists(produced))
    )


def _lock_claimed(actor: Actor, obligation_id: uuid.UUID, at: datetime) -> Obligation:
    obligation = _lock_for_review(actor, obligation_id, at)
    mine = obligation.state == ObligationState.IN_REVIEW and obligation.claimed_by_id == actor.person_id
    if not mine or claim_is_over(obligation.claimed_until, at):
        raise Refused(errors.NOT_CLAIMED)
    return obligation


def _own_enterprises(actor: Actor) -> list[uuid.UUID]:
    # No join to the organisation: row-level security hides it from the reviewer's scope, and with it the membership.
    return list(
        Membership.objects.filter(person_id=actor.own_person_id, ended_at__isnull=True)
        .exclude(organisation_id=actor.own_organisation_id)
        .values_list("organisation_id", flat=True)
    )


def _judge_reviewer(actor: Actor, obligation: Obligation) -> None:
    if actor.person_id is None or actor.organisation_id is None:
        raise Refused(errors.NOT_REVIEWER)
    authors = list(
        Submission.objects.filter(obligation=obligation, submitted_at__isnull=False).values_list(
            "person_id", "organisation_id"
        )
    )
    judge_reviewer(
        ReviewFacts(
            reviewer_person=actor.person_id,
            reviewer_organisation=actor.organisation_id,
            reviewer_enterprises=frozenset(_own_enterprises(actor)),
            author_persons=frozenset(person for person, _ in authors),
            author_organisations=frozenset(organisation for _, organisation in authors),
            enterprise=obligation.enterprise_id,
        )
    ).enforce()


def _claim_length(at: datetime) -> timedelta:
    return parameters_on(at).minutes("review.claim_minutes")
