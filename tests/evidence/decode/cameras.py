"""What cameras, phones and their bugs write beside a picture."""

from __future__ import annotations

from typing import Any

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational
from tests.evidence.decode.pictures import saved, scene

Base, Gps = ExifTags.Base, ExifTags.GPS
R = IFDRational
NINGBO = ((R(29, 1), R(52, 1), R(4158, 100)), (R(121, 1), R(33, 1), R(1234, 100)))


def exif_of(main: dict[int, Any], detail: dict[int, Any], place: dict[int, Any]) -> Image.Exif:
    """Return an EXIF block of these three tables."""
    exif = Image.Exif()
    exif.update(main)
    exif.get_ifd(0x8769).update(detail)
    exif.get_ifd(0x8825).update(place)
    return exif


def where(lat: Any, lat_ref: Any, lon: Any, lon_ref: Any) -> dict[int, Any]:
    """Return the table of a place."""
    table = {Gps.GPSLatitude: lat, Gps.GPSLatitudeRef: lat_ref, Gps.GPSLongitude: lon, Gps.GPSLongitudeRef: lon_ref}
    return {key: found for key, found in table.items() if found is not None}


def when(stamp: str, offset: str | None = None) -> dict[int, Any]:
    """Return the table of a moment."""
    table: dict[int, Any] = {Base.DateTimeOriginal: stamp}
    return table | ({Base.OffsetTimeOriginal: offset} if offset else {})


def shot(kind: str, main: dict[int, Any], detail: dict[int, Any], place: dict[int, Any]) -> bytes:
    """Return a picture that carries these tables."""
    return saved(scene(), kind, exif=exif_of(main, detail, place).tobytes())


