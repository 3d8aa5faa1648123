"""A stranger with one file of ours finds out whether the ledger is whole; so does its keeper, in the database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from tests.databases import CLUSTER, TestDatabase, current, point, restore
from tests.ledger.chains import VERIFIER, Line, as_owner, chain, check, edited, export, head_of, write

from anru.ledger.verifier import GENESIS

committing = pytest.mark.usefixtures("fresh_database")


@pytest.fixture(scope="module")
def true_text(django_db_setup: None, django_db_blocker: Any) -> str:
    """The text of an export of six entries from three transactions, made once: these tests change only the file."""
    with django_db_blocker.unblock(), TemporaryDirectory() as folder:
        database = CLUSTER.copy()
        before = current("default")
        point("default", database.url)
        try:
            write_six()
            return export(Path(folder)).read_text(encoding="utf-8")
        finally:
            restore("default", before)
            CLUSTER.drop(database)


@pytest.fixture
def exported(true_text: str, tmp_path: Path) -> Path:
    """The export as a file of the test's own."""
    path = tmp_path / "ledger.jsonl"
    path.write_text(true_text, encoding="utf-8")
    return path


@pytest.fixture
def six(fresh_database: TestDatabase) -> list[str]:
    """Six entries stand in a database of the test's own; these are the heads that somebody noted as it grew."""
    write_six()
    return [f"{entry.seq}:{entry.hash}" for entry in chain()]


def write_six() -> None:
    write(1, 2)
    write(3, 4, 5)
    write(6)


def test_the_verifier_accepts_a_true_export_and_names_its_head(exported: Path) -> None:
    last = json.loads(exported.read_text(encoding="utf-8").splitlines()[-1])
    assert check(exported) == (0, [f"whole: 6 entries, head 6:{last['hash']}"])
    assert check(exported, head_of(last))[0] == 0


@committing
def test_the_verifier_accepts_an_empty_ledger(tmp_path: Path) -> None:
    assert check(export(tmp_path)) == (0, [f"whole: 0 entries, head 0:{GENESIS}"])


def test_any_head_noted_earlier_is_found_again_after_the_chain_has_grown(six: list[str], tmp_path: Path) -> None:
    write(7, 8)
    assert check(export(tmp_path), *six)[0] == 0


def test_the_hash_covers_every_exported_field(exported: Path) -> None:
    original = exported.read_text(encoding="utf-8")
    names = set(json.loads(original.splitlines()[2])) - {"seq", "prev_hash", "hash"}
    assert len(names) == 11
    for name in sorted(names):
        exported.write_text(original, encoding="utf-8")

        def change(lines: list[Line], name: str = name) -> None:
            lines[2][name] = f"{lines[2][name] or ''}0"

        assert check(edited(exported, change)) == (1, ["entry 3 was altered"]), name


def shift_between_fields(lines: list[Line]) -> None:
    """The same letters stand in the same order, cut into fields at another place."""
    kind, identity = lines[2]["subject_kind"], lines[2]["subject_id"]
    lines[2]["subject_kind"], lines[2]["subject_id"] = kind[:-1], kind[-1] + identity


def swap(lines: list[Line]) -> None:
    lines[2], lines[3] = lines[3], lines[2]


def swap_and_renumber(lines: list[Line]) -> None:
    swap(lines)
    lines[2]["seq"], lines[3]["seq"] = 3, 4


def insert_copy(lines: list[Line]) -> None:
    lines.insert(3, dict(lines[2]))


def insert_and_renumber(lines: list[Line]) -> None:
    lines.insert(3, {**lines[2], "facts_text": "{}", "prev_hash": lines[2]["hash"]})
    for seq, line in enumerate(lines, start=1):
        line["seq"] = seq


def delete_and_renumber(lines: list[Line]) -> None:
    del lines[2]
    for seq, line in enumerate(lines, start=1):
        line["seq"] = seq


def put_own_first(lines: list[Line]) -> None:
    lines[0]["prev_hash"] = "f" * 64


