"""What was read from a file. It comes out of a child that may have been taken over, so it is checked like any input."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from anru.evidence.decode.faults import Fault
from anru.evidence.decode.limits import MEDIA, PICTURES

_DHASH = re.compile(r"(?:[0-9a-f]{16})?\Z")
_MOST_FINDINGS_CHARS = 20_000
_MOST_SIDE_PX = 1_000_000


@dataclass(frozen=True, slots=True)
class Inspected:
    """The outcome of a decoding: refused with a code, or read, and for a picture rendered to `display` and `thumb`.

    `captured_at` and the place are what the camera wrote: claims, never proof. A time without a zone of its own stands
    in the assumed zone with `zone_known` false. `findings` holds measured figures and hints, no verdict.
    Units: `lat` and `lon` decimal degrees, WGS 84 as written by the camera. `peak_bytes` is the child's resident peak.
    """

    refusal_code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    is_picture: bool = False
    media_type: str = ""
    width_px: int | None = None
    height_px: int | None = None
    captured_at: datetime | None = None
    zone_known: bool = False
    lat: float | None = None
    lon: float | None = None
    device: str = ""
    dhash: str = ""
    findings: dict[str, Any] = field(default_factory=dict)
    display: Path | None = None
    thumb: Path | None = None
    peak_bytes: int = 0


def refused(fault: Fault, facts: dict[str, Any] | None = None, peak_bytes: int = 0) -> Inspected:
    """Return the record of a refused file."""
    return Inspected(refusal_code=fault.value, facts=facts or {}, peak_bytes=peak_bytes)


def read_record(text: bytes, display: Path | None, thumb: Path | None) -> Inspected:
    """Return the record that the child wrote. Raises: ValueError when it is not one."""
    loaded = json.loads(text)
    if not isinstance(loaded, dict):
        raise ValueError("not a record")
    peak = _whole(loaded.get("peak_bytes"), 1 << 40) or 0
    if "fault" in loaded:
        return refused(Fault(loaded["fault"]), _findings(loaded.get("facts")), peak)
    media_type = loaded.get("media_type")
    if media_type not in MEDIA:
        raise ValueError("unknown medium")
    is_picture = media_type in PICTURES
    if is_picture != (display is not None and thumb is not None):
        raise ValueError("renderings and medium do not agree")
    captured = loaded.get("captured_at")
    captured_at = datetime.fromisoformat(_text(captured, 40)) if captured else None
    if captured_at is not None and captured_at.utcoffset() is None:
        raise ValueError("a time without its zone")
    dhash = _text(loaded.get("dhash"), 16)
    if not _DHASH.match(dhash):
        raise ValueError("not a hash")
    return Inspected(
        is_picture=is_picture,
        media_type=media_type,
        width_px=_whole(loaded.get("width_px"), _MOST_SIDE_PX),
        height_px=_whole(loaded.get("height_px"), _MOST_SIDE_PX),
        captured_at=captured_at,
        zone_known=loaded.get("zone_known") is True,
        lat=_degrees(loaded.get("lat"), 90),
        lon=_degrees(loaded.get("lon"), 180),
        device=_text(loaded.get("device"), 80),
        dhash=dhash,
        findings=_findings(loaded.get("findings")),
        display=display,
        thumb=thumb,
        peak_bytes=peak,
    )


def _text(found: object, most: int) -> str:
    if found is None:
        return ""
    # A null character or half of a surrogate pair would make the database refuse the whole row.
    if not isinstance(found, str) or len(found) > most or "\0" in found:
        raise ValueError("not a text")
    found.encode("utf-8")
    return found


def _whole(found: object, most: int) -> int | None:
    if found is None:
        return None
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= most:
        raise ValueError("not a count")
    return found


def _degrees(found: object, most: int) -> float | None:
    if found is None:
        return None
    if not isinstance(found, (int, float)) or isinstance(found, bool) or not math.isfinite(found) or abs(found) > most:
        raise ValueError("not an angle")
    return float(found)


def _findings(found: object) -> dict[str, Any]:
    if found is None:
        return {}
    written = json.dumps(found, allow_nan=False, ensure_ascii=False)
    written.encode("utf-8")
    if not isinstance(found, dict) or len(written) > _MOST_FINDINGS_CHARS or "\\u0000" in written:
        raise ValueError("not findings")
    return found
