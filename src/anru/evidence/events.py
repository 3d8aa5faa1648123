"""What happens to evidence, in the past tense."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UploadFinished:
    """All bytes of an upload have come and are kept; what it is for takes it up."""

    file_id: uuid.UUID
    target_kind: str
    target_id: uuid.UUID
    slot: str


@dataclass(frozen=True, slots=True)
class FileDecoded:
    """A file was decoded safely, or refused."""

    file_id: uuid.UUID
    enterprise_id: uuid.UUID
    scope_path: str
    state: str
