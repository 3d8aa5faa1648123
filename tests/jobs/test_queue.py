"""Work that waits in the queue stands and falls with the transaction that asked for it, and is done by a worker."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from psycopg.sql import SQL, Identifier
from tests.databases import TestDatabase
from tests.registry.rosterfiles import ENTERPRISE_TITLES, enterprise_line, write_roster
from tests.servers import LiveAnru
from tests.world import NOON, World, later, make_campaign, make_world

from anru.accounts.scope import acting_as_system
from anru.campaigns.models import Campaign, Obligation, Participation
from anru.campaigns.services.dispatch import campaign_dispatch, campaign_dispatch_again, dispatch_batch
from anru.campaigns.tasks import dispatch
from anru.jobs.live import publish
from anru.jobs.models import Job
from anru.jobs.services import job_done, job_open, job_progress, job_start
from anru.kernel.decision import Refused
from anru.registry.models import RosterImport
from anru.registry.services.roster import roster_map, roster_upload
from anru.registry.tasks import roster_check


@dataclass
class Asked:
    """A district whose bureau is about to send a campaign out, and a worker that may be called."""

    world: World
    campaign_id: uuid.UUID
    server: LiveAnru

    def dispatch(self, times: int = 1) -> Job:
        """The officer sends the campaign out: it runs, the job is open, the task waits. Nothing is committed here."""
        officer = self.world.actor("officer")
        job = job_open(actor=officer, kind="dispatch", title="下发", at=NOON)
        campaign_dispatch(actor=officer, at=NOON, campaign_id=self.campaign_id, job=job)
        for _ in range(times):
            dispatch.defer(campaign_id=str(self.campaign_id), job_id=str(job.pk))
        return job


@pytest.fixture
def asked(fresh_database: TestDatabase, data_dir: Path) -> Asked:
    with transaction.atomic():
        world = make_world()
        campaign = make_campaign(world, dispatched=False)
    return Asked(world, campaign.pk, LiveAnru(fresh_database, data_dir))


def waiting(task: str = "campaigns.dispatch") -> list[str]:
    """Return the states of what the queue holds of a task."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [task])
        return [status for (status,) in cursor.fetchall()]


def counts() -> tuple[int, int]:
    with acting_as_system():
        return Participation.objects.count(), Obligation.objects.count()


def test_a_task_of_an_undone_transaction_does_not_exist(asked: Asked) -> None:
    with pytest.raises(ZeroDivisionError):
        dispatch_and_break(asked)
    assert waiting() == []
    asked.server.drain()
    assert counts() == (0, 0)
    with acting_as_system():
        assert not Job.objects.exists()


def dispatch_and_break(asked: Asked) -> None:
    with transaction.atomic():
        asked.dispatch()
        assert waiting() == ["todo"]
        raise ZeroDivisionError


def test_a_worker_sees_nothing_of_a_task_before_the_commit(asked: Asked) -> None:
    with transaction.atomic():
        asked.dispatch()
        asked.server.drain()
        assert waiting() == ["todo"]
    assert counts() == (0, 0)


def test_a_task_of_a_committed_transaction_is_done_by_the_worker_and_leaves_the_queue(asked: Asked) -> None:
    with transaction.atomic():
        job = asked.dispatch()
    assert waiting() == ["todo"]
    assert counts() == (0, 0)
    asked.server.drain()
    assert waiting() == []
    assert counts() == (3, 18)
    with acting_as_system():
        job.refresh_from_db()
    assert (job.state, job.done_n, job.total_n, job.result) == ("done", 3, 3, {"enterprises": 3})
    assert job.started_at is not None
    assert job.ended_at is not None
    assert job.ended_at >= job.started_at


def test_a_task_that_is_delivered_twice_does_nothing_twice(asked: Asked) -> None:
    with transaction.atomic():
        job = asked.dispatch(times=2)
    asked.server.drain()
    assert waiting() == []
    assert counts() == (3, 18)
    with acting_as_system():
        job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"enterprises": 3})


def test_a_task_that_was_cut_off_goes_on_after_its_last_stored_step(asked: Asked) -> None:
    with transaction.atomic():
        job = asked.dispatch()
    with acting_as_system():
        half = job_start(job.pk, at=NOON)
        assert half is not None
        campaign = Campaign.objects.get(pk=asked.campaign_id)
        _, after = dispatch_batch(campaign=campaign, at=NOON, after="", size=2)
        # The killed worker had stored two; a doubled count below would show that they were counted again.
        job_progress(half, done_n=2, total_n=3, cursor={"after": after})
    assert counts()[0] == 2
    asked.server.drain()
    assert counts() == (3, 18)
    with acting_as_system():
        job.refresh_from_db()
    assert (job.state, job.done_n, job.started_at, job.result) == ("done", 3, NOON, {"enterprises": 3})


# When a worker cannot do what it was asked


