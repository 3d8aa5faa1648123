"""One cell, one value: the ways in which people and Excel write codes, phones, counts, lengths, places and days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.registry.intake.rosters import TODAY, credit_code

from anru.kernel.checksums import normalise_credit_code
from anru.registry.intake.cellvalues import Cell
from anru.registry.intake.problems import RowFault as F
from anru.registry.intake.values import (
    Read,
    clean,
    judged_place,
    masked_phone,
    read_count,
    read_credit_code,
    read_date,
    read_degrees,
    read_length,
    read_pair,
    read_phone,
    read_size,
    read_text,
    read_volume,
    text_of,
)

NOTHING = ("", "/", "-", "无")
ANY_CELL = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.text("0123456789.,-+eE米mc ×*个人°'\"经纬东北:/年月日", max_size=25),
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15),
    st.booleans(),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
)


def faults(read: Read[object]) -> list[F]:
    """Return what was found."""
    return [finding.fault for finding in read.findings]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  甲\u3000 乙 ", "甲 乙"),
        ("甲\u200b\ufeff乙\u00a0", "甲乙"),
        (Decimal("13800005678.0"), "13800005678"),
        (Decimal("1.3800005678E+10"), "13800005678"),
        (Decimal("3.50"), "3.5"),
        (Decimal(0), "0"),
        (Decimal(100), "100"),
        (True, "是"),
        (None, ""),
        (datetime(2026, 5, 1), "2026-05-01"),
        ("'=1+1", "=1+1"),
        ("'甲", "'甲"),
        ("a\x00b", "ab"),
        ("甲\n乙", "甲\n乙"),
    ],
)
def test_clean_text(cell: Cell, text: str) -> None:
    assert clean(cell) == text


def test_text_has_a_limit() -> None:
    assert read_text("字" * 40, 40).value == "字" * 40
    assert faults(read_text("字" * 41, 40)) == [F.TOO_LONG]


@pytest.mark.parametrize(
    "cell",
    ["91330212MA2TE5T01L", " 91330212ma2te5t01l\t", "９１３３０２１２ＭＡ２ＴＥ５Ｔ０１Ｌ", "91330212-MA2TE5T01-L"],
)
def test_credit_codes(cell: str) -> None:
    assert read_credit_code(cell) == Read("91330212MA2TE5T01L")


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (Decimal("913302120000000000"), F.CREDIT_CODE_NUMBER),
        (Decimal("9.1330212E+17"), F.CREDIT_CODE_NUMBER),
        ("9.13302E+17", F.CREDIT_CODE_NUMBER),
        ("９.１３３Ｅ＋１７", F.CREDIT_CODE_NUMBER),
        ("91330212MA2TE5T01", F.CREDIT_CODE_LENGTH),
        ("91330212MA2TE5T01A", F.CREDIT_CODE_CHECK),
        ("9133O212MA2TE5T01L", F.CREDIT_CODE_ALPHABET),
        ("91X30212MA2TE5T01L", F.CREDIT_CODE_AREA),
        ("无", F.CREDIT_CODE_LENGTH),
    ],
)
def test_wrong_credit_codes(cell: Cell, fault: F) -> None:
    assert faults(read_credit_code(cell)) == [fault]


def test_a_number_whose_check_digit_happens_to_fit_is_refused_all_the_same() -> None:
    fitting = next(
        code for code in (f"91330212{i:07d}000" for i in range(1, 5000)) if read_credit_code(code).value is not None
    )
    assert faults(read_credit_code(Decimal(fitting))) == [F.CREDIT_CODE_NUMBER]


def test_the_code_that_was_meant_is_suggested() -> None:
    (finding,) = read_credit_code("9133O212MA2TE5T01L").findings
    assert finding.facts["alike"] == "91330212MA2TE5T01L"
    assert finding.facts["found"] == "O"


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("13800005678", "13800005678"),
        (Decimal("13800005678"), "13800005678"),
        ("１３８００００５６７８", "13800005678"),
        ("138 0000 5678", "13800005678"),
        ("138-0000-5678", "13800005678"),
        ("+86 13800005678", "13800005678"),
        ("8613800005678", "13800005678"),
        ("0574-88000000", "0574-88000000"),
        ("057488000000", "0574-88000000"),
        ("(0574)88000000", "0574-88000000"),
        ("0574-88000000-801", "0574-88000000-801"),
        ("0574-88000000转801", "0574-88000000-801"),
        ("010-62000000", "010-62000000"),
        ("+86-574-88000000", None),
        ("400-800-1234", "4008001234"),
        ("电话：13800005678", "13800005678"),
    ],
)
def test_phones(cell: Cell, phone: str | None) -> None:
    assert read_phone(cell).value == phone


@pytest.mark.parametrize("cell", ["1380000567", "138000056789", "12800005678", "张三", "0574", "1.38E+10", "88", "无"])
def test_what_is_no_phone(cell: str) -> None:
    assert faults(read_phone(cell)) == [F.PHONE_SHAPE]


def test_doubtful_phones_are_warnings() -> None:
    assert read_phone("88000000") == Read("88000000", read_phone("88000000").findings)
    assert faults(read_phone("88000000")) == [F.PHONE_NO_AREA]
    two = read_phone("13800005678、13900001234")
    assert (two.value, faults(two)) == ("13800005678", [F.PHONE_SEVERAL])
    assert read_phone("0574-88000000 13800005678").value == "0574-88000000"


@given(st.text("0123456789 -", min_size=7, max_size=20))
def test_a_masked_phone_never_shows_all_its_digits(text: str) -> None:
    shown = [mark for mark in masked_phone(text) if mark.isdigit()]
    digits = [mark for mark in text if mark.isdigit()]
    if len(digits) >= 7 and "--" not in text.replace(" ", "-"):
        assert len(shown) < len(digits)
    assert masked_phone("13800005678") == "138****5678"
    assert masked_phone("1380000567") == "138*****67"


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        (Decimal(120), 120),
        ("120", 120),
        ("120人", 120),
        ("１２０", 120),
        ("1,200", 1200),
        ("1 200", 1200),
        (Decimal("12.0"), 12),
        ("0", 0),
        ("1000000", 1_000_000),
    ],
)
def test_counts(cell: Cell, count: int) -> None:
    assert read_count(cell, 0, 1_000_000) == Read(count)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (Decimal(-1), F.COUNT_RANGE),
        (Decimal(1_000_001), F.COUNT_RANGE),
        (Decimal("12.5"), F.NOT_A_COUNT),
        ("约120", F.NOT_A_COUNT),
        ("100-200", F.NOT_A_COUNT),
        ("十二", F.NOT_A_COUNT),
        (datetime(2026, 1, 1), F.NOT_A_COUNT),
        (True, F.NOT_A_COUNT),
        ("9" * 13, F.NOT_A_COUNT),
        ("1,2", F.NOT_A_COUNT),
    ],
)
def test_what_is_no_count(cell: Cell, fault: F) -> None:
    assert faults(read_count(cell, 0, 1_000_000)) == [fault]


@pytest.mark.parametrize(
    ("cell", "metres"),
    [
        ("3.5", "3.50"),
        (Decimal("3.5"), "3.50"),
        ("3.5m", "3.50"),
        ("３．５米", "3.50"),
        ("350cm", "3.50"),
        ("350 厘米", "3.50"),
        ("3500mm", "3.50"),
        ("Φ1.2", "1.20"),
        ("直径1.2米", "1.20"),
        ("1,200mm", "1.20"),
        ("0.005", "0.01"),
        (".5", "0.50"),
        (Decimal("0.30000000000000004"), "0.30"),
        ("1.2km", "1200.00"),
        ("35公分", "0.35"),
    ],
)
def test_lengths(cell: Cell, metres: str) -> None:
    assert read_length(cell).value == Decimal(metres)


def test_the_unit_of_the_title_counts_where_the_cell_names_none() -> None:
    assert read_length(Decimal(350), Decimal("0.01")) == Read(Decimal("3.50"))
    assert read_length("3.5m", Decimal("0.01")).value == Decimal("3.50")


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("很深", F.NOT_A_LENGTH),
        ("3-5", F.NOT_A_LENGTH),
        ("0", F.LENGTH_RANGE),
        ("0.001", F.LENGTH_RANGE),
        ("-3", F.NOT_A_LENGTH),
        ("100000", F.LENGTH_RANGE),
        (datetime(2026, 3, 5), F.NOT_A_LENGTH),
        ("3英尺", F.NOT_A_LENGTH),
    ],
)
def test_what_is_no_length(cell: Cell, fault: F) -> None:
    assert faults(read_length(cell)) == [fault]


def test_doubtful_lengths_are_warnings() -> None:
    assert faults(read_length("约3.5米")) == [F.APPROXIMATE]
    assert faults(read_length(Decimal(350))) == [F.UNIT_ASSUMED]
    assert faults(read_length("350m")) == []


@pytest.mark.parametrize(
    ("cell", "sides"),
    [
        ("6×4×3.5m", ("6.00", "4.00", "3.50")),
        ("6*4*3.5", ("6.00", "4.00", "3.50")),
        ("600x400x350cm", ("6.00", "4.00", "3.50")),
        ("Φ1.2×3m", ("1.20", "3.00")),
        ("长6米×宽4米×深3.5米", ("6.00", "4.00", "3.50")),
        ("6m*400cm*3.5m", ("6.00", "4.00", "3.50")),
    ],
)
def test_sizes(cell: str, sides: tuple[str, ...]) -> None:
    assert read_size(cell).value == tuple(map(Decimal, sides))


@pytest.mark.parametrize("cell", ["6", "1×2×3×4", "大×小", "6××3"])
def test_what_is_no_size(cell: str) -> None:
    assert faults(read_size(cell)) == [F.NOT_A_LENGTH]


@pytest.mark.parametrize(
    ("cell", "cubic"),
    [
        ("84", "84.00"),
        ("84m³", "84.00"),
        ("84 立方米", "84.00"),
        ("84m3", "84.00"),
        ("500L", "0.50"),
        ("84方", "84.00"),
    ],
)
def test_volumes(cell: str, cubic: str) -> None:
    assert read_volume(cell) == Read(Decimal(cubic))


def test_a_volume_in_tonnes_is_doubtful() -> None:
    assert faults(read_volume("50吨")) == [F.APPROXIMATE]
    assert faults(read_volume("一大池")) == [F.NOT_A_VOLUME]


@pytest.mark.parametrize(
    ("cell", "degrees"),
    [
        ("121.546821", "121.546821"),
        (Decimal("121.5468214999"), "121.546821"),
        ("121°32′48.5556″", "121.546821"),
        ("E121.5", "121.500000"),
        ("东经121.5°", "121.500000"),
        ("29度49分17秒", "29.821389"),
        ("121°32'", "121.533333"),
    ],
)
def test_degrees(cell: Cell, degrees: str) -> None:
    assert read_degrees(cell) == Read(Decimal(degrees))


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("甲", F.NOT_A_PLACE),
        ("121°75′", F.NOT_A_PLACE),
        ("-121.5", F.NOT_A_PLACE),
        ("121.5W", F.PLACE_OUTSIDE),
        ("S29.5", F.PLACE_OUTSIDE),
    ],
)
def test_what_are_no_degrees(cell: str, fault: F) -> None:
    assert faults(read_degrees(cell)) == [fault]


@pytest.mark.parametrize(
    "cell",
    ["121.5,29.8", "29.8,121.5", "121.5 29.8", "121.5、29.8", "E121.5 N29.8", "121°30′0″,29°48′0″", "121.5;29.8"],
)
def test_pairs_in_either_order(cell: str) -> None:
    assert read_pair(cell) == Read((Decimal("121.500000"), Decimal("29.800000")))


@pytest.mark.parametrize(
    ("lon", "lat", "found"),
    [
        ("121.5", "29.8", []),
        ("29.8", "121.5", [F.PLACE_SWAPPED]),
        ("0", "0", [F.PLACE_OUTSIDE]),
        ("2.3", "48.8", [F.PLACE_OUTSIDE]),
        ("73", "3", []),
        ("136", "54", []),
        ("72.999999", "30", [F.PLACE_OUTSIDE]),
        ("121.5", None, [F.PLACE_HALF]),
        (None, "29", [F.PLACE_HALF]),
        (None, None, []),
    ],
)
def test_places_lie_in_china(lon: str | None, lat: str | None, found: list[F]) -> None:
    assert faults(judged_place(Decimal(lon) if lon else None, Decimal(lat) if lat else None)) == found


@pytest.mark.parametrize(
    "cell",
    [
        datetime(2026, 3, 5),
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "2026年3月5日",
        "20260305",
        Decimal(46086),
        "2026-03-05 10:00",
        "２０２６－３－５",
    ],
)
def test_days(cell: Cell) -> None:
    assert read_date(cell, TODAY) == Read(date(2026, 3, 5))


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("2026-02-30", F.NOT_A_DATE),
        ("去年", F.NOT_A_DATE),
        ("2026", F.NOT_A_DATE),
        (True, F.NOT_A_DATE),
        ("3/5/2026", F.NOT_A_DATE),
    ],
)
def test_what_is_no_day(cell: Cell, fault: F) -> None:
    assert faults(read_date(cell, TODAY)) == [fault]


def test_a_day_may_be_today_and_not_tomorrow() -> None:
    assert read_date(TODAY.isoformat(), TODAY).value == TODAY
    assert faults(read_date((TODAY + timedelta(days=1)).isoformat(), TODAY)) == [F.DATE_FUTURE]


@given(ANY_CELL)
def test_any_cell_is_a_value_or_a_finding_for_every_reader(cell: Cell) -> None:
    assert isinstance(text_of(cell), str)
    for reader in (read_phone, read_length, read_volume, read_size, read_degrees, read_pair):
        read = reader(cell)
        assert read.value is not None or read.findings or clean(cell) in NOTHING
    code = read_credit_code(cell)
    assert (code.value is None) == bool(code.findings or not normalise_credit_code(clean(cell)))
    assert (read_count(cell, 0, 9).value is None) == bool(read_count(cell, 0, 9).findings or not clean(cell))
    assert (read_date(cell, TODAY).value is None) == bool(read_date(cell, TODAY).findings or clean(cell) in NOTHING)


@given(st.integers(0, 9_999_999))
def test_every_made_up_code_is_read(number: int) -> None:
    assert read_credit_code(credit_code(number)).value == credit_code(number)
