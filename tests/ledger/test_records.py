"""What is written into the ledger, and who reads it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from tests.world import NOON, World, later, make_world

from anru.kernel.actor import SYSTEM, Actor
from anru.kernel.decision import Refusal, RefusalKind, Refused
from anru.ledger.events import Fact, SubjectRef
from anru.ledger.models import Entry
from anru.ledger.selectors import entries, history
from anru.ledger.services import record, record_refusal

pytestmark = pytest.mark.django_db
SUBJECT = SubjectRef("space", "A-01")
NOT_TRAINED = Refusal(
    "entry.not_trained",
    RefusalKind.NOT_LAWFUL,
    "%(name)s没有培训记录。",
    "请先培训。",
    "工贸企业有限空间作业安全规定第六条",
)


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    made.system()
    # What making the cast wrote is not what these tests count.
    return made


def written(actor: Actor, event: str, scope_path: str, minutes: int = 0, subject: SubjectRef = SUBJECT) -> Entry:
    return record(Fact(event, subject, scope_path), actor=actor, at=later(minutes=minutes))


def test_an_entry_says_who_did_what_to_what_when_and_under_which_clause(world: World) -> None:
    officer = world.actor("town_officer")
    made = record(
        Fact("space.closed", SUBJECT, world.enterprise.scope_path, {"reason": "填平"}, "第七条"), actor=officer, at=NOON
    )
    entry = Entry.objects.get(pk=made.pk)
    assert (entry.event, entry.subject_kind, entry.subject_id) == ("space.closed", "space", "A-01")
    assert (entry.actor_person_id, entry.actor_membership_id) == (officer.person_id, officer.membership_id)
    assert (entry.actor_role, entry.at, entry.clause) == ("town_officer", NOON, "第七条")
    assert entry.scope_path == world.enterprise.scope_path
    assert entry.facts == {"reason": "填平"}


def test_the_system_is_nobody_but_named_as_such(world: World) -> None:
    entry = Entry.objects.get(pk=written(world.system(), "campaign.closed", world.town.path).pk)
    assert (entry.actor_person_id, entry.actor_membership_id, entry.actor_role) == (None, None, "system")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("20.90"), '"20.90"'),
        (date(2026, 6, 1), '"2026-06-01"'),
        (datetime(2026, 6, 1, 8, tzinfo=timezone(timedelta(hours=8))), '"2026-06-01T00:00:00.000000Z"'),
        (datetime(2026, 6, 1, 0, 0, 0, 1, tzinfo=UTC), '"2026-06-01T00:00:00.000001Z"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (frozenset({"b", "a"}), '["a","b"]'),
        ("硫化氢", '"硫化氢"'),
        (None, "null"),
        (True, "true"),
        ({"b": 1, "a": [2, "x"]}, '{"a":[2,"x"],"b":1}'),
    ],
)
def test_facts_are_kept_in_one_canonical_text(world: World, value: Any, text: str) -> None:
    entry = record(Fact("x.y", SUBJECT, "33/", {"z": 1, "fact": value}), actor=world.system(), at=NOON)
    assert entry.facts_text == f'{{"fact":{text},"z":1}}'


@pytest.mark.parametrize(
    ("value", "error"), [(object(), TypeError), (b"octets", TypeError), (float("nan"), ValueError)]
)
def test_what_has_no_canonical_text_is_not_recorded(world: World, value: Any, error: type[Exception]) -> None:
    actor = world.system()
    before = Entry.objects.count()
    with pytest.raises(error):
        record(Fact("x.y", SUBJECT, "33/", {"fact": value}), actor=actor, at=NOON)
    assert Entry.objects.count() == before


def test_a_refused_attempt_keeps_its_code_kind_verb_and_clause(world: World) -> None:
    manager = world.actor("safety_manager")
    made = record_refusal(
        Refused(NOT_TRAINED, name="张三"), verb="permits:entry", subject_id="7", actor=manager, at=NOON
    )
    entry = Entry.objects.get(pk=made.pk)
    assert (entry.event, entry.subject_kind, entry.subject_id) == ("attempt.refused", "request", "7")
    assert entry.facts == {"code": "entry.not_trained", "kind": "not_lawful", "verb": "permits:entry"}
    assert entry.clause == "工贸企业有限空间作业安全规定第六条"
    assert (entry.actor_person_id, entry.actor_role) == (manager.person_id, "safety_manager")
    assert entry.scope_path == world.enterprise.scope_path


def test_a_refusal_without_a_clause_and_with_an_overlong_subject_is_recorded_all_the_same(world: World) -> None:
    plain = Refusal("x.no", RefusalKind.NOT_NOW, "不行。")
    actor = world.actor("reviewer")
    entry = record_refusal(Refused(plain), verb="v", subject_id="9" * 65, actor=actor, at=NOON)
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.clause, entry.subject_id) == ("", "9" * 64)


def test_a_refused_attempt_is_read_by_the_office_above_and_by_no_other(world: World) -> None:
    entry = record_refusal(
        Refused(NOT_TRAINED, name="张三"), verb="v", subject_id="", actor=world.actor("safety_manager"), at=NOON
    )
    readers = [
        name
        for name in ("officer", "town_head", "town_officer", "other_town_officer", "foreign_officer")
        if entries(world.actor(name)).filter(pk=entry.pk).exists()
    ]
    assert readers == ["officer", "town_head", "town_officer"]


PLACES = ("district", "town", "other_town", "foreign_town", "enterprise", "elsewhere", "foreign")
READERS: list[tuple[str, set[str]]] = [
    ("leader", {"district", "town", "other_town", "enterprise", "elsewhere"}),
    ("officer", {"district", "town", "other_town", "enterprise", "elsewhere"}),
    ("administrator", {"district", "town", "other_town", "enterprise", "elsewhere"}),
    ("town_head", {"town", "enterprise"}),
    ("town_officer", {"town", "enterprise"}),
    ("other_town_officer", {"other_town", "elsewhere"}),
    ("foreign_officer", {"foreign_town", "foreign"}),
    ("principal", set()),
    ("safety_manager", set()),
    ("worker", set()),
    ("reviewer", set()),
    ("provider_manager", set()),
]


def one_entry_in_each_place(world: World) -> None:
    for place in PLACES:
        thing = getattr(world, place)
        path = thing.path if hasattr(thing, "path") else thing.scope_path
        written(world.system(), f"test.{place}", path)


@pytest.mark.parametrize(("who", "places"), READERS)
def test_each_office_reads_the_ledger_of_its_own_territory_and_other_roles_none(
    world: World, who: str, places: set[str]
) -> None:
    one_entry_in_each_place(world)
    seen = entries(world.actor(who)).filter(event__startswith="test.")
    assert {entry.event for entry in seen} == {f"test.{place}" for place in places}


@pytest.mark.parametrize(("who", "places"), [row for row in READERS if row[1]])
def test_the_database_alone_shows_an_office_no_more_than_that(world: World, who: str, places: set[str]) -> None:
    one_entry_in_each_place(world)
    world.actor(who)
    seen = Entry.objects.filter(event__startswith="test.")
    assert {entry.event for entry in seen} == {f"test.{place}" for place in places}


def test_the_database_alone_shows_an_enterprise_its_own_entries_and_nobody_those_of_another(world: World) -> None:
    one_entry_in_each_place(world)
    world.actor("worker")
    assert {row.event for row in Entry.objects.filter(event__startswith="test.")} == {"test.enterprise"}
    world.actor("stranger")
    assert not Entry.objects.filter(event__startswith="test.").exists()


def test_the_system_reads_everything_newest_first(world: World) -> None:
    for minutes in (2, 1, 3):
        written(SYSTEM, f"test.at{minutes}", "33/", minutes)
    seen = entries(world.system()).filter(event__startswith="test.")
    assert [entry.event for entry in seen] == ["test.at3", "test.at2", "test.at1"]


def test_a_persons_own_acts_stay_visible_to_them_outside_their_territory(world: World) -> None:
    # A reviewer decides in territories that are not theirs; the insert could not be read back otherwise.
    reviewer = world.actor("reviewer")
    own = written(reviewer, "test.own", world.foreign.scope_path)
    assert Entry.objects.filter(pk=own.pk).exists()
    world.actor("second_reviewer")
    assert not Entry.objects.filter(pk=own.pk).exists()


def test_nobody_without_a_scope_reads_or_writes_unseen(world: World) -> None:
    written(world.system(), "test.x", world.town.path)
    stranger = world.actor("stranger")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        written(SYSTEM, "test.smuggled", world.foreign.scope_path)
    assert stranger.person_id is not None
    world.system()
    assert not Entry.objects.filter(event="test.smuggled").exists()


def test_a_subjects_history_is_its_own_entries_oldest_first(world: World) -> None:
    other = SubjectRef("space", "A-02")
    same_number_other_kind = SubjectRef("site", "A-01")
    path = world.enterprise.scope_path
    officer = world.actor("town_officer")
    for event, minutes, subject in [
        ("test.second", 2, SUBJECT),
        ("test.other", 1, other),
        ("test.site", 1, same_number_other_kind),
        ("test.first", 1, SUBJECT),
        ("test.third", 2, SUBJECT),
    ]:
        written(officer, event, path, minutes, subject)
    assert [entry.event for entry in history(officer, SUBJECT)] == ["test.first", "test.second", "test.third"]
    assert list(history(world.actor("stranger"), SUBJECT)) == []