TAMPERED: dict[str, tuple[Callable[[list[Line]], None], str]] = {
    "edited facts": (lambda lines: lines[2].update(facts_text='{"n":4}'), "entry 3 was altered"),
    "edited hash": (lambda lines: lines[2].update(hash="c" * 64), "entry 3 was altered"),
    "letters moved to the next field": (shift_between_fields, "entry 3 was altered"),
    "deleted first entry": (lambda lines: lines.pop(0) and None, "entry 1 is missing"),
    "deleted middle entry": (lambda lines: lines.pop(2) and None, "entry 3 is missing"),
    "deleted and renumbered": (delete_and_renumber, "entry 3 does not follow its predecessor"),
    "swapped entries": (swap, "entry 3 is missing or out of order"),
    "swapped and renumbered": (swap_and_renumber, "entry 3 does not follow its predecessor"),
    "inserted copy": (insert_copy, "entry 4 is missing or out of order"),
    "inserted and renumbered": (insert_and_renumber, "entry 4 was altered"),
    "another beginning": (put_own_first, "entry 1 does not follow its predecessor"),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_the_verifier_finds_what_was_done_to_an_export(exported: Path, case: str) -> None:
    change, expected = TAMPERED[case]
    code, sentences = check(edited(exported, change))
    assert code == 1
    assert any(sentence.startswith(expected) for sentence in sentences), sentences


MALFORMED: dict[str, tuple[Callable[[str], str], int]] = {
    "half a line": (lambda text: text[: len(text) - 40], 6),
    "no object": (lambda text: text + "[]\n", 7),
    "an empty line": (lambda text: text + "\n", 7),
    "a field is missing": (lambda text: text.replace('"clause": "第八条", ', "", 1), 1),
    "number as text": (lambda text: text.replace('"seq": 2', '"seq": "2"'), 2),
    "no previous hash": (lambda text: text.replace(f'"prev_hash": "{GENESIS}"', '"prev_hash": null'), 1),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_line_that_is_no_entry_is_named_and_not_a_crash(exported: Path, case: str) -> None:
    change, number = MALFORMED[case]
    before = exported.read_text(encoding="utf-8")
    exported.write_text(change(before), encoding="utf-8")
    assert exported.read_text(encoding="utf-8") != before
    assert check(exported) == (1, [f"line {number} is not an entry of a ledger"])


@pytest.mark.parametrize("cut", [1, 3, 6])
def test_a_cut_tail_is_found_by_whoever_noted_a_head(exported: Path, cut: int) -> None:
    last = json.loads(exported.read_text(encoding="utf-8").splitlines()[-1])
    path = edited(exported, lambda lines: lines.__delitem__(slice(len(lines) - cut, None)))
    assert check(path)[0] == 0, "without a noted head nobody can know"
    assert check(path, head_of(last)) == (1, ["noted head 6 is no longer in the chain"])


def test_a_head_with_another_hash_is_found(exported: Path) -> None:
    assert check(exported, "4:" + "d" * 64) == (1, ["entry 4 is not the one that was noted as head"])


# The same done in the database by its owner

REHASH = (
    "UPDATE ledger_entry e SET hash = ledger_hash(e.prev_hash, e.seq, e) WHERE seq = 3",
    "UPDATE ledger_entry e SET prev_hash = p.hash FROM ledger_entry p WHERE e.seq = 4 AND p.seq = 3",
    "UPDATE ledger_entry e SET hash = ledger_hash(e.prev_hash, e.seq, e) WHERE seq = 4",
    "UPDATE ledger_entry e SET prev_hash = p.hash FROM ledger_entry p WHERE e.seq = 5 AND p.seq = 4",
    "UPDATE ledger_entry e SET hash = ledger_hash(e.prev_hash, e.seq, e) WHERE seq = 5",
    "UPDATE ledger_entry e SET prev_hash = p.hash FROM ledger_entry p WHERE e.seq = 6 AND p.seq = 5",
    "UPDATE ledger_entry e SET hash = ledger_hash(e.prev_hash, e.seq, e) WHERE seq = 6",
)
EDIT = "UPDATE ledger_entry SET facts_text = '{\"n\":4}' WHERE seq = 3"
BY_OWNER: dict[str, tuple[tuple[str, ...], str]] = {
    "edited facts": ((EDIT,), "entry 3 was altered"),
    "another moment": (
        ("UPDATE ledger_entry SET at = at + interval '1 microsecond' WHERE seq = 3",),
        "entry 3 was altered",
    ),
    "another actor": (
        ("UPDATE ledger_entry SET actor_person_id = gen_random_uuid() WHERE seq = 3",),
        "entry 3 was altered",
    ),
    "deleted entry": (("DELETE FROM ledger_entry WHERE seq = 3",), "entry 3 is missing"),
    "deleted and renumbered": (
        ("DELETE FROM ledger_entry WHERE seq = 3", "UPDATE ledger_entry SET seq = seq - 1 WHERE seq = 4"),
        "entry 3 does not follow its predecessor",
    ),
    "swapped entries": (
        (
            "UPDATE ledger_entry SET seq = -1 WHERE seq = 3",
            "UPDATE ledger_entry SET seq = 3 WHERE seq = 4",
            "UPDATE ledger_entry SET seq = 4 WHERE seq = -1",
        ),
        "entry 3 does not follow its predecessor",
    ),
    "inserted entry": (
        (
            "UPDATE ledger_entry SET seq = 7 WHERE seq = 6",
            "INSERT INTO ledger_entry (id, seq, at, event, actor_role, scope_path, subject_kind, subject_id, clause,"
            " facts_text, prev_hash, hash) SELECT gen_random_uuid(), 6, at, event, actor_role, scope_path,"
            " subject_kind, subject_id, clause, '{}', hash, repeat('e', 64) FROM ledger_entry WHERE seq = 5",
        ),
        "entry 6 was altered",
    ),
    "edited and sealed again by itself": ((EDIT, REHASH[0]), "entry 4 does not follow its predecessor"),
}


@pytest.mark.parametrize("case", BY_OWNER)
def test_the_verifier_finds_what_the_owner_did_in_the_database(six: list[str], tmp_path: Path, case: str) -> None:
    statements, expected = BY_OWNER[case]
    as_owner(*statements)
    code, sentences = check(export(tmp_path))
    assert code == 1
    assert any(sentence.startswith(expected) for sentence in sentences), sentences
    with pytest.raises(CommandError, match=expected):
        call_command("ledger_verify")


def test_an_owner_who_seals_the_whole_rest_again_is_found_by_whoever_noted_a_head(
    six: list[str], tmp_path: Path
) -> None:
    as_owner(EDIT, *REHASH)
    path = export(tmp_path)
    assert check(path)[0] == 0, "without a noted head nobody can know"
    assert check(path, six[1])[0] == 0, "what stood before the change is untouched"
    assert check(path, six[5]) == (1, ["entry 6 is not the one that was noted as head"])


def test_an_owner_who_cuts_the_tail_is_found_by_whoever_noted_a_head(six: list[str], tmp_path: Path) -> None:
    as_owner("DELETE FROM ledger_entry WHERE seq = 6")
    assert check(export(tmp_path), six[5]) == (1, ["noted head 6 is no longer in the chain"])
    with pytest.raises(CommandError, match="noted head 6 is no longer in the chain"):
        call_command("ledger_verify", "--head", six[5])


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["DELETE FROM ledger_entry WHERE seq = 6"], "ends at entry 5, but the database sealed entry 6 last"),
        (["DELETE FROM ledger_entry"], "ends at entry 0, but the database sealed entry 6 last"),
        (
            ["UPDATE ledger_head SET seq = 4, hash = (SELECT hash FROM ledger_entry WHERE seq = 4)"],
            "sealed entry 4 last",
        ),
        ([EDIT, *REHASH], "entry 6 is not the one that the database sealed last"),
        (["DELETE FROM ledger_head"], "sealed entry 0 last"),
    ],
)
def test_the_keeper_needs_no_noted_head_to_find_an_end_that_the_database_did_not_seal(
    six: list[str], statements: list[str], expected: str
) -> None:
    as_owner(*statements)
    with pytest.raises(CommandError, match=expected):
        call_command("ledger_verify")


