"""Writing a checked roster into the registry: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from anru.accounts.access import scope_regions
from anru.accounts.models import Organisation, Region
from anru.accounts.states import OrganisationKind
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.ledger.wiring import announce
from anru.registry import errors
from anru.registry.access import can_drive_import
from anru.registry.events import EnterpriseJoined, EnterpriseLeft, SpaceChanged, SpaceRegistered
from anru.registry.intake.difference import Difference, Outcome
from anru.registry.intake.facts import EnterpriseRow, SpaceRow, enterprise_from, space_from, stored_facts
from anru.registry.models import ConfinedSpace, Enterprise, RosterImport, Site
from anru.registry.services.enterprises import FIRST_SITE, enterprise_move_town
from anru.registry.services.records import record_enterprise, record_import, record_space
from anru.registry.services.roster import move_import
from anru.registry.services.roster_plan import (
    ENTERPRISE_FIELDS,
    SPACE_FIELDS,
    EnterprisePlan,
    SpacePlan,
    Wanted,
    WantedSpace,
    changed_anything,
    plans,
)
from anru.registry.services.spaces import new_card_token
from anru.registry.spelling import spelled
from anru.registry.states import ScopeCategory

CHUNK = 500
Progress = Callable[[int, int], None]


def roster_write(
    *, actor: Actor, at: datetime, run: RosterImport, progress: Progress = lambda done, total: None
) -> RosterImport:
    """Every row without an error stands in the registry as the file says; the counts say what was done.

    The registry is compared once more as it is now, so that what somebody else wrote since the preview is not written
    twice. `progress` is told (enterprises done, of how many) after each chunk.
    Refuses: import.not_yours; enterprise.credit_code_taken – another town registered one of them since the check.
    """
    if not can_drive_import(actor, run):
        raise Refused(errors.NOT_YOUR_IMPORT)
    wanted = wanted_rows(run)
    writing = _Writing(actor, at, run)
    try:
        with transaction.atomic():
            for start in range(0, len(wanted), CHUNK):
                chunk = list(plans(actor, wanted[start : start + CHUNK]))
                writing.write([plan for plan in chunk if changed_anything(plan)])
                progress(min(start + CHUNK, len(wanted)), len(wanted))
    except IntegrityError as error:
        raise Refused(errors.CREDIT_CODE_TAKEN) from error
    run.counts = {**run.counts, "applied": dict(writing.counts)}
    run.applied_at = at
    move_import(run, "finish", "counts", "applied_at")
    record_import(run, "import.applied", actor=actor, at=at, counts=run.counts)
    return run


def wanted_rows(run: RosterImport) -> list[Wanted]:
    """Return what the checked rows want, enterprise by enterprise, in the order of the file."""
    rows = run.rows.exclude(outcome="error").order_by("row_no").values_list("row_no", "facts")
    leads: dict[str, tuple[int, EnterpriseRow]] = {}
    spaces: dict[str, list[WantedSpace]] = {}
    for row, facts in rows:
        if facts["enterprise"]:
            enterprise = enterprise_from(facts["enterprise"])
            leads[enterprise.credit_code] = (row, enterprise)
        if facts["space"]:
            spaces.setdefault(facts["of"], []).append(WantedSpace(row, space_from(facts["space"]), facts["numbered"]))
    return [Wanted(row, enterprise, tuple(spaces.get(code, ()))) for code, (row, enterprise) in leads.items()]


class _Writing:
    """One import while it is written: what it knows, and what it has done so far."""

    def __init__(self, actor: Actor, at: datetime, run: RosterImport) -> None:
        self._actor, self._at, self._run = actor, at, run
        self._towns: dict[str, Region] = {region.code: region for region in scope_regions(actor)}
        self.counts: Counter[str] = Counter()

    def write(self, chunk: Sequence[EnterprisePlan]) -> None:
        """The plans of one chunk are carried out, recorded and announced."""
        fresh = self._create([plan for plan in chunk if plan.existing is None])
        changed = [plan for plan in chunk if plan.existing is not None and plan.found.outcome is Outcome.CHANGE]
        self._change(changed)
        owners: dict[str, Enterprise] = {one.credit_code: one for one in fresh}
        owners.update({plan.existing.credit_code: plan.existing for plan in chunk if plan.existing is not None})
        made = self._create_spaces(chunk, owners)
        edited = self._change_spaces(chunk)
        for enterprise in fresh:
            self._tell_created(enterprise)
        for plan in changed:
            self._tell_changed(plan)
        for space in made:
            record_space(space, "space.registered", actor=self._actor, at=self._at, **self._source())
            announce(SpaceRegistered(space.pk, space.enterprise_id, space.scope_path), actor=self._actor, at=self._at)
        for space, found in edited:
            self._tell_space_changed(space, found)

    def _create(self, planned: Sequence[EnterprisePlan]) -> list[Enterprise]:
        organisations, enterprises, sites = [], [], []
        for plan in planned:
            row, town, key = plan.enterprise, self._towns[plan.enterprise.town], new_id()
            path = f"{town.path}{key.hex}/"
            organisation = Organisation(
                id=key,
                kind=OrganisationKind.ENTERPRISE.value,
                name=row.name,
                region=town,
                scope_path=path,
                created_at=self._at,
            )
            enterprise = Enterprise(
                organisation=organisation,
                scope_path=path,
                town=town,
                credit_code=row.credit_code,
                name_pinyin=spelled(row.name),
                created_at=self._at,
                updated_at=self._at,
                **_told(row, ENTERPRISE_FIELDS),
            )
            organisations.append(organisation)
            enterprises.append(enterprise)
            name = row.site_name or FIRST_SITE
            sites.append(
                Site(id=new_id(), enterprise=enterprise, scope_path=path, name=name, address=row.address,
                     lat=row.lat, lon=row.lon)
            )  # fmt: skip
        Organisation.objects.bulk_create(organisations)
        Enterprise.objects.bulk_create(enterprises)
        Site.objects.bulk_create(sites)
        self.counts["enterprises_created"] += len(enterprises)
        return enterprises

    def _change(self, planned: Sequence[EnterprisePlan]) -> None:
        rows, renamed = [], []
        for plan in planned:
            enterprise = plan.existing
            assert enterprise is not None
            values = {name: value for name, value in plan.found.new_values.items() if name in ENTERPRISE_FIELDS}
            for name, value in values.items():
                setattr(enterprise, name, value)
            enterprise.updated_at = self._at
            if "name" in values:
                enterprise.name_pinyin = spelled(enterprise.name)
                renamed.append(Organisation(id=enterprise.pk, name=enterprise.name))
            rows.append(enterprise)
        Enterprise.objects.bulk_update(rows, [*ENTERPRISE_FIELDS, "name_pinyin", "updated_at"])
        Organisation.objects.bulk_update(renamed, ["name"])
        for plan in planned:
            if "town" in plan.found.new_values:
                self._move(plan)
        self.counts["enterprises_changed"] += len(rows)

    def _move(self, plan: EnterprisePlan) -> None:
        assert plan.existing is not None
        moved = enterprise_move_town(
            actor=self._actor,
            at=self._at,
            enterprise_id=plan.existing.pk,
            town_id=self._towns[plan.enterprise.town].pk,
            reason=f"{self._run.file_name} #{plan.row}",
        )
        plan.existing.scope_path = moved.scope_path

    def _create_spaces(self, chunk: Sequence[EnterprisePlan], owners: dict[str, Enterprise]) -> list[ConfinedSpace]:
        wanted = [(owners[plan.enterprise.credit_code], plan, one) for plan in chunk for one in plan.spaces]
        new = [(owner, plan, one) for owner, plan, one in wanted if one.existing is None]
        sites = self._sites([owner for owner, _plan, _one in new])
        spaces = [
            ConfinedSpace(
                id=new_id(),
                enterprise=owner,
                site=self._site(sites, owner, plan.enterprise.site_name),
                scope_path=owner.scope_path,
                card_token=new_card_token(),
                created_at=self._at,
                updated_at=self._at,
                **_told(one.space, SPACE_FIELDS),
            )
            for owner, plan, one in new
        ]
        ConfinedSpace.objects.bulk_create(spaces)
        self.counts["spaces_created"] += len(spaces)
        return spaces

    @staticmethod
    def _sites(owners: Sequence[Enterprise]) -> dict[object, list[Site]]:
        sites: dict[object, list[Site]] = {}
        for site in Site.objects.filter(enterprise__in={owner.pk for owner in owners}).order_by("pk"):
            sites.setdefault(site.enterprise_id, []).append(site)
        return sites

    @staticmethod
    def _site(sites: dict[object, list[Site]], owner: Enterprise, name: str) -> Site:
        known = sites.setdefault(owner.pk, [])
        if name:
            for site in known:
                if site.name == name:
                    return site
            known.append(Site.objects.create(id=new_id(), enterprise=owner, scope_path=owner.scope_path, name=name))
            return known[-1]
        return known[0]

    def _change_spaces(self, chunk: Sequence[EnterprisePlan]) -> list[tuple[ConfinedSpace, Difference]]:
        edited = []
        for plan in chunk:
            for one in plan.spaces:
                if one.existing is not None and one.found.outcome is Outcome.CHANGE:
                    edited.append((self._changed_space(one, plan), one.found))
        ConfinedSpace.objects.bulk_update([space for space, _found in edited], [*SPACE_FIELDS, "updated_at"])
        self.counts["spaces_changed"] += len(edited)
        return edited

    def _changed_space(self, one: SpacePlan, plan: EnterprisePlan) -> ConfinedSpace:
        space = one.existing
        assert space is not None
        for name, value in one.found.new_values.items():
            setattr(space, name, list(value) if isinstance(value, tuple) else value)
        space.updated_at = self._at
        if plan.existing is not None:
            space.scope_path = plan.existing.scope_path
        return space

    def _tell_created(self, enterprise: Enterprise) -> None:
        record_enterprise(enterprise, "enterprise.imported", actor=self._actor, at=self._at, **self._source())
        if enterprise.category == ScopeCategory.IN_SCOPE:
            announce(EnterpriseJoined(enterprise.pk, enterprise.scope_path), actor=self._actor, at=self._at)

    def _tell_changed(self, plan: EnterprisePlan) -> None:
        enterprise = plan.existing
        assert enterprise is not None
        changes = [change.as_json() for change in plan.found.changes]
        record_enterprise(
            enterprise, "enterprise.changed", actor=self._actor, at=self._at, changes=changes, **self._source()
        )
        before = next((change.old for change in plan.found.changes if change.field == "category"), None)
        if before is None:
            return
        if enterprise.category == ScopeCategory.IN_SCOPE:
            announce(EnterpriseJoined(enterprise.pk, enterprise.scope_path), actor=self._actor, at=self._at)
        elif before == ScopeCategory.IN_SCOPE:
            left = EnterpriseLeft(enterprise.pk, enterprise.scope_path, str(enterprise.get_category_display()))
            announce(left, actor=self._actor, at=self._at)

    def _tell_space_changed(self, space: ConfinedSpace, found: Difference) -> None:
        changes = [change.as_json() for change in found.changes]
        record_space(space, "space.changed", actor=self._actor, at=self._at, changes=changes, **self._source())
        fields = tuple(change.field for change in found.changes)
        changed = SpaceChanged(space.pk, space.enterprise_id, space.scope_path, fields)
        announce(changed, actor=self._actor, at=self._at)

    def _source(self) -> dict[str, Any]:
        return {"import": self._run.pk}


def _told(row: EnterpriseRow | SpaceRow, names: Sequence[str]) -> dict[str, Any]:
    """Return what the file says of these columns; what it does not say is left to the column's own default."""
    said = stored_facts(row).keys()
    values = {name: getattr(row, name) for name in names if name in said}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
