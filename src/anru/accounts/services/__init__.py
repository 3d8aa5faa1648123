"""The only writers of people and organisations, one function per verb."""

from __future__ import annotations

from anru.accounts.services.accounts import (
    password_reset,
    person_create,
    person_disable,
    person_enable,
    second_step_reset,
    sessions_end,
)
from anru.accounts.services.invitations import invitation_accept, invitation_create, invitation_withdraw
from anru.accounts.services.memberships import membership_create, membership_end
from anru.accounts.services.organisations import (
    organisation_create,
    organisation_disable,
    organisation_enable,
    organisation_move,
    region_create,
    scope_grant_open,
    scope_grant_revoke,
)
from anru.accounts.services.own import language_set, password_change, totp_begin, totp_confirm, totp_remove

__all__ = [
    "invitation_accept",
    "invitation_create",
    "invitation_withdraw",
    "language_set",
    "membership_create",
    "membership_end",
    "organisation_create",
    "organisation_disable",
    "organisation_enable",
    "organisation_move",
    "password_change",
    "password_reset",
    "person_create",
    "person_disable",
    "person_enable",
    "region_create",
    "scope_grant_open",
    "scope_grant_revoke",
    "second_step_reset",
    "sessions_end",
    "totp_begin",
    "totp_confirm",
    "totp_remove",
]
