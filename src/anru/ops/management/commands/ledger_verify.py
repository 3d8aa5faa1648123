"""Checks the hash chain of the ledger in the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anru.accounts.scope import acting_as_system
from anru.ledger.selectors import exported_lines
from anru.ledger.verifier import GENESIS, verify


class Command(BaseCommand):
    """`anru ledger_verify [--head SEQ:HASH]`"""

    help = "Verify the ledger's hash chain; --head names a head that was noted earlier."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the heads that were noted earlier."""
        parser.add_argument("--head", action="append", default=[], metavar="SEQ:HASH")

    def handle(self, *args: Any, **options: Any) -> None:
        """The head is printed when the chain is whole. Raises: CommandError with every fault otherwise."""
        heads = {int(seq): mark for seq, mark in (head.split(":", 1) for head in options["head"])}
        with acting_as_system():
            lines = list(exported_lines())
        wrong = verify(lines, heads)
        if wrong:
            raise CommandError("\n".join(wrong))
        last = lines[-1] if lines else {"seq": 0, "hash": GENESIS}
        self.stdout.write(f"{last['seq']}:{last['hash']}")
