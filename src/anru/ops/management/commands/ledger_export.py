"""Writes the ledger as lines for the stand-alone verifier."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from anru.accounts.scope import acting_as_system
from anru.ledger.selectors import exported_lines


class Command(BaseCommand):
    """`anru ledger_export FILE`"""

    help = "Export the ledger, one JSON object a line, for src/anru/ledger/verifier.py."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name of the file to write."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Every sealed entry stands in the file, in order, exactly as it was hashed."""
        count = 0
        with acting_as_system(), options["file"].open("w", encoding="utf-8") as out:
            for line in exported_lines():
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
        self.stdout.write(f"{count}")
