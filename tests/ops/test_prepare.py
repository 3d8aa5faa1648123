"""Preparing brings a database to this release, once, and puts a demonstration only where nobody works yet."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from tests.databases import CLUSTER, ROOT, TestDatabase, current, point, restore
from tests.world import make_world

from anru.accounts.models import Membership, Person
from anru.accounts.states import Role
from anru.ops.demo.district import PASSWORD
from anru.ops.postgres.cluster import LOGIN, OWNER
from anru.ops.postgres.roles import create_database
from anru.ops.prepare import demo_logins, is_empty, pending_migrations, prepare

STATE = """
SELECT (SELECT json_agg(m ORDER BY m.id) FROM django_migrations m)::text,
       (SELECT json_agg(json_build_array(c.relname, c.relkind, c.relrowsecurity, c.relacl::text) ORDER BY c.relname)
          FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace)::text,
       (SELECT json_agg(p.polname ORDER BY p.polname, p.polrelid) FROM pg_policy p)::text
"""


def state() -> Any:
    """Return the schema with its rights and when each migration ran."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(STATE)
        return cursor.fetchone()


@pytest.fixture
def bare_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[TestDatabase]:
    """A database as the administrator hands it over: there, owned, and with nothing in it."""
    name = f"anru_{CLUSTER.worker}_bare"
    with django_db_blocker.unblock():
        cluster = CLUSTER.cluster
        with cluster.connect() as connection:
            create_database(connection, name)
        database = TestDatabase(name, cluster.url(LOGIN, name), cluster.url(OWNER, name))
        before = {alias: current(alias) for alias in ("default", "owner")}
        point("default", database.url)
        point("owner", database.owner_url)
        try:
            yield database
        finally:
            for alias, kept in before.items():
                restore(alias, kept)
            CLUSTER.drop(database)


def test_a_second_prepare_changes_nothing(fresh_database: TestDatabase) -> None:
    assert prepare(demo=False) is False
    before = state()
    assert prepare(demo=False) is False
    assert state() == before


def test_a_bare_database_becomes_this_releases(bare_database: TestDatabase, fresh_database: TestDatabase) -> None:
    expected = state()[1:]
    point("default", bare_database.url)
    point("owner", bare_database.owner_url)
    assert "accounts.0001_initial" in pending_migrations()
    assert prepare(demo=False) is False
    assert pending_migrations() == []
    assert is_empty()
    assert state()[1:] == expected
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM ledger_entry")
        assert cursor.fetchone() == ("anru_runtime", 0)


@pytest.mark.faults
def test_two_servers_that_start_at_once_migrate_once(bare_database: TestDatabase, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANRU_")}
    environment = {
        **kept,
        "PYTHONPATH": str(ROOT / "src"),
        "ANRU_DATABASE_URL": bare_database.url,
        "ANRU_OWNER_DATABASE_URL": bare_database.owner_url,
        "ANRU_DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "anru", "prepare", "--no-demo", "--lang", "en"]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [one.communicate(timeout=200) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert [out for out, _err in said] == ["The database is ready.\n"] * 2
    assert pending_migrations() == []
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations GROUP BY app, name HAVING count(*) > 1")
        assert cursor.fetchall() == []


def test_a_database_that_somebody_works_with_gets_no_demonstration(fresh_database: TestDatabase) -> None:
    assert is_empty()
    with transaction.atomic():
        make_world()
    assert not is_empty()
    people = Person.objects.count()
    assert prepare(demo=True) is False
    assert Person.objects.count() == people


def test_without_the_owners_address_a_prepared_database_in_use_is_left_as_it_is(
    fresh_database: TestDatabase,
) -> None:
    with transaction.atomic():
        make_world()
    before = state()
    point("owner", fresh_database.url)
    assert prepare(demo=True) is False
    point("owner", fresh_database.owner_url)
    assert state() == before


def test_logins_are_shown_only_when_they_carry_the_demonstrations_password(fresh_database: TestDatabase) -> None:
    with transaction.atomic():
        make_world()
    assert demo_logins() == []
    # As loading does it: one hash for all.
    Person.objects.filter(username__in=["officer", "leader", "worker"]).update(password=make_password(PASSWORD))
    shown = [login.username for login in demo_logins()]
    assert shown == ["leader", "officer", "worker"]
    Person.objects.filter(username="worker").update(is_active=False)
    Membership.objects.using("owner").filter(person__username="officer").update(ended_at="2026-06-11T00:00:00Z")
    assert [login.username for login in demo_logins()] == ["leader"]
    assert Role.BUREAU_LEADER in Membership.objects.using("owner").values_list("role", flat=True)
