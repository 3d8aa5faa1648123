"""What a file is, by its bytes; its name is never asked."""

from __future__ import annotations

import re
from typing import Any, BinaryIO

from anru.evidence.decode.faults import Fault, Unfit
from anru.evidence.decode.limits import HEIC, JPEG, PDF, PICTURES, PNG, WEBP, Limits
from anru.evidence.decode.office import inspect_office
from anru.evidence.decode.pdf import inspect_pdf
from anru.evidence.decode.picture import inspect_picture

_HEAD = 4_096
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_ZIP = b"PK\x03\x04"
_STARTS: tuple[tuple[bytes, Fault], ...] = (
    (b"PK\x05\x06", Fault.ARCHIVE),
    (b"Rar!", Fault.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Fault.ARCHIVE),
    (b"\x1f\x8b", Fault.ARCHIVE),
    (b"BZh", Fault.ARCHIVE),
    (b"\xfd7zXZ", Fault.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Fault.ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Fault.OLD_OFFICE),
    (b"{\\rtf", Fault.OTHER_OFFICE),
    (b"MZ", Fault.PROGRAM),
    (b"\x7fELF", Fault.PROGRAM),
    (b"#!", Fault.PROGRAM),
    (b"\xca\xfe\xba\xbe", Fault.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Fault.PROGRAM),
    (b"dex\n", Fault.PROGRAM),
    (b"GIF87a", Fault.PICTURE_FORMAT),
    (b"GIF89a", Fault.PICTURE_FORMAT),
    (b"BM", Fault.PICTURE_FORMAT),
    (b"II*\0", Fault.PICTURE_FORMAT),
    (b"MM\0*", Fault.PICTURE_FORMAT),
    (b"\0\0\1\0", Fault.PICTURE_FORMAT),
    (b"8BPS", Fault.PICTURE_FORMAT),
    (b"\xff\x0a", Fault.PICTURE_FORMAT),
    (b"\0\0\0\x0cJXL ", Fault.PICTURE_FORMAT),
    (b"\0\0\0\x0cjP  ", Fault.PICTURE_FORMAT),
    (b"\xffO\xffQ", Fault.PICTURE_FORMAT),
    (b"%!PS", Fault.PICTURE_FORMAT),
    (b"\x1aE\xdf\xa3", Fault.VIDEO),
    (b"FLV", Fault.VIDEO),
)
_WEB = re.compile(rb"<(?:!doctype html|html|head|body|script|iframe|table|meta|div|a |img|p>|\?php)", re.IGNORECASE)
_SVG = re.compile(rb"<svg|<!doctype svg", re.IGNORECASE)


def decode_any(stream: BinaryIO, limits: Limits) -> dict[str, Any]:
    """Return the record of the file, with renderings in the working folder for a picture. Refuses: any `Fault`."""
    head = stream.read(_HEAD)
    stream.seek(0)
    if not head:
        raise Unfit(Fault.EMPTY)
    medium = _medium(head)
    if medium == "zip":
        record = inspect_office(stream, limits)
        medium = record["media_type"]
    _allow(medium, limits)
    if medium in PICTURES:
        return inspect_picture(stream, medium, limits)
    return inspect_pdf(stream, limits) if medium == PDF else record


def _allow(medium: str, limits: Limits) -> None:
    if medium not in limits.allowed:
        raise Unfit(Fault.NOT_ALLOWED, found=medium)


def _medium(head: bytes) -> str:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF"):
        if head[8:12] == b"WEBP":
            return WEBP
        raise Unfit(Fault.VIDEO)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(_ZIP):
        return "zip"
    if head[4:8] == b"ftyp":
        return _boxed(head)
    raise Unfit(_other(head))


def _boxed(head: bytes) -> str:
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[place : place + 4] for place in range(16, size, 4))]
    if head[8:12] in {b"avif", b"avis"} or b"avif" in brands:
        raise Unfit(Fault.PICTURE_FORMAT)
    if head[8:12] in _HEIC_BRANDS and _HEIC_BRANDS.intersection(brands) - {b"mif1", b"msf1"}:
        return HEIC
    raise Unfit(Fault.VIDEO)


def _other(head: bytes) -> Fault:
    for start, fault in _STARTS:
        if head.startswith(start):
            return fault
    # UTF-16 would otherwise carry a web page past the words that give it away.
    plain = head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    web, svg = _WEB.search(plain), _SVG.search(plain)
    if svg and (web is None or svg.start() < web.start()):
        return Fault.SVG
    if web:
        return Fault.WEB_PAGE
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Fault.UNKNOWN_FORMAT
    try:
        plain[: plain.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return Fault.UNKNOWN_FORMAT
    return Fault.TEXT_FILE
