"""Check digits of the identifiers that people type: the unified social credit code (统一社会信用代码)."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from stdnum.cn import uscc

CREDIT_CODE_LENGTH = 18
CREDIT_CODE_ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5"})


class CodeFault(StrEnum):
    """What is wrong with a credit code."""

    LENGTH = "length"
    ALPHABET = "alphabet"
    AREA = "area"
    CHECK = "check"


def normalise_credit_code(text: str) -> str:
    """Return the code as it is stored: half-width, upper-case, without spaces, hyphens or invisible characters."""
    halved = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        mark for mark in halved if not mark.isspace() and mark not in "-_." and unicodedata.category(mark) != "Cf"
    )


def credit_code_fault(code: str) -> CodeFault | None:
    """Return what is wrong with a normalised code, or None when it is a code.

    The first two places may be letters (village cooperatives are registered under N, others under Y), which
    `stdnum.cn.uscc.validate` refuses; therefore only its check digit is used here.
    Source: GB 32100-2015.
    """
    if len(code) != CREDIT_CODE_LENGTH:
        return CodeFault.LENGTH
    if not CREDIT_CODE_ALPHABET.issuperset(code):
        return CodeFault.ALPHABET
    if not (code[2:8].isascii() and code[2:8].isdigit()):
        return CodeFault.AREA
    if uscc.calc_check_digit(code[:17]) != code[17]:
        return CodeFault.CHECK
    return None


def credit_code_meant(code: str) -> str:
    """Return the code that was probably meant when a letter was typed for a digit that looks like it, else ""."""
    guess = code.translate(_LOOK_ALIKES)
    return guess if guess != code and credit_code_fault(guess) is None else ""
