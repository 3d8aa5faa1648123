"""Who acts. An actor is a person in one membership; a system actor stands for timed work."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """One person acting in one membership, with the part of the tree that this membership opens.

    `scope_path` opens every row whose own path starts with it; the empty string opens nothing unless `is_system`.
    `review_paths` are the territories in which a live review assignment lets the actor's organisation review.
    """

    person_id: uuid.UUID | None
    membership_id: uuid.UUID | None
    organisation_id: uuid.UUID | None
    organisation_kind: str
    role: str
    scope_path: str
    review_paths: tuple[str, ...] = ()
    person_name: str = ""
    organisation_name: str = ""
    is_system: bool = False

    @property
    def own_person_id(self) -> uuid.UUID:
        """The person who acts. Raises: PermissionError for the system, which is nobody."""
        if self.person_id is None:
            raise PermissionError("the system is no person")
        return self.person_id

    @property
    def own_membership_id(self) -> uuid.UUID:
        """The membership in which the person acts. Raises: PermissionError for the system."""
        if self.membership_id is None:
            raise PermissionError("the system holds no membership")
        return self.membership_id

    @property
    def own_organisation_id(self) -> uuid.UUID:
        """The organisation for which the person acts. Raises: PermissionError for the system."""
        if self.organisation_id is None:
            raise PermissionError("the system acts for no organisation")
        return self.organisation_id

    @property
    def enterprise_id(self) -> uuid.UUID | None:
        """The enterprise that the actor acts for, or None for an office, a provider or the system."""
        return self.organisation_id if self.organisation_kind == "enterprise" else None


SYSTEM = Actor(
    person_id=None,
    membership_id=None,
    organisation_id=None,
    organisation_kind="system",
    role="system",
    scope_path="",
    person_name="系统",
    is_system=True,
)


def path_range(path: str) -> tuple[str, str]:
    """Return (low, high) so that low <= p < high holds exactly for the paths p that start with `path`.

    Paths end with "/", so the upper bound replaces that slash by the next character. Comparison is by code point;
    the columns carry collation "C", else a linguistic order would put foreign rows between the bounds.
    """
    if not path.endswith("/"):
        raise ValueError(f"a scope path ends with a slash: {path!r}")
    return path, path[:-1] + "0"
