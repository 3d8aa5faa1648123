"""How much of a stranger's file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """The bounds of one upload. The caller brings them from the rulebook.

    Units: `*_bytes` bytes, the others counts. `ratio` is unpacked to packed size. `rows` is the number of the last row
    of the sheet that may hold something, heading included. `elements` bounds XML elements of one part.
    """

    file_bytes: int
    parts: int
    unpacked_bytes: int
    ratio: int
    elements: int
    rows: int
    columns: int
    text_chars: int