# name: (main, detail, place, what must be read)
Sample = tuple[dict[int, Any], dict[int, Any], dict[int, Any], dict[str, Any]]
LAT, LON = 29.8782167, 121.5534278
SAMPLES: dict[str, Sample] = {
    "phone-with-zone": (
        {Base.Make: "HUAWEI", Base.Model: "ALN-AL00"},
        when("2026:07:01 09:30:15", "+08:00"),
        where(NINGBO[0], "N", NINGBO[1], "E"),
        {
            "captured_at": "2026-07-01T09:30:15+08:00",
            "zone_known": True,
            "lat": LAT,
            "lon": LON,
            "device": "HUAWEI ALN-AL00",
        },
    ),
    "camera-without-zone": (
        {Base.Make: "Canon", Base.Model: "Canon EOS R6"},
        when("2026:07:01 09:30:15"),
        {},
        {"captured_at": "2026-07-01T09:30:15+08:00", "zone_known": False, "device": "Canon EOS R6", "gps": "missing"},
    ),
    "zone-behind": (
        {},
        when("2026:01:31 23:59:59", "-03:30"),
        {},
        {"captured_at": "2026-01-31T23:59:59-03:30", "zone_known": True},
    ),
    "zone-of-greenwich": (
        {},
        when("2026:01:31 23:59:59", "Z"),
        {},
        {"captured_at": "2026-01-31T23:59:59+00:00", "zone_known": True},
    ),
    "zone-impossible": (
        {},
        when("2026:01:31 23:59:59", "+99:00"),
        {},
        {"captured_at": "2026-01-31T23:59:59+08:00", "zone_known": False},
    ),
    "zone-words": (
        {},
        when("2026:01:31 23:59:59", "CST"),
        {},
        {"captured_at": "2026-01-31T23:59:59+08:00", "zone_known": False},
    ),
    "time-of-zeros": ({}, when("0000:00:00 00:00:00"), {}, {"captured_at": None, "capture_time": "missing"}),
    "time-of-blanks": ({}, when("    :  :     :  :  "), {}, {"captured_at": None, "capture_time": "missing"}),
    "time-month-13": ({}, when("2026:13:01 00:00:00"), {}, {"captured_at": None, "capture_time": "invalid"}),
    "time-hour-24": ({}, when("2026:07:01 24:00:00"), {}, {"captured_at": None, "capture_time": "invalid"}),
    "time-with-dashes": ({}, when("2026-07-01 09:30:15"), {}, {"captured_at": "2026-07-01T09:30:15+08:00"}),
    "time-of-1970": ({}, when("1970:01:01 00:00:00"), {}, {"captured_at": None, "capture_time": "invalid"}),
    "time-arabic-digits": ({}, when("abcd:07:01 09:30:15"), {}, {"captured_at": None, "capture_time": "invalid"}),
    "modified-only": ({Base.DateTime: "2026:07:01 09:30:15"}, {}, {}, {"captured_at": None, "capture_time": "missing"}),
    "south-west": ({}, {}, where(NINGBO[0], "S", NINGBO[1], "W"), {"lat": -LAT, "lon": -LON, "gps": "ok"}),
    "lower-case-sides": ({}, {}, where(NINGBO[0], "n", NINGBO[1], "e"), {"lat": LAT, "lon": LON}),
    "no-hemisphere": ({}, {}, where(NINGBO[0], None, NINGBO[1], None), {"lat": None, "lon": None, "gps": "invalid"}),
    "wrong-hemisphere": ({}, {}, where(NINGBO[0], "E", NINGBO[1], "N"), {"lat": None, "gps": "invalid"}),
    "only-latitude": ({}, {}, where(NINGBO[0], "N", None, None), {"lat": None, "gps": "invalid"}),
    "divided-by-nothing": (
        {},
        {},
        where((R(29, 0), R(0, 0), R(0, 0)), "N", NINGBO[1], "E"),
        {"lat": None, "gps": "invalid"},
    ),
    "null-island": ({}, {}, where((R(0), R(0), R(0)), "N", (R(0), R(0), R(0)), "E"), {"lat": None, "gps": "invalid"}),
    "beyond-the-pole": ({}, {}, where((R(91), R(0), R(0)), "N", NINGBO[1], "E"), {"lat": None, "gps": "invalid"}),
    "at-the-pole": ({}, {}, where((R(90), R(0), R(0)), "N", (R(180), R(0), R(0)), "W"), {"lat": 90.0, "lon": -180.0}),
    "past-the-date-line": ({}, {}, where(NINGBO[0], "N", (R(180), R(0), R(1)), "E"), {"lon": None, "gps": "invalid"}),
    "sixty-minutes": ({}, {}, where((R(29), R(60), R(0)), "N", NINGBO[1], "E"), {"lat": None, "gps": "invalid"}),
    "minutes-as-fraction": (
        {},
        {},
        where((R(29), R(52_693, 1_000), R(0)), "N", (R(121), R(33_206, 1_000), R(0)), "E"),
        {"lat": 29.8782167, "lon": 121.5534333},
    ),
    "satellite-time": (
        {},
        {},
        where(NINGBO[0], "N", NINGBO[1], "E")
        | {Gps.GPSDateStamp: "2026:07:01", Gps.GPSTimeStamp: (R(1), R(30), R(14))},
        {"gps_at": "2026-07-01T01:30:14+00:00"},
    ),
    "photoshop": ({Base.Software: "Adobe Photoshop 25.1 (Windows)"}, {}, {}, {"edited_with": ["Photoshop"]}),
    "meitu": ({Base.Software: "美图秀秀 10.1".encode()}, {}, {}, {"edited_with": ["美图秀秀"]}),
    "xingtu": ({}, {Base.UserComment: b'ASCII\0\0\0{"data":{"product":"retouch"}}'}, {}, {"edited_with": ["醒图"]}),
    "firmware-is-no-editor": (
        {Base.Software: "HarmonyOS 5.0"},
        {},
        {},
        {"software": "HarmonyOS 5.0", "edited_with": None},
    ),
    "made-by-ai": ({}, {Base.UserComment: b'ASCII\0\0\0{"AIGC":{"Label":"1"}}'}, {}, {"ai_label": True}),
    "null-in-the-name": ({Base.Make: "A\0B", Base.Model: "x" * 500}, {}, {}, {"device": "A " + "x" * 40}),
}
