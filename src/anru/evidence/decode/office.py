"""A workbook or text document judged by its zip directory before one byte is unpacked, then part by part."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

from anru.evidence.decode.faults import Fault, Unfit
from anru.evidence.decode.limits import DOCX, XLSX, Limits

_CHUNK = 65_536
# Below this size a high ratio harms nobody, and a small sheet of equal rows packs very well.
_RATIO_FROM_BYTES = 1_000_000
_MOST_TAGS = 200_000
_DIRECTORY_MARK = b"PK\x01\x02"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<!\0(?:D\0O|E\0N)|\0<\0!\0(?:D\0O|E\0N)", re.IGNORECASE)
_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, KeyError)
_MAINS = {f"{XLSX}.main+xml": XLSX, f"{DOCX}.main+xml": DOCX}
_MACRO_NAMES = ("vbaproject.bin", "vbadata.xml", "/macrosheets/", "/dialogsheets/", "intlmacrosheet")
_ACTIVE_NAMES = ("/embeddings/", "/activex/", "/ctrlprops/", "customui/", "/webextensions/")
_LINK_NAMES = ("externallinks/", "/connections.xml", "/querytables/")
_ACTIVE_RELATIONS = ("oleobject", "package", "control", "afchunk", "customui", "activexcontrol", "webextension")
_WEB_ADDRESS = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_DDE = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)
_FETCH = re.compile(r"\b(?:INCLUDETEXT|INCLUDEPICTURE)\b[^\\]*(?:https?:|\\\\\\\\|file:)", re.IGNORECASE)


def inspect_office(stream: BinaryIO, limits: Limits) -> dict[str, Any]:
    """Return the record of an XLSX or DOCX file that carries nothing active and fetches nothing.

    Refuses: archive for any other zip; zip_bomb; polyglot; and the faults that begin with `office_` or `broken_office`.
    """
    size = _count_entries(stream, limits)
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            _judge_directory(entries, archive.start_dir, size, archive.comment, limits)
            media_type = _main_type(archive)
            for entry in entries:
                _judge_name(entry.filename)
            for entry in entries:
                _judge_part(archive, entry)
    except _ERRORS as error:
        raise Unfit(Fault.BROKEN_OFFICE, error=type(error).__name__) from error
    return {"media_type": media_type, "findings": {"parts": len(entries)}}


def _count_entries(stream: BinaryIO, limits: Limits) -> int:
    # The library would make an object for each of a million entries before it could be asked how many there are.
    found, size, tail = 0, 0, b""
    while chunk := stream.read(1 << 20):
        size += len(chunk)
        window = tail + chunk
        found += window.count(_DIRECTORY_MARK)
        tail = window[-3:]
        if found > limits.office_parts:
            raise Unfit(Fault.OFFICE_PARTS, most_parts=limits.office_parts)
    return size


def _judge_directory(entries: list[zipfile.ZipInfo], start: int, size: int, comment: bytes, limits: Limits) -> None:
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) != len(names):
        raise Unfit(Fault.BROKEN_OFFICE, error="duplicate part")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unfit(Fault.OFFICE_ENCRYPTED)
    total = sum(entry.file_size for entry in entries)
    ratios = [entry.file_size / max(entry.compress_size, 1) for entry in entries if entry.file_size > _RATIO_FROM_BYTES]
    if total > limits.office_unpacked_bytes or max(ratios, default=0) > limits.office_ratio:
        raise Unfit(Fault.ZIP_BOMB, unpacked_bytes=total, most_bytes=limits.office_unpacked_bytes)
    place = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        # Entries that share their packed bytes unpack to more than the directory lets on.
        if entry.header_offset < place:
            raise Unfit(Fault.ZIP_BOMB)
        place = entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size
    first = min((entry.header_offset for entry in entries), default=0)
    directory = sum(46 + len(entry.orig_filename.encode()) + len(entry.extra) + len(entry.comment) for entry in entries)
    if first or place > start or comment or size - start - directory > 22 + 76 + 16:
        raise Unfit(Fault.POLYGLOT)


def _main_type(archive: zipfile.ZipFile) -> str:
    if "[Content_Types].xml" not in archive.namelist():
        kind = archive.read("mimetype")[:100] if "mimetype" in archive.namelist() else b""
        raise Unfit(Fault.OTHER_OFFICE if b"opendocument" in kind else Fault.ARCHIVE)
    types = [(words.get("ContentType") or "").lower() for _tag, words in _tags(archive, "[Content_Types].xml")]
    if any("macro" in one or "vbaproject" in one for one in types):
        raise Unfit(Fault.OFFICE_MACROS)
    mains = {_MAINS[one] for one in types if one in _MAINS}
    if len(mains) != 1:
        raise Unfit(Fault.OTHER_OFFICE)
    medium = mains.pop()
    if ("xl/workbook.xml" if medium == XLSX else "word/document.xml") not in archive.namelist():
        raise Unfit(Fault.BROKEN_OFFICE)
    return medium


def _judge_name(name: str) -> None:
    lower = "/" + name.lower().replace("\\", "/")
    if "/../" in lower or lower.startswith("//") or ":" in lower or "\0" in lower:
        raise Unfit(Fault.BROKEN_OFFICE, error="path in the archive")
    for marks, fault in (
        (_MACRO_NAMES, Fault.OFFICE_MACROS),
        (_ACTIVE_NAMES, Fault.OFFICE_ACTIVE),
        (_LINK_NAMES, Fault.OFFICE_LINKS),
    ):
        if any(mark in lower for mark in marks):
            raise Unfit(fault, found=name[:80])


def _judge_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Return when all of the part unpacks to what the directory promised and holds nothing forbidden."""
    lower = entry.filename.lower()
    is_markup = lower.endswith((".xml", ".rels", ".vml"))
    tail = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            if is_markup and _DECLARATION.search(tail + chunk):
                raise Unfit(Fault.OFFICE_ENTITIES)
            tail = chunk[-32:]
    if lower.endswith(".rels"):
        for _tag, words in _tags(archive, entry.filename):
            _judge_relation(words)
    elif lower.startswith("word/") and lower.endswith(".xml"):
        _judge_fields(archive, entry.filename)


