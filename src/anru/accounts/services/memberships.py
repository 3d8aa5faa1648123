"""The roles that people hold in organisations."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from anru.accounts import errors
from anru.accounts.access import can_keep_people
from anru.accounts.events import membership_fact
from anru.accounts.labels import ROLE_LABELS
from anru.accounts.models import Membership, Organisation, Person
from anru.accounts.states import PEOPLE_KEEPERS, ROLES_OF_KIND
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.ledger.services import record


def membership_create(
    *, actor: Actor, at: datetime, person: Person, organisation: Organisation, role: str
) -> Membership:
    """The person holds the role in the organisation from now on.

    Refuses: people.not_keeper; people.role_not_of_kind; people.role_held; organisation.disabled.
    """
    if not can_keep_people(actor, organisation):
        raise Refused(errors.NOT_PEOPLE_KEEPER)
    require_role(organisation, role)
    return hold_role(actor=actor, at=at, person=person, organisation=organisation, role=role)


def hold_role(*, actor: Actor, at: datetime, person: Person, organisation: Organisation, role: str) -> Membership:
    """The membership stands; the caller has judged that it may. Refuses: people.role_held."""
    try:
        with transaction.atomic():
            made = Membership.objects.create(
                person=person, organisation=organisation, role=role, scope_path=organisation.scope_path, created_at=at
            )
    except IntegrityError as error:
        # The constraint decides: of two requests at the same moment one makes the row, the other reads this.
        raise Refused(errors.ROLE_HELD) from error
    fact = membership_fact(
        "membership.created", made.pk, made.scope_path, person=person.pk, organisation=organisation.pk, role=role
    )
    record(fact, actor=actor, at=at)
    return made


def membership_end(*, actor: Actor, at: datetime, membership: Membership) -> Membership:
    """The person no longer holds the role; what they did in it stays.

    Refuses: people.not_keeper; people.not_oneself; people.membership_ended; people.last_keeper – the organisation would
    be left with nobody who can let people in.
    """
    held = Membership.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=membership.pk)
    if not can_keep_people(actor, held.organisation):
        raise Refused(errors.NOT_PEOPLE_KEEPER)
    if held.person_id == actor.person_id:
        raise Refused(errors.NOT_ONESELF)
    if held.ended_at is not None:
        raise Refused(errors.MEMBERSHIP_ENDED)
    if _is_last_keeper(held):
        raise Refused(errors.LAST_KEEPER)
    held.ended_at = at
    held.save(update_fields=["ended_at"])
    fact = membership_fact("membership.ended", held.pk, held.scope_path, person=held.person_id, role=held.role)
    record(fact, actor=actor, at=at)
    return held


def require_role(organisation: Organisation, role: str) -> None:
    """Return when the organisation is open and has that role.

    Refuses: organisation.disabled; people.role_not_of_kind.
    """
    if organisation.disabled_at is not None:
        raise Refused(errors.ORGANISATION_DISABLED)
    if role not in ROLES_OF_KIND[organisation.kind]:
        raise Refused(errors.ROLE_NOT_OF_KIND, role=ROLE_LABELS.get(role, role))


def _is_last_keeper(held: Membership) -> bool:
    if held.role not in PEOPLE_KEEPERS:
        return False
    # All keepers of the organisation are locked in one order: else two who end each other would both find the other.
    keepers = (
        Membership.objects.select_for_update()
        .filter(organisation_id=held.organisation_id, role__in=list(PEOPLE_KEEPERS), ended_at__isnull=True)
        .order_by("pk")
    )
    return all(keeper.pk == held.pk for keeper in keepers)
