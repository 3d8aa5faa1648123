"""What the camera wrote beside the picture: when, where, with what, and whether a program has been at it since."""

from __future__ import annotations

import contextlib
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image

from anru.evidence.decode.limits import Limits

# What the library raises on a block that was made to hurt it.
EXIF_ERRORS = (SyntaxError, ValueError, LookupError, TypeError, OSError, EOFError, ArithmeticError, AttributeError)
_EXIF, _GPS = 0x8769, 0x8825
_STAMP = re.compile(r"(\d{4})[:\-/.](\d{2})[:\-/.](\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?\Z")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})\Z")
_FIRST_YEAR, _LAST_YEAR = 1995, 2099
_WIDEST_OFFSET = timedelta(hours=14)
_EDITORS = (
    ("Photoshop", ("photoshop",)),
    ("Lightroom", ("lightroom",)),
    ("GIMP", ("gimp",)),
    ("Snapseed", ("snapseed",)),
    ("美图秀秀", ("meitu", "美图", "mtxx")),
    ("醒图", ("醒图", "xingtu", "retouch_", '"product":"retouch"')),
    ("剪映", ("剪映", "jianying", "capcut", '"product":"vicut"')),
    ("轻颜", ("轻颜", "faceu", "ulike")),
    ("天天P图", ("天天p图", "ttpic", "pitu")),
    ("PicsArt", ("picsart",)),
    ("VSCO", ("vsco",)),
    ("Canva", ("canva",)),
    ("稿定设计", ("稿定", "gaoding")),
    ("Pixelmator", ("pixelmator",)),
    ("Affinity", ("affinity photo",)),
    ("Paint.NET", ("paint.net",)),
    ("ACDSee", ("acdsee",)),
)
# Source: GB 45438-2025, the label that programs must write into pictures they made; and IPTC's word for the same.
_AI_LABELS = ('"aigc"', "aigc:", "tc260:aigc", "trainedalgorithmicmedia", "c2pa.created")


