"""Credit codes: normalised, checked, and guessed where a letter was typed for a digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from anru.kernel.checksums import (
    CREDIT_CODE_ALPHABET,
    CodeFault,
    credit_code_fault,
    credit_code_meant,
    normalise_credit_code,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODY = st.tuples(
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
).map("".join)


@pytest.mark.parametrize("code", ["91330100799655058B", "9144030071526726XG", "91330212MA2TE5T01L"])
def test_real_codes_are_accepted(code: str) -> None:
    assert credit_code_fault(code) is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91330100799655058C", CodeFault.CHECK),
        ("9133010079965505B", CodeFault.LENGTH),
        ("91330100799655058BB", CodeFault.LENGTH),
        ("", CodeFault.LENGTH),
        ("9133O100799655058B", CodeFault.ALPHABET),
        ("91330100799655058b", CodeFault.ALPHABET),
        ("91A30100799655058B", CodeFault.AREA),
    ],
)
def test_wrong_codes_say_what_is_wrong(code: str, fault: CodeFault) -> None:
    assert credit_code_fault(code) is fault


def test_village_cooperatives_have_a_letter_in_front() -> None:
    body = "N2330212MF0001234"
    assert credit_code_fault(body + uscc.calc_check_digit(body)) is None


@pytest.mark.parametrize(
    "typed",
    [
        " 91330212MA2TE5T01L ",
        "９１３３０２１２ＭＡ２ＴＥ５Ｔ０１Ｌ",
        "91330212ma2te5t01l",
        "91330212-MA2TE5T01-L",
        "91330212MA2TE5T01L\u200b\ufeff",
    ],
)
def test_spellings_become_one(typed: str) -> None:
    assert normalise_credit_code(typed) == "91330212MA2TE5T01L"


@given(BODY, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_changed_character_is_always_found(body: str, at: int, other: str) -> None:
    code = body + uscc.calc_check_digit(body)
    assert credit_code_fault(code) is None
    changed = code[:at] + other + code[at + 1 :]
    assert (credit_code_fault(changed) is None) == (changed == code)


@given(st.text(max_size=25))
def test_any_text_gets_an_answer(text: str) -> None:
    code = normalise_credit_code(text)
    if credit_code_fault(code) is None:
        assert set(code) <= CREDIT_CODE_ALPHABET


def test_a_letter_for_a_digit_is_guessed() -> None:
    assert credit_code_meant("9133O2I2MA2TE5T01L") == "91330212MA2TE5T01L"
    assert credit_code_meant("91330212MA2TE5T01L") == ""
    assert credit_code_meant("9133O2I2MA2TE5T01A") == ""
