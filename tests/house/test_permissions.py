"""Who may do what to whose: every address × every role × own, same town, other town, foreign, nowhere."""

from __future__ import annotations

import re
import sys
import uuid
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from anru.accounts import scope
from tests.house.permissions import TABLE, Reach, Row
from tests.house.scene import MEMBER, PLACES, Scene, make_scene

BACKEND = "django.contrib.auth.backends.ModelBackend"
EVERYWHERE = (*PLACES, "nowhere")
FIRM = {"principal", "safety_manager", "approver", "guardian", "worker"}
TOWN = {"town_head", "town_officer"}
DISTRICT = {"bureau_leader", "bureau_officer", "administrator"}
PROVIDER = {"reviewer", "provider_manager"}
NOT_OURS: frozenset[str] = frozenset()
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def addresses(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every named address of the product."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern.url_patterns, space)
        else:
            yield f"{prefix}{pattern.name}", pattern


ADDRESSES = dict(addresses())


def arguments_of(name: str) -> dict[str, object]:
    return dict(ADDRESSES[name].pattern.converters)


def reached(row: Row, role: str, place: str) -> bool:
    """Return whether an object at a place is seen from where the role stands."""
    if place == "nowhere":
        return False
    territory = {
        "own": role in DISTRICT | TOWN | FIRM,
        "same": role in DISTRICT | TOWN,
        "other": role in DISTRICT,
        "foreign": False,
    }[place]
    if row.reach is Reach.ANYWHERE:
        return True
    if row.reach is Reach.PERSON:
        return place == "own"
    if row.reach is Reach.KEEP:
        return (role == "administrator" and place != "foreign") or (
            role in {"principal", "safety_manager"} and place == "own"
        )
    if row.reach is Reach.BELOW:
        return place != "foreign"
    if row.reach is Reach.REVIEW:
        return territory or (role in PROVIDER and place != "foreign")
    return territory


def expected(row: Row, role: str, place: str) -> frozenset[int]:
    """Return the statuses that the table allows for one cell."""
    names = {name for name in arguments_of(row.name) if name not in row.fixed}
    if role == "anonymous":
        return (
            row.answers
            if row.public and place != "nowhere"
            else frozenset({302} if not row.public else {404, 302, 200, 400})
        )
    if role not in row.door:
        return frozenset({403})
    if row.reach is Reach.ANYWHERE and not row.public:
        return row.answers
    if not names or row.public:
        return row.answers if place != "nowhere" or not names else frozenset({404})
    if not reached(row, role, place) or role not in row.sees:
        return frozenset({404})
    if role not in row.does:
        return frozenset({403})
    if row.by_owner and not (role == "town_officer" or role == "town_head"):
        return frozenset({403})
    return row.answers


def ask(client: Client, row: Row, scene: Scene, role: str, place: str) -> Any:
    """Return the answer of one cell; whatever it wrote is gone again."""
    names = {name: kind for name, kind in arguments_of(row.name).items() if name not in row.fixed}
    given = {**scene.arguments(place, row.at, names, role), **row.fixed}
    address = reverse(row.name, kwargs=given)
    mark = transaction.savepoint()
    cookies = deepcopy(client.cookies)
    try:
        headers = dict(row.headers)
        if row.method == "GET":
            return client.get(address, dict(row.query), headers=headers)
        if row.method == "POST":
            # A browser always sends its token, so no form arrives quite empty.
            return client.post(address, {"csrfmiddlewaretoken": "x", **row.post}, headers=headers)
        return client.generic(row.method, address, headers=headers)
    finally:
        transaction.savepoint_rollback(mark)
        client.cookies = cookies


@pytest.fixture
def scene(db: None, tmp_path: Path) -> Scene:
    made = make_scene(tmp_path)
    assert connection.in_atomic_block
    return made


def clients(scene: Scene) -> dict[str, Client]:
    made = {"anonymous": Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)}
    for role, name in MEMBER.items():
        made[role] = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        made[role].force_login(scene.world.people[name].person, backend=BACKEND)
    return made


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    listed = {row.name for row in TABLE}
    assert set(ADDRESSES) - listed == set(NOT_OURS)
    assert listed - set(ADDRESSES) == set()


