"""The runtime role can do its work and cannot rewrite the record."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.conf import settings as project
from django.db import ProgrammingError, connection, connections, transaction
from tests.databases import TestDatabase

from anru.ops.grants import grant_runtime
from anru.ops.words import Trouble

RECORD = [*project.ANRU_APPEND_ONLY_TABLES, *project.ANRU_READ_ONLY_TABLES, "django_migrations"]


@pytest.mark.django_db
def test_the_application_works_as_the_runtime_role_which_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user, pg_has_role(session_user, 'anru_owner', 'MEMBER')")
        assert cursor.fetchone() == (project.RUNTIME_ROLE, "anru_app", False)


@pytest.mark.django_db
@pytest.mark.parametrize("table", RECORD)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_runtime_role_cannot_change_what_is_only_added_to(table: str, verb: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table])
        column = cursor.fetchone()[0]
        with pytest.raises(ProgrammingError) as caught, transaction.atomic():
            cursor.execute(verb.format(table, column, column))
    assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["CREATE TABLE sneaked (x int)", "ALTER TABLE ledger_entry DISABLE ROW LEVEL SECURITY"]
)
def test_the_runtime_role_cannot_change_the_schema(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_granting_again_takes_back_a_right_that_somebody_gave_by_hand(fresh_database: TestDatabase) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("GRANT UPDATE, TRUNCATE ON ledger_entry TO anru_runtime")
        grant_runtime()
        cursor.execute("SELECT has_table_privilege('anru_runtime', 'ledger_entry', 'UPDATE, TRUNCATE')")
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT has_table_privilege('anru_runtime', 'ledger_entry', 'INSERT')")
        assert cursor.fetchone() == (True,)


def test_a_table_that_a_later_release_adds_is_open_after_granting(fresh_database: TestDatabase) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE added (id bigserial, x int)")
        grant_runtime()
    with connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO added (x) VALUES (1)")
        cursor.execute("SELECT x FROM added")
        assert cursor.fetchone() == (1,)


def test_a_misspelt_table_changes_nothing(fresh_database: TestDatabase, settings: Any) -> None:
    settings.ANRU_APPEND_ONLY_TABLES = ["ledger_entry", "ledger_entri"]
    with pytest.raises(Trouble, match="ledger_entri"):
        grant_runtime()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('anru_runtime', 'ledger_entry', 'UPDATE')")
        assert cursor.fetchone() == (False,)
