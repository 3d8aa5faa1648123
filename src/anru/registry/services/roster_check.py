"""Judging a roster: row by row in batches that can be resumed, then all rows together and against the registry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from anru.accounts.access import scope_regions
from anru.accounts.models import Region
from anru.accounts.states import BUREAU_WORKERS
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.registry import errors
from anru.registry.access import can_drive_import
from anru.registry.intake.columns import ColumnMap, Shape
from anru.registry.intake.difference import Difference, Outcome
from anru.registry.intake.facts import RowVerdict, stored_facts
from anru.registry.intake.fields import Field
from anru.registry.intake.gathering import GatheredEnterprise, Roster, gather
from anru.registry.intake.problems import RowFault, RowProblem
from anru.registry.intake.rows import Batch
from anru.registry.models import RosterImport, RosterRow
from anru.registry.services.records import record_import
from anru.registry.services.roster import columns_of, move_import
from anru.registry.services.roster_plan import EnterprisePlan, SpacePlan, Wanted, WantedSpace, plans

STORED = "same"
NAMED_ROWS = 5


def batch_store(run: RosterImport, batch: Batch) -> None:
    """The verdicts of the batch stand with the import, each under its row; a batch stored twice changes nothing."""
    RosterRow.objects.bulk_create(
        [
            RosterRow(
                run=run,
                scope_path=run.scope_path,
                row_no=verdict.row,
                outcome=STORED,
                credit_code=verdict.credit_code[:40],
                name=verdict.name[:200],
                facts=verdict.as_json(),
            )
            for verdict in batch.verdicts
        ],
        ignore_conflicts=True,
    )


def roster_compare(*, actor: Actor, at: datetime, run: RosterImport, registered: Collection[str]) -> RosterImport:
    """Every row carries its outcome, its changes and its problems, and the import waits for a decision.

    `registered` are those credit codes of the file that stand in the registry anywhere, also out of the actor's sight:
    creating such a one would fail, so the row must say so before.
    Refuses: import.not_yours.
    """
    if not can_drive_import(actor, run):
        raise Refused(errors.NOT_YOUR_IMPORT)
    columns = columns_of(run)
    verdicts = [RowVerdict.from_json(facts) for facts in run.rows.order_by("row_no").values_list("facts", flat=True)]
    roster = gather(verdicts, columns)
    comparing = _Comparing(actor, columns, roster, registered)
    comparing.plan()
    rows = comparing.rows(run, verdicts)
    RosterRow.objects.filter(run=run).delete()
    RosterRow.objects.bulk_create(rows, batch_size=1000)
    run.counts = comparing.counts(rows, verdicts)
    move_import(run, "preview", "counts")
    record_import(run, "import.checked", actor=actor, at=at, counts=run.counts)
    return run


def wanted_of(gathered: GatheredEnterprise, given_numbers: Collection[int]) -> Wanted:
    """Return a gathered enterprise as a plan takes it; `given_numbers` are the rows that name a space's number."""
    spaces = tuple(WantedSpace(one.row, one.space, one.row in given_numbers) for one in gathered.spaces)
    return Wanted(gathered.rows[0], gathered.enterprise, spaces)