def test_every_method_that_an_address_answers_has_a_row(scene: Scene) -> None:
    unlisted = []
    client = clients(scene)["bureau_officer"]
    for name in ADDRESSES:
        listed = {row.method for row in TABLE if row.name == name}
        given = scene.arguments("nowhere", "", arguments_of(name), "bureau_officer")
        for key in given:
            if key == "variant":
                given[key] = "thumb"
        for method in METHODS:
            if method in listed or (method in {"HEAD", "OPTIONS"} and "GET" in listed):
                continue
            mark = transaction.savepoint()
            status = client.generic(method, reverse(name, kwargs=given)).status_code
            transaction.savepoint_rollback(mark)
            # A form answers any method that is not POST by showing itself; that is reading.
            if status not in {405, 403} and not (status in {404, 302} or "GET" in listed):
                unlisted.append((name, method, status))
    assert unlisted == []


def wrong_cells(scene: Scene, *, second_lock_only: bool = False) -> tuple[list[str], int]:
    wrong, cells = [], 0
    people = clients(scene)
    for row in TABLE:
        has_object = bool({name for name in arguments_of(row.name) if name not in row.fixed})
        for role, client in people.items():
            for place in EVERYWHERE if has_object else ("own",):
                want = expected(row, role, place)
                if second_lock_only and not (
                    want == {404} and role in DISTRICT | TOWN | FIRM and row.reach is not Reach.PERSON
                ):
                    continue
                answer = ask(client, row, scene, role, place)
                cells += 1
                if answer.status_code not in want:
                    wrong.append(f"{row} · {role} · {place}: {answer.status_code}, not {sorted(want)}")
    return wrong, cells


def test_every_cell_of_the_table_answers_as_it_says(scene: Scene) -> None:
    wrong, cells = wrong_cells(scene)
    assert cells > 4000
    assert wrong == [], f"{len(wrong)} of {cells} cells:\n" + "\n".join(wrong[:120])


@pytest.fixture
def first_lock_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application's own filter lets every row pass; only the database's policies are left."""

    def everything(rows: Any, actor: Any, **how: Any) -> Any:
        return rows

    opened = 0
    for name, module in list(sys.modules.items()):
        if (
            name.startswith("anru.")
            and getattr(module, "within", None) is scope.within
            and name != "anru.accounts.scope"
        ):
            monkeypatch.setattr(module, "within", everything)
            opened += 1
    monkeypatch.setattr(scope, "within", everything)
    assert opened >= 3


def test_what_is_out_of_the_territory_stays_unseen_with_the_first_lock_open(
    scene: Scene, first_lock_open: None
) -> None:
    wrong, cells = wrong_cells(scene, second_lock_only=True)
    assert cells > 800
    assert wrong == [], f"{len(wrong)} of {cells} cells:\n" + "\n".join(wrong[:120])


def test_with_both_locks_open_the_same_cells_leak(
    scene: Scene, first_lock_open: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The matrix can fail: where nothing holds rows back it says so."""
    real = scope.begin

    def begin(person_id: uuid.UUID, membership_id: uuid.UUID | None) -> Any:
        actor = real(person_id, membership_id)
        scope.begin_system()
        return actor

    monkeypatch.setattr(scope, "begin", begin)
    wrong, _cells = wrong_cells(scene, second_lock_only=True)
    assert len(wrong) > 100


NOISE = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken": "[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}'
)


def test_what_is_foreign_looks_exactly_like_what_does_not_exist(scene: Scene) -> None:
    different = []
    people = clients(scene)
    for row in TABLE:
        if row.public or not arguments_of(row.name):
            continue
        for role, client in people.items():
            if role == "anonymous" or expected(row, role, "foreign") != {404}:
                continue
            theirs, none = (ask(client, row, scene, role, place) for place in ("foreign", "nowhere"))
            if NOISE.sub(b"", theirs.content) != NOISE.sub(b"", none.content) or set(theirs.headers) != set(
                none.headers
            ):
                different.append(f"{row} · {role}")
    assert different == []


def test_no_list_and_no_export_names_what_is_out_of_reach(scene: Scene) -> None:
    world = scene.world
    hidden = {
        "principal": [world.neighbour.name, world.elsewhere.name, world.foreign.name],
        "town_officer": [world.elsewhere.name, world.foreign.name],
        "bureau_officer": [world.foreign.name],
        "administrator": [world.foreign.name],
        "reviewer": [world.foreign.name],
    }
    people = clients(scene)
    told = []
    for row in TABLE:
        if row.method != "GET" or arguments_of(row.name) or row.public:
            continue
        for role, names in hidden.items():
            answer = ask(people[role], row, scene, role, "own")
            if answer.status_code != 200:
                continue
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            told += [f"{row} · {role} · {name}" for name in names if name.encode() in body]
    assert told == []