@contextmanager
def refusing(database: TestDatabase, table: str) -> Iterator[None]:
    """Within the block the table takes no new row: the error is of the kind that going on later may mend."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'serialization_failure'; END $$"
        )
        owner.execute(
            SQL("CREATE TRIGGER no_room BEFORE INSERT ON {} EXECUTE FUNCTION no_room()").format(Identifier(table))
        )
        try:
            yield
        finally:
            owner.execute("DROP FUNCTION no_room() CASCADE")


def already_tried(times: int) -> None:
    """What waits in the queue has failed that many times and is due; waiting for that would make the test slow."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s, scheduled_at = NULL", [times])


def test_a_dispatch_whose_every_attempt_fails_says_so_and_the_officer_has_it_resumed(
    asked: Asked, fresh_database: TestDatabase
) -> None:
    with transaction.atomic():
        job = asked.dispatch()
    with acting_as_system():
        half = job_start(job.pk, at=NOON)
        assert half is not None
        _, after = dispatch_batch(campaign=Campaign.objects.get(pk=asked.campaign_id), at=NOON, after="", size=2)
        job_progress(half, done_n=2, total_n=3, cursor={"after": after})
    with transaction.atomic(), pytest.raises(Refused, match=r"campaign\.not_draft"):
        campaign_dispatch_again(actor=asked.world.actor("officer"), at=NOON, campaign_id=asked.campaign_id)
    with refusing(fresh_database, "campaigns_participation"):
        asked.server.drain()
        assert waiting() == ["todo"]
        already_tried(3)
        asked.server.drain()
    assert waiting() == ["failed"]
    with acting_as_system():
        job.refresh_from_db()
    assert (job.state, job.done_n, counts()[0]) == ("failed", 2, 2)
    assert "继续下发" in job.message

    with transaction.atomic():
        # Whoever keeps the campaign may resume it, and follows it under their own jobs.
        colleague = asked.world.actor("leader")
        again = campaign_dispatch_again(actor=colleague, at=later(hours=1), campaign_id=asked.campaign_id)
        assert (again.person_id, again.done_n, again.cursor) == (colleague.person_id, 2, {"after": after})
        dispatch.defer(campaign_id=str(asked.campaign_id), job_id=str(again.pk))
    asked.server.drain()
    with acting_as_system():
        again.refresh_from_db()
        job.refresh_from_db()
    assert (again.state, again.result, job.state) == ("done", {"enterprises": 3}, "failed")
    assert counts() == (3, 18)


@pytest.mark.parametrize(
    ("attempts", "left", "state", "stage"), [(0, "todo", "running", "validating"), (5, "failed", "failed", "refused")]
)
def test_a_roster_whose_database_does_not_serve_is_tried_again_and_at_last_refused(
    asked: Asked, fresh_database: TestDatabase, tmp_path: Path, attempts: int, left: str, state: str, stage: str
) -> None:
    path = write_roster(tmp_path / "名册.xlsx", ENTERPRISE_TITLES, [enterprise_line(10)])
    with transaction.atomic():
        actor = asked.world.actor("town_officer")
        run = roster_upload(actor=actor, at=NOON, content=path, file_name=path.name)
        run = roster_map(actor=actor, at=NOON, import_id=run.pk, choice=run.mapping)
        roster_check.defer(job_id=str(run.job_id))
        already_tried(attempts)
    with refusing(fresh_database, "registry_rosterrow"):
        asked.server.drain()
    assert waiting("registry.roster_check") == [left]
    with acting_as_system():
        assert (Job.objects.get(pk=run.job_id).state, RosterImport.objects.get(pk=run.pk).stage) == (state, stage)


# Telling open pages


def listening(database: TestDatabase) -> psycopg.Connection[Any]:
    ear = psycopg.connect(database.url, autocommit=True)
    ear.execute("LISTEN anru_live")
    return ear


def heard(ear: psycopg.Connection[Any]) -> list[dict[str, str]]:
    return [json.loads(note.payload) for note in ear.notifies(timeout=1)]


def test_pages_hear_of_a_job_when_its_step_is_committed_and_not_before(
    asked: Asked, fresh_database: TestDatabase
) -> None:
    with transaction.atomic():
        job = asked.dispatch()
    told = {
        "topic": f"job:{job.pk}",
        "scope": asked.world.district.path,
        "person": str(asked.world.people["officer"].person_id),
    }
    with listening(fresh_database) as ear:
        with acting_as_system():
            running = job_start(job.pk, at=NOON)
            assert running is not None
            assert heard(ear) == []
        assert heard(ear) == [told]
        with acting_as_system():
            job_progress(running, done_n=1, total_n=3)
        with acting_as_system():
            job_done(running, at=later(minutes=1))
        assert heard(ear) == [told, told]


def test_what_was_undone_is_told_to_nobody(fresh_database: TestDatabase) -> None:
    with listening(fresh_database) as ear:
        with pytest.raises(ZeroDivisionError):
            publish_and_break()
        assert heard(ear) == []
        with transaction.atomic():
            publish("campaign", scope_path="33/")
        assert heard(ear) == [{"topic": "campaign", "scope": "33/"}]


def publish_and_break() -> None:
    with transaction.atomic():
        publish("campaign", scope_path="33/")
        raise ZeroDivisionError
