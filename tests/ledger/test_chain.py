"""The ledger is one chain: sealed when a transaction commits, in the order of the commits, and never changed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction
from tests.ledger.chains import chain, check, export, put, write
from tests.world import NOON

from anru.accounts.scope import acting_as_system, begin_system
from anru.kernel.ids import new_id
from anru.ledger.models import Entry
from anru.ledger.verifier import GENESIS

committing = pytest.mark.usefixtures("fresh_database")


def written_and_undone(number: int) -> None:
    """An entry was written in a transaction, or a savepoint of one, that failed afterwards."""
    with transaction.atomic():
        begin_system()
        put(number)
        raise ZeroDivisionError


# Sealing


@committing
def test_an_entry_is_without_seal_until_its_transaction_commits() -> None:
    with acting_as_system():
        entry = put(1)
        entry.refresh_from_db()
        assert (entry.seq, entry.prev_hash, entry.hash) == (None, None, None)
    (sealed,) = chain()
    assert (sealed.pk, sealed.seq, sealed.prev_hash) == (entry.pk, 1, GENESIS)
    assert sealed.hash is not None
    assert len(sealed.hash) == 64


@committing
def test_entries_of_one_transaction_and_of_several_form_one_chain_in_order() -> None:
    write(1, 2, 3)
    write(4)
    write(5, 6)
    entries = chain()
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert [entry.facts["n"] for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert [entry.prev_hash for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
    assert len({entry.hash for entry in entries}) == 6


@committing
def test_a_transaction_that_is_undone_leaves_neither_entry_nor_gap() -> None:
    write(1)
    with pytest.raises(ZeroDivisionError):
        written_and_undone(2)
    write(3)
    assert [(entry.seq, entry.facts["n"]) for entry in chain()] == [(1, 1), (2, 3)]


@committing
def test_what_a_savepoint_undid_is_not_sealed_with_the_rest() -> None:
    with acting_as_system():
        put(1)
        with pytest.raises(ZeroDivisionError):
            written_and_undone(2)
        put(3)
    assert [(entry.seq, entry.facts["n"]) for entry in chain()] == [(1, 1), (2, 3)]


@committing
def test_transactions_that_are_open_at_the_same_time_are_chained_in_the_order_of_their_commits(tmp_path: Path) -> None:
    early_wrote, late_done = threading.Event(), threading.Event()
    errors: list[BaseException] = []

    def early() -> None:
        try:
            with acting_as_system():
                put(1)
                early_wrote.set()
                assert late_done.wait(30)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=early)
    thread.start()
    assert early_wrote.wait(30)
    # Written second and committed first: were the seal taken at the insert, this would wait for the other for ever.
    write(2)
    late_done.set()
    thread.join(30)
    assert errors == []
    assert [(entry.seq, entry.facts["n"]) for entry in chain()] == [(1, 2), (2, 1)]
    assert check(export(tmp_path))[0] == 0


@committing
def test_many_writers_at_once_make_one_chain_without_gap_or_fork(tmp_path: Path) -> None:
    writers, rounds = 4, 10
    start = threading.Barrier(writers)
    errors: list[BaseException] = []

    def writer(first: int) -> None:
        try:
            start.wait(30)
            for step in range(rounds):
                write(first + 2 * step, first + 2 * step + 1)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=writer, args=(1000 * n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    entries = chain()
    assert [entry.seq for entry in entries] == list(range(1, writers * rounds * 2 + 1))
    assert [entry.prev_hash for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
    # What one transaction wrote stands side by side.
    pairs = [(a.facts["n"], b.facts["n"]) for a, b in zip(entries[::2], entries[1::2], strict=True)]
    assert all(second == first + 1 for first, second in pairs)
    assert check(export(tmp_path))[0] == 0


# What the application itself may not do


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET facts_text = '{}'",
        "UPDATE ledger_entry SET hash = repeat('a', 64)",
        "UPDATE ledger_entry SET clause = ''",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "UPDATE ledger_head SET seq = 0, hash = repeat('0', 64)",
        "DELETE FROM ledger_head",
        "INSERT INTO ledger_head (one, seq, hash) VALUES (false, 9, repeat('0', 64))",
        "ALTER TABLE ledger_entry DISABLE TRIGGER USER",
        "ALTER TABLE ledger_entry DISABLE ROW LEVEL SECURITY",
        "DROP TRIGGER keep_rows ON ledger_entry",
        "SET session_replication_role = replica",
        "DROP TABLE ledger_entry",
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
@pytest.mark.django_db
def test_the_runtime_role_cannot_change_what_stands_in_the_ledger(statement: str) -> None:
    write(1, 2)
    seal_now()
    before = [(entry.seq, entry.hash, entry.facts_text) for entry in chain()]
    assert [seq for seq, _, _ in before] == [1, 2]
    refused_by_the_database(statement)
    assert [(entry.seq, entry.hash, entry.facts_text) for entry in chain()] == before


@pytest.mark.parametrize("statement", ["UPDATE ledger_entry SET clause = 'x'", "DELETE FROM ledger_entry"])
@pytest.mark.django_db
def test_not_even_an_entry_that_is_not_sealed_yet_can_be_changed(statement: str) -> None:
    write(1)
    refused_by_the_database(statement)
    with acting_as_system():
        assert list(Entry.objects.values_list("clause", "hash")) == [("第八条", None)]


def seal_now() -> None:
    """What the running transaction wrote is sealed as at its commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused_by_the_database(statement: str) -> None:
    """The statement fails for want of rights."""
    begin_system()
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET clause = 'x'",
        "UPDATE ledger_entry SET hash = NULL",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
    ],
)
@committing
def test_even_the_owner_is_refused_while_the_guards_stand(statement: str) -> None:
    write(1)
    with pytest.raises(DatabaseError, match="append-only"), connections["owner"].cursor() as cursor:
        cursor.execute(statement)
    assert len(chain()) == 1


@pytest.mark.parametrize("seq", [None, 1, 2, 77])
@committing
def test_an_entry_that_brings_its_own_seal_is_sealed_anew(tmp_path: Path, seq: int | None) -> None:
    write(1)
    with acting_as_system():
        Entry.objects.create(
            id=new_id(), at=NOON, event="forged", actor_role="system", scope_path="33/", subject_kind="x",
            subject_id="1", facts_text="{}", seq=seq, prev_hash="a" * 64, hash="b" * 64,
        )  # fmt: skip
    first, second = chain()
    assert (second.event, second.seq, second.prev_hash) == ("forged", 2, first.hash)
    assert second.hash != "b" * 64
    assert check(export(tmp_path))[0] == 0
