"""TEMPORARY minimal writers; replaced by the full file."""
from __future__ import annotations
import secrets
from anru.accounts.models import Membership, Organisation, Person, Region, ScopeGrant
from anru.kernel.ids import new_id

def region_create(*, actor, at, code, name, parent=None, managed_by=""):
    path = (parent.path if parent else "") + code + "/"
    return Region.objects.create(code=code, name=name, parent=parent, path=path, level=(parent.level+1 if parent else 1), managed_by=managed_by)

def organisation_create(*, actor, at, kind, name, region):
    oid = new_id()
    path = region.path if kind in ("bureau","town_office") else f"{region.path}{oid.hex}/"
    return Organisation.objects.create(id=oid, kind=kind, name=name, region=region, scope_path=path, created_at=at)

def organisation_move(*, actor, at, organisation, region):
    organisation.region = region; organisation.scope_path = f"{region.path}{organisation.pk.hex}/"; organisation.save(); return organisation

def person_create(*, actor, at, username, name):
    p = Person(username=username, name=name, created_at=at); pw = secrets.token_urlsafe(12); p.set_password(pw); p.save(); return p, pw

def membership_create(*, actor, at, person, organisation, role):
    return Membership.objects.create(person=person, organisation=organisation, role=role, scope_path=organisation.scope_path, created_at=at)

def scope_grant_open(*, actor, at, organisation, purpose, scope_path, opens_at, closes_at):
    return ScopeGrant.objects.create(organisation=organisation, purpose=purpose, scope_path=scope_path, opens_at=opens_at, closes_at=closes_at)

def scope_grant_revoke(*, actor, at, grant):
    grant.revoked_at = at; grant.save(update_fields=["revoked_at"]); return grant
