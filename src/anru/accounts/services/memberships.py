"""The roles that people hold in organisations."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from anru.accounts import errors
from anru.accounts.access import can_keep_people, scope_memberships, scope_organisations
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

    Refuses: people.not_keeper; not_found; people.role_not_of_kind; people.role_held; organisation.disabled.
    """
    require_keeper(actor, organisation)
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

    Refuses: not_found; people.not_keeper; people.not_oneself; people.membership_ended; people.last_keeper – the
    organisation would be left with nobody who can let people in.
    """
    seen = scope_memberships(actor).select_related("organisation").filter(pk=membership.pk).first()
    if seen is None:
        raise Refused(errors.NOT_FOUND)
    require_keeper(actor, seen.organisation)
    # The organisation is locked first: two who end each other would lock their rows crosswise, or each find the other.
    Organisation.objects.select_for_update(no_key=True).get(pk=seen.organisation_id)
    if actor.membership_id and Membership.objects.filter(pk=actor.membership_id, ended_at__isnull=False).exists():
        # While waiting for the lock the actor's own role was ended.
        raise Refused(errors.NOT_PEOPLE_KEEPER)
    held = Membership.objects.select_for_update().get(pk=seen.pk)
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


def require_keeper(actor: Actor, organisation: Organisation) -> None:
    """Return when the actor lets people into the organisation, which lies in the actor's territory.

    Refuses: people.not_keeper; not_found.
    """
    if not can_keep_people(actor, organisation):
        raise Refused(errors.NOT_PEOPLE_KEEPER)
    # An administrator keeps every kind of organisation, but none of another district.
    if not actor.is_system and not scope_organisations(actor).filter(pk=organisation.pk).exists():
        raise Refused(errors.NOT_FOUND)


def require_role(organisation: Organisation, role: str) -> None:
    """Return when the organisation is open and has that role.

    Refuses: organisation.disabled; people.role_not_of_kind.
    """
    if organisation.disabled_at is not None:
        raise Refused(errors.ORGANISATION_DISABLED)
    if role not in ROLES_OF_KIND[organisation.kind]:
        raise Refused(errors.ROLE_NOT_OF_KIND, role=ROLE_LABELS.get(role, role))


def _is_last_keeper(held: Membership) -> bool:
    """Return whether nobody else in the organisation could let people in. A disabled account lets nobody in."""
    keepers = Membership.objects.filter(
        organisation_id=held.organisation_id,
        role__in=list(PEOPLE_KEEPERS),
        ended_at__isnull=True,
        person__is_active=True,
    )
    return [keeper.pk for keeper in keepers] == [held.pk]
