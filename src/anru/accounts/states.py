"""Kinds of organisation and the roles that a person can hold in each."""

from __future__ import annotations

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is to the district."""

    BUREAU = "bureau"
    TOWN_OFFICE = "town_office"
    ENTERPRISE = "enterprise"
    PROVIDER = "provider"
    INSURER = "insurer"
    ASSOCIATION = "association"
    CLEANING_TEAM = "cleaning_team"


class Role(StrEnum):
    """What a person does in an organisation."""

    BUREAU_LEADER = "bureau_leader"
    BUREAU_OFFICER = "bureau_officer"
    ADMINISTRATOR = "administrator"
    TOWN_HEAD = "town_head"
    TOWN_OFFICER = "town_officer"
    PRINCIPAL = "principal"
    SAFETY_MANAGER = "safety_manager"
    APPROVER = "approver"
    GUARDIAN = "guardian"
    WORKER = "worker"
    PROVIDER_MANAGER = "provider_manager"
    REVIEWER = "reviewer"
    INSURER_STAFF = "insurer_staff"
    ASSOCIATION_STAFF = "association_staff"
    CLEANING_LEAD = "cleaning_lead"


ROLES_OF_KIND: dict[str, tuple[Role, ...]] = {
    OrganisationKind.BUREAU: (Role.BUREAU_LEADER, Role.BUREAU_OFFICER, Role.ADMINISTRATOR),
    OrganisationKind.TOWN_OFFICE: (Role.TOWN_HEAD, Role.TOWN_OFFICER),
    OrganisationKind.ENTERPRISE: (
        Role.PRINCIPAL,
        Role.SAFETY_MANAGER,
        Role.APPROVER,
        Role.GUARDIAN,
        Role.WORKER,
    ),
    OrganisationKind.PROVIDER: (Role.PROVIDER_MANAGER, Role.REVIEWER),
    OrganisationKind.INSURER: (Role.INSURER_STAFF,),
    OrganisationKind.ASSOCIATION: (Role.ASSOCIATION_STAFF,),
    OrganisationKind.CLEANING_TEAM: (Role.CLEANING_LEAD,),
}

BUREAU_WORKERS = frozenset({Role.BUREAU_LEADER, Role.BUREAU_OFFICER})
TOWN_WORKERS = frozenset({Role.TOWN_HEAD, Role.TOWN_OFFICER})
OFFICIALS = BUREAU_WORKERS | TOWN_WORKERS
ENTERPRISE_MANAGERS = frozenset({Role.PRINCIPAL, Role.SAFETY_MANAGER})
ENTERPRISE_PEOPLE = frozenset(ROLES_OF_KIND[OrganisationKind.ENTERPRISE])
PROVIDER_PEOPLE = frozenset(ROLES_OF_KIND[OrganisationKind.PROVIDER])

"""Who may invite and end memberships in an organisation of their own scope: the role, and the kinds it reaches."""
PEOPLE_KEEPERS: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(OrganisationKind),
    Role.PRINCIPAL: frozenset({OrganisationKind.ENTERPRISE}),
    Role.SAFETY_MANAGER: frozenset({OrganisationKind.ENTERPRISE}),
    Role.PROVIDER_MANAGER: frozenset({OrganisationKind.PROVIDER}),
    Role.TOWN_HEAD: frozenset({OrganisationKind.TOWN_OFFICE}),
}