def _judge_relation(words: dict[str, str]) -> None:
    kind = words.get("Type", "").lower().rpartition("/")[2]
    if kind in _ACTIVE_RELATIONS:
        raise Unfit(Fault.OFFICE_ACTIVE, found=kind)
    if "vbaproject" in kind or "macrosheet" in kind:
        raise Unfit(Fault.OFFICE_MACROS)
    # An address that a person may click is harmless; a template or picture is fetched on opening.
    harmless = kind == "hyperlink" and _WEB_ADDRESS.match(words.get("Target", "").strip())
    if words.get("TargetMode", "").lower() == "external" and not harmless:
        raise Unfit(Fault.OFFICE_LINKS, found=kind[:80])


def _judge_fields(archive: zipfile.ZipFile, part: str) -> None:
    # The command of a field may be cut into many runs; only joined together it can be read.
    said: list[str] = []
    inside = False

    def start(name: str, words: dict[str, str]) -> None:
        nonlocal inside
        tag = name.rpartition(":")[2]
        inside = tag == "instrText"
        if tag == "fldSimple":
            said.append(next((text for key, text in words.items() if key.endswith("instr")), "") + "\n")

    def text(words: str) -> None:
        if inside:
            said.append(words)

    def end(_name: str) -> None:
        nonlocal inside
        inside = False

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, text, end
    _feed(archive, part, parser)
    joined = "".join(said)
    if _DDE.search(joined) or _FETCH.search(joined):
        raise Unfit(Fault.OFFICE_LINKS, found="field")


def _tags(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, words: dict[str, str]) -> None:
        if len(found) >= _MOST_TAGS:
            raise Unfit(Fault.OFFICE_PARTS)
        found.append((name, words))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    _feed(archive, part, parser)
    return iter(found)


def _feed(archive: zipfile.ZipFile, part: str, parser: expat.XMLParserType) -> None:
    def refuse(*_facts: object) -> None:
        raise Unfit(Fault.OFFICE_ENTITIES)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unfit(Fault.BROKEN_OFFICE, error="markup") from error
