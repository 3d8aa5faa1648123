"""Where a picture really ends, and what a polyglot carries behind or inside it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

from anru.evidence.decode.faults import Fault, Unfit
from anru.evidence.decode.limits import HEIC, JPEG, PNG

# A marker of JPEG that ends the compressed data: neither a stuffed zero, nor a restart, nor filling.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_BEHIND = ((b"PK", "zip"), (b"\xff\xd8\xff", "picture"), (b"%PDF", "pdf"), (b"Rar!", "rar"), (b"MZ", "program"))
_BOX = re.compile(rb"[0-9A-Za-z ]{4}\Z")
_CARRIED = (
    ("html", re.compile(rb"<(?:!doctype html|html[ >]|script[ >]|iframe[ >])", re.IGNORECASE)),
    ("php", re.compile(rb"<\?php", re.IGNORECASE)),
    ("svg", re.compile(rb"<svg[ >][^<]{0,200}xmlns", re.IGNORECASE)),
    ("pdf", re.compile(rb"%PDF-1\.[0-9]")),
)


def carried_in(content: bytes, medium: str) -> dict[str, Any]:
    """Return findings about bytes behind the picture and about other kinds of file hidden in it.

    Refuses: broken_picture and truncated for a PNG, the one format that lets its wholeness be checked.
    """
    found: dict[str, Any] = {}
    end = _end(content, medium)
    if end < len(content) and content[end:].strip(b"\0"):
        found["trailing_bytes"] = len(content) - end
        found["trailing_kind"] = _kind(content[end : end + 64])
    carried = [name for name, pattern in _CARRIED if pattern.search(content)]
    if zipfile.is_zipfile(io.BytesIO(content)):
        carried.append("zip")
    if carried:
        found["carries"] = carried
    return found


def _end(content: bytes, medium: str) -> int:
    if medium == JPEG:
        return _jpeg_end(content)
    if medium == PNG:
        return _png_end(content)
    if medium == HEIC:
        return _box_end(content)
    size = int.from_bytes(content[4:8], "little") + 8
    return size + (size & 1)


def _jpeg_end(content: bytes) -> int:
    place = 2
    while marker := _MARKER.search(content, place):
        code, place = content[marker.start() + 1], marker.end()
        if code == 0xD9:
            return place
        if code != 0x01:
            place += max(int.from_bytes(content[place : place + 2], "big"), 2)
    return len(content)


def _png_end(content: bytes) -> int:
    """Return where the picture ends. Refuses: broken_picture for a wrong checksum; truncated.

    The decoder does not compare the checksums of picture data: changed bytes would be shown as the evidence.
    """
    place = 8
    while place + 12 <= len(content):
        size, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        checked = memoryview(content)[place + 4 : place + 8 + size]
        place += size + 12
        if place > len(content):
            break
        if zlib.crc32(checked) != int.from_bytes(content[place - 4 : place], "big"):
            raise Unfit(Fault.BROKEN_PICTURE, error="checksum")
        if kind == b"IEND":
            return place
    raise Unfit(Fault.TRUNCATED)


def _box_end(content: bytes) -> int:
    place = 0
    while place + 8 <= len(content):
        size, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        if size == 1:
            size = int.from_bytes(content[place + 8 : place + 16], "big")
        if size == 0 and _BOX.match(kind):
            return len(content)
        if size < 8 or place + size > len(content) or not _BOX.match(kind):
            break
        place += size
    return place


def _kind(start: bytes) -> str:
    if start[4:8] == b"ftyp":
        return "film"
    for mark, name in _BEHIND:
        if start.startswith(mark):
            return name
    return "html" if start.lstrip().startswith(b"<") else "other"