class _Comparing:
    """A roster while it is compared with the registry."""

    def __init__(self, actor: Actor, columns: ColumnMap, roster: Roster, registered: Collection[str]) -> None:
        self._actor, self._columns, self._roster = actor, columns, roster
        self._registered = set(registered)
        self._problems: dict[int, list[RowProblem]] = {}
        for problem in roster.problems:
            self._problems.setdefault(problem.row, []).append(problem)
        self._numberless = {p.row for p in roster.problems if p.fault is RowFault.NUMBER_GIVEN}
        self._of_enterprise: dict[int, EnterprisePlan] = {}
        self._of_space: dict[int, tuple[EnterprisePlan, int]] = {}
        self._stopped: set[int] = set(roster.rows_in_error)
        self._town_names: dict[str, str] = {}

    def plan(self) -> None:
        """Every enterprise that may be written has its plan; the others say why not."""
        own = set(scope_regions(self._actor).values_list("code", flat=True))
        names = self._town_names = dict(Region.objects.values_list("code", "name"))
        sound: list[GatheredEnterprise] = []
        for gathered in self._roster.enterprises:
            if gathered.ok and gathered.enterprise.town not in own:
                town = names.get(gathered.enterprise.town, gathered.enterprise.town)
                self._stop(gathered.rows[0], Field.TOWN, town, RowFault.TOWN_OUTSIDE, found=town)
            elif gathered.ok:
                sound.append(gathered)
        numbered = {row for one in sound for row in one.rows} - self._numberless
        for plan in plans(self._actor, [wanted_of(one, numbered) for one in sound]):
            self._judge(plan)
        self._spread()

    def _judge(self, plan: EnterprisePlan) -> None:
        self._of_enterprise[plan.row] = plan
        code = plan.enterprise.credit_code
        if plan.existing is None and code in self._registered:
            self._stop(plan.row, Field.CREDIT_CODE, code, RowFault.CODE_ELSEWHERE)
        moves = plan.existing is not None and plan.existing.town.code != plan.enterprise.town
        if moves and plan.existing is not None and self._actor.role not in BUREAU_WORKERS:
            town = plan.existing.town.name
            self._stop(plan.row, Field.TOWN, town, RowFault.TOWN_MOVES, found=town)
        for at, one in enumerate(plan.spaces):
            self._of_space[one.row] = (plan, at)
            if one.existing is not None and one.existing.retired_at is not None:
                number = one.existing.number
                self._stop(one.row, Field.SPACE_NUMBER, number, RowFault.SPACE_RETIRED, found=number)

    def _stop(self, row: int, place: Field, shown: str, fault: RowFault, **facts: Any) -> None:
        label = self._columns.label_of(place)
        self._problems.setdefault(row, []).append(RowProblem(row, place.value, label, shown[:60], fault, facts))
        self._stopped.add(row)

    def _spread(self) -> None:
        """An error in one row of an enterprise stops its other rows too, and they say which one it is."""
        for gathered in self._roster.enterprises:
            bad = [row for row in gathered.rows if row in self._stopped]
            for row in gathered.rows if bad else ():
                if row not in self._stopped:
                    rows = "、".join(map(str, bad[:NAMED_ROWS]))
                    self._problems.setdefault(row, []).append(
                        RowProblem(row, "", "", "", RowFault.COMPANION_STOPPED, {"rows": rows})
                    )
            self._stopped.update(gathered.rows if bad else ())

    def rows(self, run: RosterImport, verdicts: Iterable[RowVerdict]) -> list[RosterRow]:
        """Return the rows as the preview shows them."""
        return [self._row(run, verdict) for verdict in verdicts if not verdict.skipped]

    def _row(self, run: RosterImport, verdict: RowVerdict) -> RosterRow:
        row = verdict.row
        problems = [*verdict.problems, *self._problems.get(row, ())]
        stopped = row in self._stopped or not verdict.ok
        plan = self._of_enterprise.get(row)
        owner, at = self._of_space.get(row, (None, 0))
        space = owner.spaces[at] if owner else None
        found = [one.found for one in (plan, space) if one is not None]
        return RosterRow(
            run=run,
            scope_path=run.scope_path,
            row_no=row,
            outcome="error" if stopped else _outcome(found).value,
            credit_code=verdict.credit_code[:40],
            name=verdict.name[:200],
            facts={
                "enterprise": stored_facts(plan.enterprise) if plan else None,
                "space": stored_facts(space.space) if space else None,
                "numbered": row not in self._numberless,
                "of": owner.enterprise.credit_code if owner else "",
            },
            changes=[] if stopped else [*self._changes(plan, ""), *self._changes(space, "space_")],
            problems=[problem.as_json() for problem in problems],
        )

    def _changes(self, planned: EnterprisePlan | SpacePlan | None, prefix: str) -> list[dict[str, Any]]:
        # What is created is told by the facts and not once more here.
        if planned is None or planned.found.outcome is not Outcome.CHANGE:
            return []
        changes = [{**change.as_json(), "field": f"{prefix}{change.field}"} for change in planned.found.changes]
        for change in changes:
            if change["field"] == "town":
                change.update({side: self._town_names.get(change[side], change[side]) for side in ("old", "new")})
        return changes

    def counts(self, rows: Sequence[RosterRow], verdicts: Sequence[RowVerdict]) -> dict[str, int]:
        """Return the counts that the preview shows."""
        outcomes = Counter(row.outcome for row in rows)
        going = [plan for row, plan in self._of_enterprise.items() if row not in self._stopped]
        spaces = [one for plan in going for one in plan.spaces]
        return {
            **{name: outcomes.get(name, 0) for name in ("create", "change", "same", "error")},
            "rows": len(rows),
            "skipped": len(verdicts) - len(rows),
            "warned": sum(1 for row in rows if row.outcome != "error" and row.problems),
            "enterprises_created": sum(1 for plan in going if plan.found.outcome is Outcome.CREATE),
            "enterprises_changed": sum(1 for plan in going if plan.found.outcome is Outcome.CHANGE),
            "spaces_created": sum(1 for one in spaces if one.found.outcome is Outcome.CREATE),
            "spaces_changed": sum(1 for one in spaces if one.found.outcome is Outcome.CHANGE),
            "per_space": int(self._columns.shape is Shape.PER_SPACE),
        }


def _outcome(found: Sequence[Difference]) -> Outcome:
    outcomes = {one.outcome for one in found}
    for outcome in (Outcome.CREATE, Outcome.CHANGE):
        if outcome in outcomes:
            return outcome
    return Outcome.SAME
