"""The doctor finds what is wrong and says what to do about it."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connections
from tests.databases import ROOT, TestDatabase, point

from anru.ops import environment as variables
from anru.ops.doctor import database, machine
from anru.ops.doctor.findings import Finding, Level, bad, good, render, warn
from anru.ops.facts import DatabaseFacts, look
from anru.ops.words import Words

READ = re.compile(r"""(?:environ(?:\.get)?[\[(]|\benv\.\w+\()"(ANRU_[A-Z_]+)\"""")


def by_code(findings: list[Finding]) -> dict[str, Level]:
    """Return how each thing that was looked at was judged."""
    return {found.code: found.level for found in findings}


@pytest.mark.parametrize(("version", "level"), [((3, 10), Level.BAD), ((3, 11), Level.GOOD), ((4, 0), Level.GOOD)])
def test_an_old_python_keeps_anru_from_working(version: tuple[int, int], level: Level) -> None:
    assert machine.python(version).level is level


def test_a_misspelt_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANRU_PROT", "8000")
    (found,) = machine.environment()
    assert (found.code, found.level) == ("environment.unknown", Level.WARN)
    assert "ANRU_PROT" in found.words.say("zh", **found.facts)


def test_known_variables_are_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ANRU_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ANRU_PORT", "8000")
    assert by_code(machine.environment()) == {"environment": Level.GOOD}


def test_the_known_variables_are_those_that_are_read_and_the_operators_table_has_each() -> None:
    places = [*(ROOT / "src").rglob("*.py"), ROOT / "tests" / "conftest.py"]
    read = {name for path in places for name in READ.findall(path.read_text())}
    assert read == variables.KNOWN
    table = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in sorted(variables.KNOWN) if f"| `{name}` |" not in table] == []


@pytest.mark.parametrize(
    ("used", "level"),
    [(0.5, Level.GOOD), (0.8499, Level.GOOD), (0.85, Level.WARN), (0.95, Level.BAD), (1.0, Level.BAD)],
)
def test_a_filling_disk_is_told_before_it_is_full(used: float, level: Level) -> None:
    assert machine.fullness(used, 1_000_000_000).level is level


def test_a_data_folder_that_cannot_be_made_is_found_by_trying(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert machine.folder(in_the_way / "data").level is Level.BAD
    assert machine.folder(tmp_path / "not" / "yet").level is Level.GOOD
    assert not (tmp_path / "not").exists()


def test_the_front_end_is_looked_for_where_the_pages_look_for_it(tmp_path: Path) -> None:
    assert Path(project.FRONTEND_MANIFEST) == machine.MANIFEST
    assert machine.front_end(tmp_path / "manifest.json").level is Level.BAD
    (tmp_path / "manifest.json").write_text("{}")
    assert machine.front_end(tmp_path / "manifest.json").level is Level.GOOD


def test_a_translation_that_is_newer_than_its_compiled_form_is_told(tmp_path: Path) -> None:
    source = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text("")
    assert machine.catalogues(tmp_path).level is Level.WARN
    source.with_suffix(".mo").write_bytes(b"")
    assert machine.catalogues(tmp_path).level is Level.GOOD
    later = source.with_suffix(".mo").stat().st_mtime + 10
    os.utime(source, (later, later))
    assert machine.catalogues(tmp_path).level is Level.WARN


def test_a_named_database_needs_no_programs_of_our_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANRU_POSTGRES_BIN", str(tmp_path))
    monkeypatch.delenv("ANRU_DATABASE_URL", raising=False)
    assert machine.server_programs().level is Level.BAD
    monkeypatch.setenv("ANRU_DATABASE_URL", "postgres://x@/y")
    assert machine.server_programs().level is Level.GOOD


def test_a_prepared_database_is_in_order_but_for_its_missing_worker(fresh_database: TestDatabase) -> None:
    assert by_code(database.look_at_database()) == {
        "database.version": Level.GOOD,
        "database.extensions": Level.GOOD,
        "role": Level.GOOD,
        "clock": Level.GOOD,
        "schema": Level.GOOD,
        "worker": Level.WARN,
    }


@pytest.mark.parametrize(("silent_s", "level"), [(1, Level.GOOD), (600, Level.WARN)])
def test_a_worker_counts_while_it_gives_signs_of_life(
    fresh_database: TestDatabase, silent_s: int, level: Level
) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))", [silent_s]
        )
    assert by_code(database.look_at_database())["worker"] is level


def test_a_database_that_does_not_answer_is_the_only_finding(fresh_database: TestDatabase, tmp_path: Path) -> None:
    point("default", f"postgres://anru_app@/anru?host={tmp_path}")
    (found,) = database.look_at_database()
    assert (found.code, found.level) == ("database", Level.BAD)
    assert found.facts["why"]


def test_a_missing_migration_is_named_and_nothing_is_asked_of_the_tables(fresh_database: TestDatabase) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'inbox'")
    *_others, last = database.look_at_database()
    assert (last.code, last.level) == ("schema.pending", Level.BAD)
    assert last.facts["first"] == "inbox.0001_initial"
    assert "inbox.0001_initial" in last.words.say("en", **last.facts)


def test_a_right_to_rewrite_the_record_is_found_in_the_database_itself(fresh_database: TestDatabase) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("GRANT UPDATE ON ledger_entry TO anru_runtime")
    found = {one.code: one for one in database.look_at_database()}
    assert found["role.rewrite"].level is Level.BAD
    assert "ledger_entry" in found["role.rewrite"].words.say("zh", **found["role.rewrite"].facts)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"superuser": True}, "role.superuser"),
        ({"bypass_rls": True}, "role.bypass"),
        ({"owner": True}, "role.owner"),
        ({"rewritable": ("ledger_entry",)}, "role.rewrite"),
    ],
)
def test_each_power_too_many_is_its_own_finding(wrong: dict[str, Any], code: str) -> None:
    assert by_code(database.roles(replace(look(), **wrong))) == {code: Level.BAD}


@pytest.mark.django_db
def test_versions_extensions_and_clocks_are_judged() -> None:
    facts: DatabaseFacts = look()
    assert database.version(replace(facts, major=14)).level is Level.BAD
    assert database.version(replace(facts, major=15)).level is Level.GOOD
    found = database.extensions(replace(facts, extensions=("btree_gist",)))
    assert (found.level, found.facts["missing"]) == (Level.BAD, "pg_trgm")
    assert database.clock(replace(facts, clock_skew_s=1.5)).level is Level.WARN
    assert database.clock(replace(facts, clock_skew_s=0.2)).level is Level.GOOD


def test_the_report_counts_in_both_languages_and_says_what_to_do() -> None:
    findings = [
        good("a", Words("好", "fine")),
        warn("b", Words("注意 {n}", "mind {n}"), Words("看一看", "look"), n=3),
        bad("c", Words("坏", "broken"), Words("修", "mend")),
    ]
    assert render(findings, "zh").splitlines() == [
        " ✓ 好",
        " ! 注意 3",
        "     → 看一看",
        " ✗ 坏",
        "     → 修",
        "1 个问题，1 个提醒。",
    ]
    assert render(findings, "en").splitlines()[-1] == "1 problem(s), 1 warning(s)."
    assert render(findings[:1], "en").splitlines() == [" ✓ fine", "Everything is in order."]
