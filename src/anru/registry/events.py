"""What happens in the registry, in the past tense."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EnterpriseJoined:
    """An enterprise counts among the confined-space enterprises of its town from now on."""

    enterprise_id: uuid.UUID
    scope_path: str


@dataclass(frozen=True, slots=True)
class EnterpriseLeft:
    """An enterprise no longer counts among the confined-space enterprises, and why."""

    enterprise_id: uuid.UUID
    scope_path: str
    reason: str


@dataclass(frozen=True, slots=True)
class EnterpriseMoved:
    """An enterprise belongs to another town; every row of it carries the new path already."""

    enterprise_id: uuid.UUID
    former_path: str
    scope_path: str


@dataclass(frozen=True, slots=True)
class SpaceRegistered:
    """A confined space stands in its enterprise's ledger."""

    space_id: uuid.UUID
    enterprise_id: uuid.UUID
    scope_path: str


@dataclass(frozen=True, slots=True)
class SpaceChanged:
    """Some of a confined space's facts are different; `fields` names them."""

    space_id: uuid.UUID
    enterprise_id: uuid.UUID
    scope_path: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpaceRetired:
    """A confined space is no longer in use, and why."""

    space_id: uuid.UUID
    enterprise_id: uuid.UUID
    scope_path: str
    reason: str
