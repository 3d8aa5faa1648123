"""Stand-alone check of an exported ledger. Standard library only, so that it runs where nothing of ours is installed.

Usage: python verifier.py ledger.jsonl [--head SEQ:HASH]

Each line of the export is one JSON object with the fields of `FIELDS` plus seq, prev_hash and hash. `--head` is a head
that was noted earlier (printed, mailed, kept by a town): a chain that no longer contains it was cut or rewritten.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

FIELDS = (
    "id",
    "at",
    "event",
    "actor_person_id",
    "actor_membership_id",
    "actor_role",
    "scope_path",
    "subject_kind",
    "subject_id",
    "clause",
    "facts_text",
)
GENESIS = "0" * 64
HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


def entry_hash(prev_hash: str, seq: int, entry: dict[str, Any]) -> str:
    """Return the hash of one entry: SHA-256 over the previous hash, the number and each field with its byte length.

    The length prefix keeps two fields from being shifted against each other without notice.
    """
    digest = hashlib.sha256()
    digest.update(prev_hash.encode())
    digest.update(str(seq).encode())
    for name in FIELDS:
        value = entry[name]
        # A lone surrogate cannot stand in the database; in a forged line it must be a wrong hash, not an error.
        octets = b"" if value is None else str(value).encode(errors="surrogatepass")
        digest.update(f"|{len(octets)}:".encode())
        digest.update(octets)
    return digest.hexdigest()


def read_head(text: str) -> tuple[int, str]:
    """Return the number and the hash of a noted head. Raises: ArgumentTypeError, in words, when it is none."""
    found = HEAD.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(
            f"{text[:80]!r} is not a noted head: it is a number, a colon and 64 hex digits"
        )
    return int(found[1]), found[2]


def verify(entries: Iterable[dict[str, Any]], heads: Iterable[tuple[int, str]] = ()) -> list[str]:
    """Return what is wrong with a chain, as sentences; empty when it is whole and contains every noted head."""
    wrong: list[str] = []
    expected_seq, prev = 1, GENESIS
    wanted: dict[int, set[str]] = {}
    # The head of an empty ledger stands before the first entry of every chain.
    for number, mark in set(heads) - {(0, GENESIS)}:
        wanted.setdefault(number, set()).add(mark)
    for entry in entries:
        seq = entry["seq"]
        if seq != expected_seq:
            wrong.append(f"entry {expected_seq} is missing or out of order (found {seq})")
            expected_seq = seq
        if entry["prev_hash"] != prev:
            wrong.append(f"entry {seq} does not follow its predecessor")
        if entry_hash(entry["prev_hash"], seq, entry) != entry["hash"]:
            wrong.append(f"entry {seq} was altered")
        if seq in wanted and wanted.pop(seq) != {entry["hash"]}:
            wrong.append(f"entry {seq} is not the one that was noted as head")
        prev, expected_seq = entry["hash"], seq + 1
    wrong.extend(f"noted head {seq} is no longer in the chain" for seq in sorted(wanted))
    return wrong


class NotAnEntry(ValueError):
    """A line of the export is not an entry of a ledger."""


def read_lines(path: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of an export file. Raises: NotAnEntry at the first line that is none."""
    # Octets that are no text must come out as a wrong hash, so they are replaced and not refused.
    with open(path, encoding="utf-8", errors="replace", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line)
            except ValueError:
                entry = None
            if not _is_entry(entry):
                raise NotAnEntry(f"line {number} is not an entry of a ledger")
            yield entry


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and all(name in entry for name in FIELDS)
        and type(entry.get("seq")) is int
        and isinstance(entry.get("prev_hash"), str)
        and isinstance(entry.get("hash"), str)
    )


def main(argv: list[str] | None = None) -> int:
    """Print what is wrong and return 1, or print the head and return 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export")
    parser.add_argument("--head", action="append", default=[], metavar="SEQ:HASH", type=read_head)
    options = parser.parse_args(argv)
    last: dict[str, Any] = {"seq": 0, "hash": GENESIS}

    def watched() -> Iterator[dict[str, Any]]:
        nonlocal last
        for entry in read_lines(options.export):
            last = entry
            yield entry

    try:
        wrong = verify(watched(), options.head)
    except NotAnEntry as error:
        wrong = [str(error)]
    for sentence in wrong:
        sys.stdout.write(f"{sentence}\n")
    if wrong:
        return 1
    sys.stdout.write(f"whole: {last['seq']} entries, head {last['seq']}:{last['hash']}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