def read_capture(picture: Image.Image, limits: Limits) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the camera wrote as columns of the record, and findings about it.

    Unreadable or impossible values count as not written; the findings tell which of the two it was.
    """
    try:
        exif = picture.getexif()
        main, detail, place = dict(exif), exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
    except EXIF_ERRORS as error:
        return {}, {"exif": "unreadable", "exif_error": type(error).__name__} | _edited(picture, {}, {})
    captured_at, zone_known, told = _captured(detail, limits)
    lat, lon, located = _position(place)
    columns: dict[str, Any] = {"device": _device(main), "zone_known": zone_known, "lat": lat, "lon": lon}
    if captured_at is not None:
        columns["captured_at"] = captured_at.isoformat()
    findings: dict[str, Any] = {"exif": "ok" if main or detail or place else "missing"}
    findings |= {"capture_time": told, "gps": located} | _edited(picture, main, detail)
    if fixed := _fixed_at(place):
        findings["gps_at"] = fixed.isoformat()
    return columns, findings


def plain(found: object, most: int = 200) -> str:
    """Return what a camera wrote as one line of visible characters."""
    if isinstance(found, bytes):
        found = found.decode("utf-8", "replace")
    if not isinstance(found, str):
        return ""
    text = found[: most * 4].partition("\0")[0]
    with contextlib.suppress(UnicodeError):
        # The library reads text as Latin letters; Chinese programs write UTF-8.
        text = text.encode("latin-1").decode("utf-8")
    return "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text).strip()[:most]


def _captured(detail: Mapping[int, Any], limits: Limits) -> tuple[datetime | None, bool, str]:
    written = plain(detail.get(ExifTags.Base.DateTimeOriginal), 40)
    if not written.strip("0: -/"):
        return None, False, "missing"
    found = _STAMP.match(written)
    if found is None:
        return None, False, "invalid"
    offset = _OFFSET.match(plain(detail.get(ExifTags.Base.OffsetTimeOriginal), 10).replace("Z", "+00:00"))
    east = timedelta(minutes=limits.assumed_utc_minutes)
    zone_known = False
    if offset is not None:
        read = timedelta(hours=int(offset[2]), minutes=int(offset[3])) * (-1 if offset[1] == "-" else 1)
        if abs(read) <= _WIDEST_OFFSET and int(offset[3]) < 60:
            east, zone_known = read, True
    try:
        at = datetime(*(int(part) for part in found.groups()), tzinfo=timezone(east))  # type: ignore[arg-type, misc]
    except ValueError:
        return None, False, "invalid"
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        return None, False, "invalid"
    return at, zone_known, "ok"


def _position(place: Mapping[int, Any]) -> tuple[float | None, float | None, str]:
    given = [place.get(tag) for tag in (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude)]
    if given == [None, None]:
        return None, None, "missing"
    lat = _angle(given[0], place.get(ExifTags.GPS.GPSLatitudeRef), "NS", 90)
    lon = _angle(given[1], place.get(ExifTags.GPS.GPSLongitudeRef), "EW", 180)
    # A camera without a fix writes zeros: nobody works on the open sea off Africa.
    if lat is None or lon is None or (lat == 0 and lon == 0):
        return None, None, "invalid"
    return lat, lon, "ok"


def _angle(parts: object, reference: object, signs: str, most: int) -> float | None:
    sign = plain(reference, 4).upper()
    if not isinstance(parts, tuple) or len(parts) != 3 or len(sign) != 1 or sign not in signs:
        return None
    numbers = [_number(part) for part in parts]
    if any(number is None or number < 0 for number in numbers):
        return None
    degrees, minutes, seconds = (number or 0.0 for number in numbers)
    angle = degrees + minutes / 60 + seconds / 3600
    if minutes >= 60 or seconds >= 60 or angle > most:
        return None
    return round(-angle if sign == signs[1] else angle, 7)


def _number(part: object) -> float | None:
    try:
        number = float(part)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _fixed_at(place: Mapping[int, Any]) -> datetime | None:
    """Return when the satellites were last heard, which no user sets."""
    day = plain(place.get(ExifTags.GPS.GPSDateStamp), 20)
    parts = place.get(ExifTags.GPS.GPSTimeStamp)
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    numbers = [_number(part) for part in parts]
    try:
        year, month, date = (int(part) for part in re.split(r"[:\-]", day))
        hour, minute, second = (int(number) for number in numbers if number is not None)
        return datetime(year, month, date, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _device(main: Mapping[int, Any]) -> str:
    make, model = plain(main.get(ExifTags.Base.Make), 40), plain(main.get(ExifTags.Base.Model), 40)
    return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()[:80]


def _edited(picture: Image.Image, main: Mapping[int, Any], detail: Mapping[int, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    software = plain(main.get(ExifTags.Base.Software), 100)
    if software:
        found["software"] = software
    tags = (ExifTags.Base.Software, ExifTags.Base.ProcessingSoftware, ExifTags.Base.ImageDescription)
    told = [main.get(tag) for tag in tags]
    told += [detail.get(ExifTags.Base.UserComment), picture.info.get("xmp"), picture.info.get("comment")]
    told += [picture.info.get(key) for key in ("Software", "XML:com.adobe.xmp", "AIGC", "Comment", "Description")]
    words = "\n".join(_searchable(part) for part in told if part).lower()
    editors = [name for name, marks in _EDITORS if any(mark in words for mark in marks)]
    if editors:
        found["edited_with"] = editors
    if "AIGC" in picture.info or any(label in words for label in _AI_LABELS):
        found["ai_label"] = True
    return found


def _searchable(part: object) -> str:
    if isinstance(part, bytes):
        # Comments come in UTF-8 or, behind a mark, in UTF-16: without the nulls the plain letters of both read alike.
        return part[:60_000].decode("utf-8", "ignore").replace("\0", "") + part[8:4_008].decode("utf-16", "ignore")
    return f"{part[:60_000]}\n{plain(part, 15_000)}" if isinstance(part, str) else ""
