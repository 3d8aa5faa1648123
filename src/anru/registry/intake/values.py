"""One cell to one value: text, phone, count, length, place, date. Each says what it found doubtful."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Generic, TypeVar

from anru.kernel.checksums import CodeFault, credit_code_fault, credit_code_meant, normalise_credit_code
from anru.registry.intake.cellvalues import Cell, CellFault
from anru.registry.intake.problems import RowFault

Value = TypeVar("Value", covariant=True)

_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_NEUTRALISED = re.compile(r"^'(?=\s*[=+\-@＝＋－＠])")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0\d{2,3})[- ]?([2-8]\d{6,7})(?:(?:[-转xX#]|ext\.?)(\d{1,6}))?")
_LOCAL = re.compile(r"[2-8]\d{6,7}(?:[-转]\d{1,6})?")
_SERVICE = re.compile(r"[48]00[- ]?\d{3}[- ]?\d{4}|[48]00[- ]?\d{4}[- ]?\d{3}")
_PHONE_SPLIT = re.compile(r"[,，、;；/／\n|]|\s{1,}(?=1[3-9]|0\d{2})")
_COUNT = re.compile(r"(-?\d{1,12})(?:\.0+)?(?:人|名|个|处|只|口|座|间|位|家)?")
_NUMBER = r"(\d{1,9}(?:\.\d{1,20})?|\.\d{1,20})"
_LENGTH = re.compile(
    rf"(?:φ|ф|⌀|直径|长|宽|深|高|d=?)?(约|~|≈|大约)?{_NUMBER}(mm|毫米|cm|厘米|公分|dm|分米|km|千米|公里|m|米)?(?:左右)?"
)
_VOLUME = re.compile(rf"(约|~|≈|大约)?{_NUMBER}(m3|m\^3|立方米|立方|方|l|升|m³|吨|t)?(?:左右)?")
_SIZE_SPLIT = re.compile(r"[*x×X✕＊·]|乘")
_DEGREES = re.compile(
    r"([NSEW北南东西])?[北南东西]?[纬经]?[:]?(\d{1,3}(?:\.\d{1,15})?)[°度]?(?:(\d{1,2}(?:\.\d+)?)['′分](?:(\d{1,2}(?:\.\d+)?)[\"″秒]?)?)?([NSEW])?"
)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?|(\d{4})(\d{2})(\d{2})")
_METRES = {
    "mm": "0.001", "毫米": "0.001", "cm": "0.01", "厘米": "0.01", "公分": "0.01", "dm": "0.1", "分米": "0.1", "m": "1",
    "米": "1", "km": "1000", "千米": "1000", "公里": "1000",
}  # fmt: skip
_CENTI, _MICRO = Decimal("0.01"), Decimal("0.000001")
LONGEST_M = Decimal("99999.99")
LARGEST_M3 = Decimal("9999999.99")
_DOUBTFUL_M = Decimal(100)
LON_RANGE, LAT_RANGE = (Decimal("73"), Decimal("136")), (Decimal("3"), Decimal("54"))
_EXCEL_DAYS = (20_000, 80_000)
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one cell, before anybody knows the row."""

    fault: RowFault
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read(Generic[Value]):
    """A value and what was found on the way. None with no findings is an empty cell."""

    value: Value | None = None
    findings: tuple[Finding, ...] = ()


def _wrong(fault: RowFault, **facts: Any) -> Read[Any]:
    return Read(None, (Finding(fault, facts),))


def text_of(cell: Cell) -> str:
    """Return the cell as a person would read it; numbers written out, dates as days."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d") if cell.hour == cell.minute == cell.second == 0 else cell.isoformat(" ")
    return cell.shown


def clean(cell: Cell) -> str:
    """Return the text without invisible characters, outer spaces, and the ' that our own exports put before a sign."""
    text = _INVISIBLE.sub("", text_of(cell))
    text = _SPACES.sub(" ", text).strip()
    return _NEUTRALISED.sub("", text)


def half_width(cell: Cell) -> str:
    """Return the cleaned text with full-width letters, digits and marks made half-width."""
    return unicodedata.normalize("NFKC", clean(cell)).strip()


def read_text(cell: Cell, limit: int) -> Read[str]:
    """Return the cleaned text. Finds: too_long."""
    text = clean(cell)
    return _wrong(RowFault.TOO_LONG, limit=limit) if len(text) > limit else Read(text or None)


def read_credit_code(cell: Cell) -> Read[str]:
    """Return a normalised, valid credit code. Finds: credit_code_* faults, with the code probably meant.

    A cell typed as number is refused even when the check digit happens to fit: Excel has put noughts for the last
    digits, and one in thirty-one such codes is somebody else's.
    """
    if isinstance(cell, Decimal) or re.fullmatch(r"\d(?:\.\d+)?E\+?\d{1,2}", half_width(cell), re.IGNORECASE):
        return _wrong(RowFault.CREDIT_CODE_NUMBER)
    code = normalise_credit_code(clean(cell))
    if not code:
        return Read()
    fault = credit_code_fault(code)
    if fault is None:
        return Read(code)
    if fault is CodeFault.LENGTH:
        return _wrong(RowFault.CREDIT_CODE_LENGTH, count=len(code))
    meant = credit_code_meant(code)
    if fault is CodeFault.ALPHABET:
        strange = "".join(dict.fromkeys(mark for mark in code if mark not in "0123456789ABCDEFGHJKLMNPQRTUWXY"))
        return _wrong(RowFault.CREDIT_CODE_ALPHABET, found=strange[:18], alike=meant)
    return _wrong(RowFault.CREDIT_CODE_AREA if fault is CodeFault.AREA else RowFault.CREDIT_CODE_CHECK, alike=meant)


