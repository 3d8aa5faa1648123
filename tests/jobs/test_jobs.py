"""Long work: it is opened, runs, tells how far it is, ends once, and belongs to the person who asked."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from tests.world import NOON, World, later, make_member, make_world

from anru.accounts.services import membership_create
from anru.jobs.access import scope_jobs
from anru.jobs.models import Job
from anru.jobs.selectors import job as job_of
from anru.jobs.selectors import jobs
from anru.jobs.services import job_abandon, job_done, job_fail, job_open, job_progress, job_start
from anru.jobs.states import JobState
from anru.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def opened(world: World, who: str = "officer", minutes: int = 0) -> Job:
    return job_open(actor=world.actor(who), kind="dispatch", title="下发：专项整治", at=later(minutes=minutes))


def started(world: World, who: str = "officer") -> Job:
    job = job_start(opened(world, who).pk, at=later(minutes=1))
    assert job is not None
    return job


def test_an_opened_job_is_queued_in_the_name_and_place_of_who_asked(world: World) -> None:
    actor = world.actor("town_officer")
    made = job_open(actor=actor, kind="roster_check", title="校验名册", at=NOON)
    job = Job.objects.get(pk=made.pk)
    assert (job.state, job.done_n, job.total_n, job.created_at) == ("queued", 0, None, NOON)
    assert (job.person_id, job.membership_id, job.scope_path) == (actor.person_id, actor.membership_id, world.town.path)
    assert (job.started_at, job.ended_at, job.cursor, job.result) == (None, None, {}, {})


def test_the_system_asks_for_nothing_in_its_own_name(world: World) -> None:
    world.system()
    with pytest.raises(PermissionError):
        job_open(actor=SYSTEM, kind="dispatch", title="x", at=NOON)
    assert not Job.objects.exists()


def test_a_title_made_of_an_overlong_file_name_is_shortened_and_not_an_error(world: World) -> None:
    made = job_open(actor=world.actor("officer"), kind="roster_check", title="校" * 250, at=NOON)
    assert Job.objects.get(pk=made.pk).title == "校" * 200


def test_a_started_job_runs_and_starting_it_again_keeps_its_first_moment(world: World) -> None:
    job = started(world)
    assert (job.state, job.started_at) == ("running", later(minutes=1))
    again = job_start(job.pk, at=later(minutes=9))
    assert again is not None
    assert (again.state, again.started_at) == ("running", later(minutes=1))


def test_a_job_that_is_done_does_not_start_again(world: World) -> None:
    job = started(world)
    job_done(job, at=later(minutes=5), result={"n": 1})
    before = Job.objects.filter(pk=job.pk).values().get()
    assert job_start(job.pk, at=later(minutes=6)) is None
    assert Job.objects.filter(pk=job.pk).values().get() == before


def test_a_job_that_does_not_exist_or_lies_out_of_scope_does_not_start(world: World) -> None:
    job = opened(world, "foreign_officer")
    assert job_start(uuid.uuid4(), at=NOON) is None
    world.actor("officer")
    assert job_start(job.pk, at=NOON) is None
    world.actor("foreign_officer")
    assert Job.objects.get(pk=job.pk).state == "queued"


def test_a_job_that_failed_has_ended_and_a_new_one_goes_on_where_it_was(world: World) -> None:
    job = started(world)
    job_progress(job, done_n=7, total_n=20, message="第 7 家", cursor={"after": "g"})
    job_fail(job, at=later(minutes=2), message="数据库没有应答")
    before = Job.objects.filter(pk=job.pk).values().get()
    assert (before["state"], before["message"], before["ended_at"]) == ("failed", "数据库没有应答", later(minutes=2))
    assert job_start(job.pk, at=later(minutes=3)) is None
    assert not job_abandon(job.pk, at=later(minutes=3), message="again")
    assert Job.objects.filter(pk=job.pk).values().get() == before
    again = job_open(actor=world.actor("officer"), kind=job.kind, title=job.title, at=later(minutes=4), resumes=job)
    running = job_start(again.pk, at=later(minutes=5))
    assert running is not None
    assert (running.done_n, running.total_n, running.cursor, running.message) == (7, 20, {"after": "g"}, "")


def test_a_job_that_was_given_up_says_why(world: World) -> None:
    job = started(world)
    assert job_abandon(job.pk, at=later(minutes=2), message="请再试一次")
    stands = Job.objects.get(pk=job.pk)
    assert (stands.state, stands.message, stands.ended_at) == ("failed", "请再试一次", later(minutes=2))


def test_progress_keeps_the_total_and_the_place_that_it_does_not_mention(world: World) -> None:
    job = started(world)
    job_progress(job, done_n=1, total_n=20, cursor={"after": "a"})
    job_progress(job, done_n=2, message="继续")
    stands = Job.objects.get(pk=job.pk)
    assert (stands.done_n, stands.total_n, stands.cursor, stands.message) == (2, 20, {"after": "a"}, "继续")
    job_progress(job, done_n=3, cursor={})
    assert Job.objects.get(pk=job.pk).cursor == {}


def test_progress_that_was_undone_is_not_told(world: World) -> None:
    job = started(world)
    job_progress(job, done_n=1, total_n=20)
    with pytest.raises(ZeroDivisionError):
        progress_and_break(job)
    assert Job.objects.get(pk=job.pk).done_n == 1


def progress_and_break(job: Job) -> None:
    with transaction.atomic():
        job_progress(job, done_n=19)
        raise ZeroDivisionError


@pytest.mark.parametrize(("total_n", "done_after"), [(20, 20), (0, 0), (None, 3)])
def test_a_job_that_is_done_is_done_in_full_and_holds_its_result(
    world: World, total_n: int | None, done_after: int
) -> None:
    job = started(world)
    job_progress(job, done_n=3, total_n=total_n, message="进行到第 3 家")
    job_done(job, at=later(minutes=4), result={"enterprises": 20})
    stands = Job.objects.get(pk=job.pk)
    assert (stands.state, stands.ended_at, stands.result) == ("done", later(minutes=4), {"enterprises": 20})
    assert (stands.done_n, stands.total_n, stands.message) == (done_after, total_n, "")


@pytest.mark.parametrize(("length", "kept"), [(299, 299), (300, 300), (301, 300), (5000, 300)])
def test_a_message_is_kept_up_to_its_length(world: World, length: int, kept: int) -> None:
    job = started(world)
    for tell in (
        lambda: job_progress(job, done_n=1, message="长" * length),
        lambda: job_done(job, at=NOON, message="长" * length),
        lambda: job_fail(job, at=NOON, message="长" * length),
    ):
        tell()
        assert Job.objects.get(pk=job.pk).message == "长" * kept


def test_the_database_knows_no_other_states(world: World) -> None:
    job = opened(world)
    for state in JobState:
        Job.objects.filter(pk=job.pk).update(state=state.value)
    with pytest.raises(IntegrityError, match="job_state_known"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="vanished")


# Who sees it

OTHERS = ("leader", "administrator", "town_officer", "principal", "reviewer", "foreign_officer")


@pytest.mark.parametrize("who", OTHERS)
def test_a_job_is_seen_by_its_owner_only(world: World, who: str) -> None:
    job = opened(world, "officer")
    actor = world.actor(who)
    assert list(jobs(actor)) == []
    assert job_of(actor, job.pk) is None
    assert not scope_jobs(actor).exists()
    owner = world.actor("officer")
    assert job_of(owner, job.pk) == job
    assert list(jobs(owner)) == [job]


@pytest.mark.parametrize("who", ["town_officer", "principal", "reviewer", "foreign_officer"])
def test_the_database_alone_hides_a_job_from_who_is_outside_its_place(world: World, who: str) -> None:
    opened(world, "officer")
    world.actor(who)
    assert not Job.objects.exists()


def test_a_job_opened_in_somebody_elses_name_is_refused_by_the_database(world: World) -> None:
    officer = world.actor("foreign_officer")
    world.actor("officer")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        job_open(actor=officer, kind="dispatch", title="x", at=NOON)


def test_the_owner_sees_it_in_the_other_membership_too(world: World) -> None:
    job = opened(world, "officer")
    world.system()
    second = membership_create(
        actor=SYSTEM,
        at=NOON,
        person=world.people["officer"].person,
        organisation=world.neighbour.organisation,
        role="principal",
    )
    world.people["officer_as_principal"] = second
    assert job_of(world.actor("officer_as_principal"), job.pk) == job


def test_jobs_are_listed_newest_first_and_the_system_sees_all(world: World) -> None:
    second, first, third = (opened(world, minutes=n) for n in (2, 1, 3))
    foreign = opened(world, "foreign_officer", minutes=4)
    assert list(jobs(world.actor("officer"))) == [third, second, first]
    assert list(jobs(world.system())) == [foreign, third, second, first]


def test_a_person_who_joins_an_office_later_does_not_inherit_its_jobs(world: World) -> None:
    job = opened(world, "officer")
    world.system()
    world.people["newcomer"] = make_member("newcomer", world.bureau, "bureau_officer", NOON + timedelta(days=1))
    assert job_of(world.actor("newcomer"), job.pk) is None
