"""One canonical text for a set of facts, so that a hash taken here can be taken again anywhere."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def canonical_json(facts: Mapping[str, Any]) -> str:
    """Return facts as JSON with sorted keys and no white space.

    Decimals and identifiers become strings, instants UTC with microseconds. Raises: TypeError for anything else that
    JSON cannot hold, ValueError for NaN and infinities.
    """
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain, allow_nan=False)


def _plain(value: Any) -> str | list[Any]:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (uuid.UUID, Decimal)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"not a fact: {type(value).__name__}")