def read_phone(cell: Cell) -> Read[str]:
    """Return a mobile number as 11 digits or a landline as 0574-88000000(-ext). Finds: phone_*."""
    text = half_width(cell)
    if not text:
        return Read()
    whole = _phone(text)
    if whole.value is not None:
        return whole
    pieces = [piece.strip() for piece in _PHONE_SPLIT.split(text) if piece.strip()]
    if len(pieces) < 2:
        return whole
    first = _phone(pieces[0])
    return Read(first.value, (Finding(RowFault.PHONE_SEVERAL), *first.findings)) if first.value else whole


def _phone(text: str) -> Read[str]:
    named = re.sub(r"^(?:联系电话|电话|手机|tel)[:.]?\s*", "", text, flags=re.IGNORECASE)
    number = re.sub(r"^(?:\+|00)?86[- ]?(?=1[3-9]|0\d{2}|\(0)", "", named)
    squeezed = number.replace("(", "").replace(")", "-").replace(" ", "").replace("--", "-")
    if _MOBILE.fullmatch(squeezed.replace("-", "")):
        return Read(squeezed.replace("-", ""))
    landline = _LANDLINE.fullmatch(squeezed)
    if landline:
        return Read("-".join(filter(None, landline.groups())))
    if _SERVICE.fullmatch(squeezed):
        return Read(squeezed.replace("-", ""))
    if _LOCAL.fullmatch(squeezed):
        return Read(squeezed, (Finding(RowFault.PHONE_NO_AREA),))
    return _wrong(RowFault.PHONE_SHAPE)


def masked_phone(text: str) -> str:
    """Return a phone, or what stands in a phone's place, with the middle of every long run of digits hidden."""
    return re.sub(r"\d[\d\- ]{4,}\d", _hidden, text)


def _hidden(match: re.Match[str]) -> str:
    digits = match.group(0)
    return (
        f"{digits[:3]}{'*' * (len(digits) - 5)}{digits[-2:]}"
        if len(digits) < 11
        else (f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}")
    )


def read_count(cell: Cell, low: int, high: int) -> Read[int]:
    """Return a whole number within the bounds. Finds: not_a_count, count_range."""
    text = re.sub(r"(?<=\d)[, ](?=\d{3}(?!\d))", "", half_width(cell))
    if not text:
        return Read()
    match = _COUNT.fullmatch(text)
    if isinstance(cell, (datetime, bool)) or not match:
        return _wrong(RowFault.NOT_A_COUNT)
    count = int(match.group(1))
    return Read(count) if low <= count <= high else _wrong(RowFault.COUNT_RANGE, low=low, high=high)


def read_length(cell: Cell, factor: Decimal = Decimal(1)) -> Read[Decimal]:
    """Return metres to the centimetre. `factor` is metres per unit of the column where the cell names no unit.

    Finds: not_a_length, length_range, unit_assumed, approximate.
    """
    text = _number_text(cell)
    if not text or text in ("/", "-", "无"):
        return Read()
    match = _LENGTH.fullmatch(text)
    if isinstance(cell, (datetime, bool)) or not match:
        return _wrong(RowFault.NOT_A_LENGTH)
    about, number, unit = match.groups()
    metres = (Decimal(number) * (Decimal(_METRES[unit]) if unit else factor)).quantize(_CENTI, ROUND_HALF_UP)
    if not 0 < metres <= LONGEST_M:
        return _wrong(RowFault.LENGTH_RANGE, high=str(LONGEST_M))
    findings = [Finding(RowFault.APPROXIMATE, {"found": str(metres)})] if about else []
    if unit is None and factor == 1 and metres >= _DOUBTFUL_M:
        findings.append(Finding(RowFault.UNIT_ASSUMED, {"found": str(metres)}))
    return Read(metres, tuple(findings))


def read_volume(cell: Cell) -> Read[Decimal]:
    """Return cubic metres. Tonnes are those of water. Finds: not_a_volume, length_range, approximate."""
    text = _number_text(cell)
    if not text or text in ("/", "-", "无"):
        return Read()
    match = _VOLUME.fullmatch(text)
    if isinstance(cell, (datetime, bool)) or not match:
        return _wrong(RowFault.NOT_A_VOLUME)
    about, number, unit = match.groups()
    cubic = (Decimal(number) * (Decimal("0.001") if unit in ("l", "升") else 1)).quantize(_CENTI, ROUND_HALF_UP)
    if not 0 < cubic <= LARGEST_M3:
        return _wrong(RowFault.LENGTH_RANGE, high=str(LARGEST_M3))
    weighed = unit in ("吨", "t")
    return Read(cubic, (Finding(RowFault.APPROXIMATE, {"found": str(cubic)}),) if about or weighed else ())


