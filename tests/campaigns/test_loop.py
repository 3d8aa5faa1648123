"""The campaign's main loop: dispatch, prove, review, return, reopen, waive, urge."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from tests.world import NOON, World, later, make_campaign, make_enterprise, make_member, make_world, owed, submit

from anru.accounts.services import membership_create
from anru.campaigns.models import Decision, Obligation, Participation, Submission, Tally, Urge
from anru.campaigns.rules import Light
from anru.campaigns.selectors import items_done, queue, queue_length, submissions
from anru.campaigns.services.campaign import item_edit, item_remove
from anru.campaigns.services.dispatch import dispatch_batch, enterprise_joined, enterprise_left
from anru.campaigns.services.proof import draft_open, obligation_submit, obligation_withdraw
from anru.campaigns.services.review import (
    decision_reopen,
    review_accept,
    review_claim,
    review_next,
    review_release,
    review_return,
)
from anru.campaigns.services.snapshot import snapshot_take, tally_compact
from anru.campaigns.services.urging import enterprise_urge, obligation_restore, obligation_waive
from anru.kernel.clock import legal_date
from anru.kernel.decision import Refused
from anru.ledger.models import Entry
from anru.reports.cockpit import cockpit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    make_campaign(made)
    return made


def refusal(caught: pytest.ExceptionInfo[Refused]) -> str:
    return caught.value.refusal.code


def test_dispatch_gives_each_enterprise_of_the_region_its_six_items_and_no_one_else(world: World) -> None:
    world.system()
    counts = {part.enterprise.name: part.total_n for part in Participation.objects.select_related("enterprise")}
    assert counts == {"宁波测试机械有限公司": 6, "宁波隔壁纺织有限公司": 6, "宁波五乡食品有限公司": 6}


def test_dispatching_a_batch_again_adds_nothing(world: World) -> None:
    world.system()
    before = Obligation.objects.count()
    campaign = Participation.objects.all()[0].campaign
    assert dispatch_batch(campaign=campaign, at=NOON, after="")[0] == 3
    assert Obligation.objects.count() == before


def test_an_enterprise_goes_from_none_of_six_to_six_of_six_and_the_cockpit_counts_it(world: World) -> None:
    world.system()
    rows = list(Obligation.objects.select_related("item").filter(enterprise=world.enterprise))
    for row in rows:
        submit(world, row)
        reviewer = world.actor("reviewer")
        review_claim(actor=reviewer, at=later(minutes=1), obligation_id=row.pk)
        review_accept(actor=reviewer, at=later(minutes=2), obligation_id=row.pk)
    officer = world.actor("officer")
    part = Participation.objects.get(enterprise=world.enterprise)
    assert part.complete
    assert items_done([part.pk]) == {part.pk: (6, 6)}
    figures = cockpit(officer, part.campaign, NOON)
    assert figures is not None
    assert (figures.whole.complete_n, figures.whole.total_n) == (1, 3)
    assert figures.whole.light is Light.RED
    towns = {place.label: (place.complete_n, place.total_n) for place in figures.places}
    assert towns == {"姜山镇": (1, 2), "五乡镇": (0, 1)}


def test_a_submission_without_its_evidence_is_refused_and_names_what_is_missing(world: World) -> None:
    row = owed(world, "I2")
    actor = world.actor("safety_manager")
    draft_open(actor=actor, at=NOON, obligation_id=row.pk)
    with pytest.raises(Refused) as caught:
        obligation_submit(actor=actor, at=NOON, obligation_id=row.pk)
    assert refusal(caught) == "submission.incomplete"
    assert "0/1" in caught.value.words


@pytest.mark.parametrize("who", ["approver", "guardian", "worker", "officer", "town_officer", "reviewer"])
def test_only_the_enterprises_own_managers_fill_in(world: World, who: str) -> None:
    row = owed(world, "I1")
    with pytest.raises(Refused) as caught:
        draft_open(actor=world.actor(who), at=NOON, obligation_id=row.pk)
    assert refusal(caught) == "obligation.not_prover"


@pytest.mark.parametrize("who", ["stranger", "elsewhere_principal", "foreign_officer", "other_reviewer"])
def test_a_foreign_obligation_looks_like_none(world: World, who: str) -> None:
    row = owed(world, "I1")
    for obligation_id in (row.pk, uuid4()):
        with pytest.raises(Refused) as caught:
            draft_open(actor=world.actor(who), at=NOON, obligation_id=obligation_id)
        assert refusal(caught) == "not_found"


def test_what_was_submitted_cannot_change_even_in_the_database(world: World) -> None:
    row = submit(world, owed(world, "I3"))
    world.system()
    with pytest.raises(ProgrammingError, match="annot update"), transaction.atomic():
        Submission.objects.filter(obligation=row).update(statement="changed afterwards")


def test_the_database_refuses_a_jump_that_the_table_does_not_have(world: World) -> None:
    row = owed(world, "I3")
    with pytest.raises(ProgrammingError, match=r"nvalid transition|annot transition"), transaction.atomic():
        Obligation.objects.filter(pk=row.pk).update(state="accepted", submitted_at=NOON)


def test_withdrawing_keeps_the_withdrawn_version_and_carries_its_files_over(world: World) -> None:
    row = submit(world, owed(world, "I1"))
    actor = world.actor("safety_manager")
    obligation_withdraw(actor=actor, at=later(minutes=1), obligation_id=row.pk)
    first, second = Submission.objects.filter(obligation=row).order_by("number")
    assert first.submitted_at is not None
    assert second.submitted_at is None
    assert first.files.count() == second.files.count() > 0


def test_a_reviewer_returns_with_words_and_the_enterprise_resubmits(world: World) -> None:
    row = submit(world, owed(world, "I2"))
    reviewer = world.actor("reviewer")
    review_claim(actor=reviewer, at=NOON, obligation_id=row.pk)
    with pytest.raises(Refused) as caught:
        review_return(actor=reviewer, at=NOON, obligation_id=row.pk, reason_codes=[], words="")
    assert refusal(caught) == "review.reason_needed"
    review_return(actor=reviewer, at=NOON, obligation_id=row.pk, reason_codes=["SIGN_MISSING"], words="请补拍标志")
    again = submit(world, owed(world, "I2"), at=later(hours=1))
    assert again.state == "submitted"
    reviewer = world.actor("reviewer")
    review_claim(actor=reviewer, at=later(hours=2), obligation_id=row.pk)
    review_accept(actor=reviewer, at=later(hours=2), obligation_id=row.pk)
    world.system()
    verdicts = Decision.objects.filter(obligation=row).order_by("decided_at").values_list("verdict", flat=True)
    assert list(verdicts) == ["returned", "accepted"]


def test_two_reviewers_cannot_hold_the_same_obligation(world: World) -> None:
    row = submit(world, owed(world, "I1"))
    review_claim(actor=world.actor("reviewer"), at=NOON, obligation_id=row.pk)
    with pytest.raises(Refused) as caught:
        review_claim(actor=world.actor("second_reviewer"), at=later(minutes=14), obligation_id=row.pk)
    assert refusal(caught) == "review.taken"


def test_a_claim_that_ran_out_is_free_and_its_former_holder_can_no_longer_decide(world: World) -> None:
    row = submit(world, owed(world, "I1"))
    review_claim(actor=world.actor("reviewer"), at=NOON, obligation_id=row.pk)
    with pytest.raises(Refused) as caught:
        review_accept(actor=world.actor("reviewer"), at=later(minutes=15), obligation_id=row.pk)
    assert refusal(caught) == "review.not_claimed"
    taken = review_next(actor=world.actor("second_reviewer"), at=later(minutes=15))
    assert taken is not None
    assert taken.pk == row.pk


def test_the_next_one_is_the_oldest_and_released_ones_come_back(world: World) -> None:
    first = submit(world, owed(world, "I1"), at=later(minutes=1))
    second = submit(world, owed(world, "I3"), at=later(minutes=2))
    reviewer = world.actor("reviewer")
    taken = review_next(actor=reviewer, at=later(minutes=3))
    assert taken is not None
    assert taken.pk == first.pk
    review_release(actor=reviewer, at=later(minutes=4), obligation_id=first.pk)
    assert {row.pk for row in queue(reviewer, later(minutes=5))} == {first.pk, second.pk}
    assert queue_length(reviewer, later(minutes=5)) == 2


def test_a_provider_without_an_assignment_sees_nothing(world: World) -> None:
    submit(world, owed(world, "I1"))
    other = world.actor("other_reviewer")
    assert list(queue(other, NOON)) == []
    assert Obligation.objects.count() == 0


def test_nobody_reviews_an_enterprise_that_they_belong_to(world: World) -> None:
    row = submit(world, owed(world, "I1"))
    world.system()
    reviewer_person = world.people["reviewer"].person
    membership_create(
        actor=world.system(), at=NOON, person=reviewer_person, organisation=world.enterprise.organisation, role="worker"
    )
    reviewer = world.actor("reviewer")
    assert review_next(actor=reviewer, at=NOON) is None
    with pytest.raises(Refused) as caught:
        review_claim(actor=reviewer, at=NOON, obligation_id=row.pk)
    assert refusal(caught) == "review.own_work"


def test_the_database_refuses_a_decision_on_ones_own_work(world: World) -> None:
    row = submit(world, owed(world, "I1"))
    world.system()
    version = Submission.objects.get(obligation=row)
    same = {"person_id": version.person_id, "organisation_id": version.organisation_id}
    with pytest.raises(IntegrityError, match="nobody_reviews_own"), transaction.atomic():
        Decision.objects.create(
            obligation=row,
            submission=version,
            enterprise_id=row.enterprise_id,
            scope_path=row.scope_path,
            verdict="accepted",
            author_person_id=version.person_id,
            author_organisation_id=version.organisation_id,
            decided_at=NOON,
            **same,
        )


def test_the_bureau_sets_a_decision_aside_with_a_reason(world: World) -> None:
    row = submit(world, owed(world, "I1"))
    reviewer = world.actor("reviewer")
    review_claim(actor=reviewer, at=NOON, obligation_id=row.pk)
    review_accept(actor=reviewer, at=NOON, obligation_id=row.pk)
    with pytest.raises(Refused) as caught:
        decision_reopen(actor=world.actor("town_head"), at=NOON, obligation_id=row.pk, reason="不符")
    assert refusal(caught) == "review.not_reopener"
    officer = world.actor("officer")
    with pytest.raises(Refused) as caught:
        decision_reopen(actor=officer, at=NOON, obligation_id=row.pk, reason=" ")
    assert refusal(caught) == "review.reopen_reason_needed"
    decision_reopen(actor=officer, at=NOON, obligation_id=row.pk, reason="现场与材料不符")
    assert Participation.objects.get(enterprise=world.enterprise).done_n == 0
    second = world.actor("second_reviewer")
    review_claim(actor=second, at=later(minutes=1), obligation_id=row.pk)
    review_accept(actor=second, at=later(minutes=2), obligation_id=row.pk)
    world.system()
    assert Decision.objects.filter(obligation=row, set_aside_at__isnull=True).count() == 1


def test_officials_do_not_read_a_draft(world: World) -> None:
    row = owed(world, "I1")
    draft_open(actor=world.actor("safety_manager"), at=NOON, obligation_id=row.pk)
    assert submissions(world.actor("officer"), row.pk) == []
    assert len(submissions(world.actor("principal"), row.pk)) == 1


def test_an_enterprise_that_joins_later_gets_its_items_and_one_that_leaves_is_waived(world: World) -> None:
    world.system()
    late = make_enterprise("宁波后来者有限公司", 9, world.town)
    enterprise_joined(actor=world.system(), at=later(days=1), enterprise_id=late.pk)
    assert Participation.objects.get(enterprise=late).total_n == 5
    enterprise_left(actor=world.system(), at=later(days=2), enterprise_id=world.enterprise.pk, reason="停产搬迁")
    part = Participation.objects.get(enterprise=world.enterprise)
    assert (part.total_n, part.complete, part.left_reason) == (0, False, "停产搬迁")
    enterprise_joined(actor=world.system(), at=later(days=3), enterprise_id=world.enterprise.pk)
    part.refresh_from_db()
    assert (part.total_n, part.left_at) == (6, None)


def test_an_office_urges_an_enterprise_once_a_day(world: World) -> None:
    world.system()
    part = Participation.objects.get(enterprise=world.enterprise)
    enterprise_urge(actor=world.actor("town_officer"), at=NOON, participation_id=part.pk, words="请抓紧")
    with pytest.raises(Refused) as caught:
        enterprise_urge(actor=world.actor("town_head"), at=later(hours=3), participation_id=part.pk)
    assert refusal(caught) == "urge.today"
    enterprise_urge(actor=world.actor("officer"), at=later(hours=3), participation_id=part.pk)
    enterprise_urge(actor=world.actor("town_head"), at=later(hours=13), participation_id=part.pk)
    world.system()
    assert Urge.objects.filter(participation=part).count() == 3
    with pytest.raises(Refused) as caught:
        enterprise_urge(actor=world.actor("principal"), at=NOON, participation_id=part.pk)
    assert refusal(caught) == "urge.not_urger"


def test_waiving_and_restoring_change_the_count_and_need_a_reason(world: World) -> None:
    row = owed(world, "I6")
    officer = world.actor("officer")
    with pytest.raises(Refused) as caught:
        obligation_waive(actor=officer, at=NOON, obligation_id=row.pk, reason="")
    assert refusal(caught) == "waive.reason_needed"
    obligation_waive(actor=officer, at=NOON, obligation_id=row.pk, reason="与去年演练合并")
    assert Participation.objects.get(enterprise=world.enterprise).total_n == 5
    obligation_restore(actor=officer, at=NOON, obligation_id=row.pk)
    assert Participation.objects.get(enterprise=world.enterprise).total_n == 6


def test_signed_counts_equal_a_plain_count_before_and_after_merging(world: World) -> None:
    submit(world, owed(world, "I1"))
    submit(world, owed(world, "I3"))
    draft_open(actor=world.actor("principal"), at=NOON, obligation_id=owed(world, "I4").pk)
    world.system()
    campaign = Participation.objects.all()[0].campaign
    plain = {state: Obligation.objects.filter(state=state).count() for state in ("owed", "draft", "submitted")}

    def summed() -> dict[str, int]:
        rows = Tally.objects.filter(kind="obligation").values_list("state", "n")
        sums: dict[str, int] = {}
        for state, n in rows:
            sums[state] = sums.get(state, 0) + n
        return {state: n for state, n in sums.items() if n}

    assert summed() == plain
    assert tally_compact(campaign) > 0
    assert summed() == plain


def test_a_snapshot_holds_every_region_and_taking_it_again_replaces_it(world: World) -> None:
    world.system()
    campaign = Participation.objects.all()[0].campaign
    assert snapshot_take(campaign=campaign, day=legal_date(NOON), at=NOON) == 3
    assert snapshot_take(campaign=campaign, day=legal_date(NOON), at=later(hours=1)) == 3
    totals = dict(campaign.snapshots.values_list("region__name", "total_n"))
    assert totals == {"鄞州区": 3, "姜山镇": 2, "五乡镇": 1}


def test_items_are_edited_before_dispatch_only(world: World) -> None:
    officer = world.actor("officer")
    campaign = Participation.objects.all()[0].campaign
    item = campaign.items.all()[0]
    with pytest.raises(Refused) as caught:
        item_edit(actor=officer, at=NOON, campaign_id=campaign.pk, item_id=item.pk, title="改名", spec=item.spec)
    assert refusal(caught) == "campaign.not_draft"
    with pytest.raises(Refused) as caught:
        item_remove(actor=officer, at=NOON, campaign_id=campaign.pk, item_id=item.pk)
    assert refusal(caught) == "campaign.not_draft"


def test_every_decision_stands_in_the_ledger_with_its_clause(world: World) -> None:
    row = submit(world, owed(world, "I1"))
    reviewer = world.actor("reviewer")
    review_claim(actor=reviewer, at=NOON, obligation_id=row.pk)
    review_accept(actor=reviewer, at=NOON, obligation_id=row.pk)
    world.system()
    events = Entry.objects.filter(subject_kind="obligation", subject_id=str(row.pk)).order_by("at", "id")
    names = [entry.event for entry in events]
    assert names == ["obligation.begun", "obligation.submitted", "obligation.accepted"]
    assert all(entry.clause for entry in events if entry.event != "obligation.begun")


def test_former_town_sees_nothing_after_an_enterprise_moved(world: World) -> None:
    submit(world, owed(world, "I1"))
    world.system()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_organisation SET region_id = %s, scope_path = %s WHERE id = %s",
            [world.other_town.pk, f"{world.other_town.path}{world.enterprise.pk.hex}/", world.enterprise.pk],
        )
    world.actor("town_officer")
    assert not Obligation.objects.filter(enterprise=world.enterprise).exists()
    assert not Submission.objects.filter(enterprise=world.enterprise).exists()
    world.actor("other_town_officer")
    assert Obligation.objects.filter(enterprise=world.enterprise).count() == 6
    officer = world.actor("officer")
    figures = cockpit(officer, Participation.objects.all()[0].campaign, NOON)
    assert figures is not None
    assert {place.label: place.total_n for place in figures.places} == {"姜山镇": 1, "五乡镇": 2}


def test_a_person_of_two_memberships_acts_in_one_at_a_time(world: World) -> None:
    world.system()
    member = make_member("double", world.neighbour.organisation, "principal")
    assert member.scope_path == world.neighbour.scope_path
    assert world.people["principal"].scope_path != member.scope_path
    assert later(days=1) - NOON == timedelta(days=1)
