"""Hostile until decoded: a file is opened in a confined child process, judged by its bytes, and rendered anew."""

from __future__ import annotations

from anru.evidence.decode.faults import FAULT_WORDS, Fault, words_of
from anru.evidence.decode.limits import MEDIA, PICTURES, Limits
from anru.evidence.decode.measure import hash_distance
from anru.evidence.decode.record import Inspected
from anru.evidence.decode.runner import DecoderLost, inspect_and_render

__all__ = [
    "FAULT_WORDS",
    "MEDIA",
    "PICTURES",
    "DecoderLost",
    "Fault",
    "Inspected",
    "Limits",
    "hash_distance",
    "inspect_and_render",
    "words_of",
]
