"""Checks the hash chain of the ledger in the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anru.accounts.scope import acting_as_system
from anru.ledger.selectors import exported_lines, sealed_head
from anru.ledger.verifier import GENESIS, read_head, verify


class Command(BaseCommand):
    """`anru ledger_verify [--head SEQ:HASH]`"""

    help = "Verify the ledger's hash chain; --head names a head that was noted earlier."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the heads that were noted earlier."""
        parser.add_argument("--head", action="append", default=[], metavar="SEQ:HASH", type=read_head)

    def handle(self, *args: Any, **options: Any) -> None:
        """The head is printed when the chain is whole. Raises: CommandError with every fault otherwise."""
        with acting_as_system():
            # People go on working: what is sealed during the reading lies between the two heads.
            before, lines, after = sealed_head(), list(exported_lines()), sealed_head()
        last = (lines[-1]["seq"], lines[-1]["hash"]) if lines else (0, GENESIS)
        wrong = verify(lines, options["head"]) + _loose_end(before, last, after)
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"{last[0]}:{last[1]}")


def _loose_end(before: tuple[int, str], last: tuple[int, str], after: tuple[int, str]) -> list[str]:
    """Return what is wrong with the end of the chain: with its tail cut off, the rest would still be whole."""
    if last[0] < before[0] or last[0] > after[0]:
        return [f"the chain ends at entry {last[0]}, but the database sealed entry {before[0]} last"]
    if last not in (before, after) and last[0] in (before[0], after[0]):
        return [f"entry {last[0]} is not the one that the database sealed last"]
    return []
