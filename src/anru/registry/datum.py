"""Coordinates as Chinese maps show them, turned into WGS 84, in which everything here is kept.

GCJ-02 (Amap, Tencent) shifts WGS 84 by up to some 600 m; BD-09 (Baidu) shifts GCJ-02 again. CGCS2000 differs from
WGS 84 by centimetres. Units: degrees. Source: the shift is published as formulas by several map projects and not in
any standard; the inverse is found by iteration and is good to about a metre.
"""

from __future__ import annotations

from decimal import Decimal
from math import atan2, cos, pi, sin, sqrt

PLACES = Decimal("0.000001")
_AXIS_M = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_BAIDU = pi * 3000.0 / 180.0
_ROUNDS = 3


def to_wgs84(lat: Decimal, lon: Decimal, datum: str) -> tuple[Decimal, Decimal]:
    """Return the place in WGS 84 to six places. Where no datum is named the numbers are taken as they are."""
    found = (float(lat), float(lon))
    if datum == "bd09":
        found = _from_baidu(*found)
    if datum in {"bd09", "gcj02"}:
        found = _from_gcj(*found)
        return Decimal(str(found[0])).quantize(PLACES), Decimal(str(found[1])).quantize(PLACES)
    return lat.quantize(PLACES), lon.quantize(PLACES)


def _from_gcj(lat: float, lon: float) -> tuple[float, float]:
    guess = (lat, lon)
    for _ in range(_ROUNDS):
        shifted = gcj02_of(*guess)
        guess = (guess[0] + lat - shifted[0], guess[1] + lon - shifted[1])
    return guess


def gcj02_of(lat: float, lon: float) -> tuple[float, float]:
    """Return the GCJ-02 coordinates of a WGS 84 place in China."""
    x, y = lon - 105.0, lat - 35.0
    waves = 20.0 * (sin(6.0 * x * pi) + sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    radians = lat / 180.0 * pi
    flat = 1 - _ECCENTRICITY * sin(radians) ** 2
    north_deg = north * 180.0 / (_AXIS_M * (1 - _ECCENTRICITY) / (flat * sqrt(flat)) * pi)
    east_deg = east * 180.0 / (_AXIS_M / sqrt(flat) * cos(radians) * pi)
    return lat + north_deg, lon + east_deg


def _from_baidu(lat: float, lon: float) -> tuple[float, float]:
    x, y = lon - 0.0065, lat - 0.006
    radius = sqrt(x * x + y * y) - 0.00002 * sin(y * _BAIDU)
    angle = atan2(y, x) - 0.000003 * cos(x * _BAIDU)
    return radius * sin(angle), radius * cos(angle)
