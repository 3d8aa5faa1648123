"""The procedure of a campaign and of one obligation, as tables."""

from __future__ import annotations

from enum import StrEnum

from anru.kernel.machine import Machine, move


class CampaignState(StrEnum):
    """A campaign is prepared, runs, and is closed."""

    DRAFT = "draft"
    RUNNING = "running"
    CLOSED = "closed"


class ObligationState(StrEnum):
    """Where one owed item stands."""

    OWED = "owed"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WAIVED = "waived"
    REOPENED = "reopened"


S = ObligationState

BUREAU = frozenset({"bureau_officer", "bureau_leader"})
PROVERS = frozenset({"principal", "safety_manager"})
REVIEWERS = frozenset({"reviewer", "provider_manager"})
SYSTEM_ROLE = frozenset({"system"})

CAMPAIGN_MACHINE = Machine(
    states=tuple(state.value for state in CampaignState),
    initial=CampaignState.DRAFT,
    finals=frozenset({CampaignState.CLOSED}),
    moves=(
        move("dispatch", {CampaignState.DRAFT}, CampaignState.RUNNING, BUREAU | SYSTEM_ROLE),
        move("close", {CampaignState.RUNNING}, CampaignState.CLOSED, BUREAU),
    ),
)

"""A decision is taken on what lies in review; a decision that was set aside lies open to both sides."""
OBLIGATION_MACHINE = Machine(
    states=tuple(state.value for state in ObligationState),
    initial=S.OWED,
    finals=frozenset(),
    moves=(
        move("begin", {S.OWED, S.RETURNED, S.REOPENED}, S.DRAFT, PROVERS),
        move("submit", {S.DRAFT}, S.SUBMITTED, PROVERS),
        move("withdraw", {S.SUBMITTED}, S.DRAFT, PROVERS),
        move("claim", {S.SUBMITTED, S.REOPENED}, S.IN_REVIEW, REVIEWERS),
        move("release", {S.IN_REVIEW}, S.SUBMITTED, REVIEWERS | SYSTEM_ROLE),
        move("accept", {S.IN_REVIEW}, S.ACCEPTED, REVIEWERS),
        move("return", {S.IN_REVIEW}, S.RETURNED, REVIEWERS),
        move("reopen", {S.ACCEPTED, S.RETURNED}, S.REOPENED, BUREAU),
        move(
            "waive",
            {S.OWED, S.DRAFT, S.SUBMITTED, S.IN_REVIEW, S.RETURNED, S.ACCEPTED, S.REOPENED},
            S.WAIVED,
            BUREAU | SYSTEM_ROLE,
        ),
        move("restore", {S.WAIVED}, S.OWED, BUREAU | SYSTEM_ROLE),
    ),
)

"""States in which the enterprise has to act."""
WITH_ENTERPRISE = (S.OWED, S.DRAFT, S.RETURNED, S.REOPENED)
"""States in which a reviewer may take the obligation."""
WAITING_FOR_REVIEW = (S.SUBMITTED, S.REOPENED)
