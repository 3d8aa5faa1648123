"""Bringing an obligation to a state the way people do: through the services, each step by whoever may take it."""

from __future__ import annotations

from datetime import datetime, timedelta

from anru.campaigns.models import Obligation
from anru.campaigns.services.proof import draft_open
from anru.campaigns.services.review import decision_reopen, review_accept, review_claim, review_return
from anru.campaigns.services.urging import obligation_waive
from tests.world import NOON, World, submit

STATES = ("owed", "draft", "submitted", "in_review", "returned", "accepted", "reopened", "waived")


def prover_of(world: World, row: Obligation) -> str:
    """Return the cast member who fills in for the obligation's enterprise."""
    provers = {
        world.enterprise.pk: "safety_manager",
        world.neighbour.pk: "stranger",
        world.elsewhere.pk: "elsewhere_principal",
    }
    return provers[row.enterprise_id]


def bring(
    world: World, row: Obligation, state: str, *, at: datetime = NOON, reviewer: str = "reviewer", words: str = "请补拍"
) -> Obligation:
    """An obligation that is owed stands in `state`. The transaction is left open to every row."""
    if state == "waived":
        obligation_waive(actor=world.actor("officer"), at=at, obligation_id=row.pk, reason="已停用")
    elif state == "draft":
        draft_open(actor=world.actor(prover_of(world, row)), at=at, obligation_id=row.pk)
    elif state != "owed":
        submit(world, row, prover_of(world, row), at)
    if state in {"in_review", "returned", "accepted", "reopened"}:
        actor = world.actor(reviewer)
        review_claim(actor=actor, at=at, obligation_id=row.pk)
        if state == "returned":
            review_return(actor=actor, at=at, obligation_id=row.pk, reason_codes=[reason_of(row)], words=words)
        elif state != "in_review":
            review_accept(actor=actor, at=at, obligation_id=row.pk)
    if state == "reopened":
        later = at + timedelta(minutes=1)
        decision_reopen(actor=world.actor("officer"), at=later, obligation_id=row.pk, reason="现场与材料不符")
    world.system()
    row = Obligation.objects.select_related("item").get(pk=row.pk)
    assert row.state == state
    return row


def reason_of(row: Obligation) -> str:
    """Return a reason for which the obligation's item may be returned."""
    return str(row.item.spec["reasons"][0]["code"])