def read_size(cell: Cell, factor: Decimal = Decimal(1)) -> Read[tuple[Decimal, ...]]:
    """Return two or three lengths from a text such as 6×4×3.5m; a unit after the last one is that of all."""
    text = _number_text(cell)
    if not text:
        return Read()
    pieces = _SIZE_SPLIT.split(text)
    if not 2 <= len(pieces) <= 3:
        return _wrong(RowFault.NOT_A_LENGTH)
    last = _LENGTH.fullmatch(pieces[-1])
    shared = Decimal(_METRES[last.group(3)]) if last and last.group(3) else factor
    reads = [read_length(piece, shared) for piece in pieces]
    findings = tuple(dict.fromkeys(finding.fault for read in reads for finding in read.findings))
    if any(read.value is None for read in reads):
        return _wrong(findings[0] if findings else RowFault.NOT_A_LENGTH, high=str(LONGEST_M))
    found = text
    return Read(
        tuple(read.value for read in reads if read.value is not None),
        tuple(Finding(fault, {"found": found}) for fault in findings),
    )


def _number_text(cell: Cell) -> str:
    text = half_width(cell).lower().replace(" ", "")
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)


def read_degrees(cell: Cell) -> Read[Decimal]:
    """Return degrees to a millionth (a tenth of a metre), from decimals or degrees, minutes and seconds."""
    text = half_width(cell).replace(" ", "").replace("\u2032", "'").replace("''", '"').upper()
    if not text or text in ("/", "-", "无"):
        return Read()
    match = _DEGREES.fullmatch(text)
    if isinstance(cell, (datetime, bool)) or not match:
        return _wrong(RowFault.NOT_A_PLACE)
    lead, degrees, minutes, seconds, tail = match.groups()
    if lead in ("S", "W", "南", "西") or tail in ("S", "W"):
        return _wrong(RowFault.PLACE_OUTSIDE)
    total = Decimal(degrees) + Decimal(minutes or 0) / 60 + Decimal(seconds or 0) / 3600
    if Decimal(minutes or 0) >= 60 or Decimal(seconds or 0) >= 60:
        return _wrong(RowFault.NOT_A_PLACE)
    return Read(total.quantize(_MICRO, ROUND_HALF_UP))


def read_pair(cell: Cell) -> Read[tuple[Decimal, Decimal]]:
    """Return longitude and latitude from one cell, in whichever order they stand there."""
    text = half_width(cell)
    if not text or text in ("/", "-", "无"):
        return Read()
    pieces = [piece for piece in re.split(r"[,;、/\n]|\s+", text) if piece]
    reads: Sequence[Read[Decimal]] = [read_degrees(piece) for piece in pieces]
    values = [read.value for read in reads if read.value is not None]
    if len(pieces) != 2 or len(values) != 2:
        return _wrong(RowFault.NOT_A_PLACE)
    first, second = values
    if _within(second, LON_RANGE) and _within(first, LAT_RANGE):
        first, second = second, first
    return judged_place(first, second)


def judged_place(lon: Decimal | None, lat: Decimal | None) -> Read[tuple[Decimal, Decimal]]:
    """Return the place when both parts are there and it lies in China. Finds: place_*."""
    if lon is None and lat is None:
        return Read()
    if lon is None or lat is None:
        return _wrong(RowFault.PLACE_HALF)
    if _within(lon, LON_RANGE) and _within(lat, LAT_RANGE):
        return Read((lon, lat))
    if _within(lat, LON_RANGE) and _within(lon, LAT_RANGE):
        return _wrong(RowFault.PLACE_SWAPPED)
    return _wrong(RowFault.PLACE_OUTSIDE)


def _within(value: Decimal, bounds: tuple[Decimal, Decimal]) -> bool:
    return bounds[0] <= value <= bounds[1]


def read_date(cell: Cell, today: date) -> Read[date]:
    """Return a day, from a date cell, a written date, or the day number that Excel shows when the format is lost.

    Finds: not_a_date, date_future.
    """
    if isinstance(cell, datetime):
        return _not_future(cell.date(), today)
    text = re.sub(r"\s*([年月./-])\s*", r"\1", half_width(cell))
    if not text or text in ("/", "-", "无"):
        return Read()
    if isinstance(cell, Decimal) and _EXCEL_DAYS[0] < cell < _EXCEL_DAYS[1]:
        return _not_future(_EXCEL_EPOCH + timedelta(days=int(cell)), today)
    match = _DATE.fullmatch(text)
    if isinstance(cell, (bool, CellFault)) or not match:
        return _wrong(RowFault.NOT_A_DATE)
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return _not_future(date(year, month, day), today)
    except ValueError:
        return _wrong(RowFault.NOT_A_DATE)


def _not_future(day: date, today: date) -> Read[date]:
    return _wrong(RowFault.DATE_FUTURE) if day > today else Read(day)