def test_the_head_of_an_empty_ledger_is_found_in_every_chain_and_two_marks_of_one_entry_are_not_both_true(
    six: list[str], tmp_path: Path
) -> None:
    path = export(tmp_path)
    assert check(path, f"0:{GENESIS}", *six)[0] == 0
    assert check(path, "4:" + "d" * 64, six[3]) == (1, ["entry 4 is not the one that was noted as head"])
    call_command("ledger_verify", "--head", f"0:{GENESIS}", stdout=StringIO())


@pytest.mark.parametrize("head", ["6", "six:" + "d" * 64, "6:", "6:xyz", "-1:" + "d" * 64, ""])
def test_a_head_that_is_none_is_said_in_words(exported: Path, head: str) -> None:
    with pytest.raises(CommandError, match="is not a noted head"):
        call_command("ledger_verify", f"--head={head}")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), str(exported), f"--head={head}"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "is not a noted head" in done.stderr
    assert "Traceback" not in done.stderr


def test_after_a_cut_tail_the_next_entry_does_not_close_the_gap(six: list[str], tmp_path: Path) -> None:
    as_owner("DELETE FROM ledger_entry WHERE seq = 6")
    write(7)
    code, sentences = check(export(tmp_path))
    assert code == 1
    assert sentences[0].startswith("entry 6 is missing")
