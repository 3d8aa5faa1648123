"""Open a file that a stranger made: what it is by its bytes, never by its name, and whether it may be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from anru.registry.intake.cellvalues import SheetRow
from anru.registry.intake.errors import FileFault, IntakeRefused
from anru.registry.intake.limits import IntakeLimits
from anru.registry.intake.sheetxml import Merge
from anru.registry.intake.textfile import TextFile
from anru.registry.intake.workbookfile import WorkbookFile

_HEAD = 4_096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_MARKS = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"{\\rtf", "RTF"),
    (b"PK\x05\x06", "zip"),
)
_WEB_MARKS = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<script", b"<svg", b"mime-version:")


class RosterFile(Protocol):
    """An opened roster. `rows(after=n)` begins below row n, so the state of a reading is the file and a row number."""

    kind: str
    sheet: str
    encoding: str
    delimiter: str
    last_row: int
    merges: tuple[Merge, ...]

    def rows(self, after: int = 0) -> Iterator[SheetRow]:
        """Yield the rows below row `after` that hold something."""
        ...

    def close(self) -> None:
        """The file is closed."""
        ...


def open_roster(path: Path, *, limits: IntakeLimits, sheet: str = "") -> RosterFile:
    """Return the opened roster; all of it has been read through once and found to be within the limits.

    Memory stays bounded whatever the file is. The caller closes it (`contextlib.closing`).
    Refuses: IntakeRefused with a `FileFault`; `several_sheets` names the sheets to choose from.
    """
    size = path.stat().st_size
    if size == 0:
        raise IntakeRefused(FileFault.EMPTY)
    if size > limits.file_bytes:
        size_mb, limit_mb = -(-size // 1_000_000), limits.file_bytes // 1_000_000
        raise IntakeRefused(FileFault.TOO_LARGE, size_mb=size_mb, limit_mb=limit_mb)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return WorkbookFile(path, limits, sheet)
    if head.startswith(_OLE):
        raise IntakeRefused(FileFault.ENCRYPTED if _is_encrypted(path) else FileFault.OLD_EXCEL)
    _refuse_other_kinds(head)
    _refuse_binary(path)
    return TextFile(path, limits)


def _is_encrypted(path: Path) -> bool:
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            window = tail + chunk
            if any(mark in window for mark in _ENCRYPTED_MARKS):
                return True
            tail = window[-64:]
    return False


def _refuse_other_kinds(head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise IntakeRefused(FileFault.UTF16)
    for mark, kind in _OTHERS:
        if head.startswith(mark):
            raise IntakeRefused(FileFault.NOT_A_ROSTER, found=kind)
    # The old stream without a container, as Excel 4 and some report programs write it.
    if head[:4] in (b"\x09\x08\x10\x00", b"\x09\x08\x06\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00"):
        raise IntakeRefused(FileFault.OLD_EXCEL)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_WEB_MARKS):
        raise IntakeRefused(FileFault.WEB_PAGE)
    if start.startswith((b"<?xml", b"<!doctype", b"<workbook")):
        raise IntakeRefused(FileFault.OTHER_SPREADSHEET, found="XML")


def _refuse_binary(path: Path) -> None:
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            if b"\x00" in chunk:
                raise IntakeRefused(FileFault.NOT_A_ROSTER, found="binary")
