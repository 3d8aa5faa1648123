"""The only writers of the registry, one function per verb."""

from __future__ import annotations

from anru.registry.rules import EnterpriseFacts, IsolationFacts, SpaceFacts
from anru.registry.services.enterprises import (
    enterprise_create,
    enterprise_move_town,
    enterprise_set_category,
    enterprise_update,
)
from anru.registry.services.sites import SiteFacts, site_create, site_update
from anru.registry.services.spaces import isolation_record, space_create, space_retire, space_update

__all__ = [
    "EnterpriseFacts",
    "IsolationFacts",
    "SiteFacts",
    "SpaceFacts",
    "enterprise_create",
    "enterprise_move_town",
    "enterprise_set_category",
    "enterprise_update",
    "isolation_record",
    "site_create",
    "site_update",
    "space_create",
    "space_retire",
    "space_update",
]
