"""What a fact looks like when it is handed to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """A pointer to the thing that a fact is about, readable from any floor."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that has happened, named in the past tense as noun.verb."""

    event: str
    subject: SubjectRef
    scope_path: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    clause: str = ""
