"""The workbooks that go back to the person who imports: the file with its faults marked, and the empty form."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import BinaryIO

from anru.kernel.actor import Actor
from anru.kernel.sheets import Stamp
from anru.registry.intake.problems import RowProblem
from anru.registry.intake.workbook import blank_form, error_workbook
from anru.registry.models import RosterImport
from anru.registry.selectors import import_rows
from anru.registry.services.roster import columns_of, header_of, opened
from anru.registry.services.roster_lists import lookups_for


def error_workbook_of(actor: Actor, run: RosterImport, at: datetime, *, stamp: Stamp, only_errors: bool) -> BinaryIO:
    """Return the import's file with each row's problems beside it; it can be corrected and uploaded again."""
    found = import_rows(actor, run).exclude(problems=[]).values_list("row_no", "problems")
    problems = {row: [RowProblem.from_json(problem) for problem in stored] for row, stored in found}
    with closing(opened(run, at)) as roster:
        return error_workbook(
            roster, header_of(run, roster), columns_of(run), problems, stamp=stamp, only_errors=only_errors
        )


def template_workbook(actor: Actor, *, with_spaces: bool, stamp: Stamp) -> BinaryIO:
    """Return the empty form with the actor's own towns in its drop-down list."""
    return blank_form(lookups_for(actor, own_towns_only=True), with_spaces=with_spaces, stamp=stamp)
