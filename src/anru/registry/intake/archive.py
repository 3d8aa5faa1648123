"""The zip around a workbook: judged by its directory before one byte of it is unpacked."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from anru.registry.intake.errors import FileFault, IntakeRefused
from anru.registry.intake.limits import IntakeLimits

CHUNK = 65_536
# Below this size a high ratio harms nobody, and a small sheet of equal rows packs very well.
RATIO_FROM_BYTES = 1_000_000
# A single tag or attribute that is longer only serves to exhaust the parser's buffer.
LONGEST_TAG = 1_000_000
# The parser keeps some hundred bytes for each open element; a million of them inside each other fill the memory.
DEEPEST_TAG = 64
# Excel itself allows 65,490 cell styles, the most numerous thing outside the sheets.
MOST_TAGS = 100_000
_DIRECTORY_MARK = b"PK\x01\x02"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_KINDS = (("xl/workbook.bin", "xlsb"), ("word/document.xml", "Word"), ("ppt/presentation.xml", "PowerPoint"))
_UNPACK_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


class Archive:
    """The parts of a workbook file whose directory has been judged."""

    def __init__(self, path: Path, limits: IntakeLimits) -> None:
        self.limits = limits
        _count_entries(path, limits)
        try:
            self._zip = zipfile.ZipFile(path)
        except (*_UNPACK_ERRORS, ValueError) as error:
            raise IntakeRefused(FileFault.BROKEN_ZIP, part=path.suffix or "zip") from error
        try:
            self.parts = _judged_directory(self._zip, path, limits)
            self._judge_content_types()
            self._judge_declarations()
        except BaseException:
            self._zip.close()
            raise

    def close(self) -> None:
        """The file is closed."""
        self._zip.close()

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield the unpacked bytes of a part. Refuses: broken_zip."""
        try:
            with self._zip.open(self.parts[part]) as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
        except _UNPACK_ERRORS as error:
            raise IntakeRefused(FileFault.BROKEN_ZIP, part=part) from error

    def parse(self, part: str, parser: expat.XMLParserType) -> Iterator[None]:
        """Feed a part to a parser, yielding after each chunk. Refuses: broken_xml, xml_entities, broken_zip."""

        def refuse(*_facts: object) -> None:
            raise IntakeRefused(FileFault.XML_ENTITIES, part=part)

        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        fed = 0
        try:
            for chunk in self.chunks(part):
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > LONGEST_TAG:
                    raise IntakeRefused(FileFault.BROKEN_XML, part=part)
                yield
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            if isinstance(error, IntakeRefused):
                raise
            raise IntakeRefused(FileFault.BROKEN_XML, part=part) from error
        yield

    def tags(self, part: str, *names: str) -> list[tuple[str, dict[str, str]]]:
        """Return the elements of a small part that have one of the names: name without prefix, and attributes."""
        found: list[tuple[str, dict[str, str]]] = []
        left, depth = self.limits.elements, 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal left, depth
            left, depth = left - 1, depth + 1
            if left < 0 or len(found) >= MOST_TAGS:
                raise IntakeRefused(FileFault.TOO_MANY_ELEMENTS, limit=min(self.limits.elements, MOST_TAGS))
            if depth > DEEPEST_TAG:
                raise IntakeRefused(FileFault.BROKEN_XML, part=part)
            bare = name.rpartition(":")[2]
            if bare in names:
                found.append((bare, attributes))

        def end(_name: str) -> None:
            nonlocal depth
            depth -= 1

        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        for _ in self.parse(part, parser):
            pass
        return found

    def _judge_content_types(self) -> None:
        if "[Content_Types].xml" not in self.parts:
            raise IntakeRefused(FileFault.NOT_A_ROSTER, found=_kind(self.parts, self._zip))
        declared = self.tags("[Content_Types].xml", "Default", "Override")
        types = [attributes.get("ContentType", "").lower() for _name, attributes in declared]
        for content_type in types:
            if "macroenabled" in content_type or "macrosheet" in content_type or "vbaproject" in content_type:
                raise IntakeRefused(FileFault.MACROS, part=content_type.rpartition(".")[2])
        if _WORKBOOK not in types:
            kind = _kind(self.parts, self._zip)
            fault = FileFault.OTHER_SPREADSHEET if kind in ("xlsb", "ODS") else FileFault.NOT_A_ROSTER
            raise IntakeRefused(fault, found=kind)

    def _judge_declarations(self) -> None:
        # Also the parts that are never parsed here: the file is kept, and somebody else may open it.
        for part in self.parts:
            if not part.lower().endswith((".xml", ".rels", ".vml")):
                continue
            tail = b""
            for chunk in self.chunks(part):
                if _DECLARATION.search(tail + chunk):
                    raise IntakeRefused(FileFault.XML_ENTITIES, part=part)
                tail = chunk[-16:]


def _count_entries(path: Path, limits: IntakeLimits) -> None:
    # The library would make an object for each of a million entries before it could be asked how many there are.
    found, tail = 0, b""
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            window = tail + chunk
            found += window.count(_DIRECTORY_MARK)
            tail = window[-(len(_DIRECTORY_MARK) - 1) :]
            if found > limits.parts:
                raise IntakeRefused(FileFault.TOO_MANY_PARTS, count=limits.parts, limit=limits.parts)


def _judged_directory(archive: zipfile.ZipFile, path: Path, limits: IntakeLimits) -> dict[str, zipfile.ZipInfo]:
    parts: dict[str, zipfile.ZipInfo] = {}
    folded: set[str] = set()
    for entry in archive.infolist():
        if entry.filename.lower() in folded:
            raise IntakeRefused(FileFault.DUPLICATE_PART, part=entry.filename[:80])
        folded.add(entry.filename.lower())
        parts[entry.filename] = entry
        if entry.flag_bits & 0x1:
            raise IntakeRefused(FileFault.ENCRYPTED)
    _judge_sizes(list(parts.values()), path.stat().st_size, limits)
    for name in parts:
        _judge_name(name)
    return parts


def _judge_sizes(entries: list[zipfile.ZipInfo], packed: int, limits: IntakeLimits) -> None:
    total = sum(entry.file_size for entry in entries)
    ratios = [entry.file_size / max(entry.compress_size, 1) for entry in entries if entry.file_size > RATIO_FROM_BYTES]
    worst = max([*ratios, total / max(packed, 1) if total > RATIO_FROM_BYTES else 0])
    if total > limits.unpacked_bytes:
        size_mb, limit_mb = -(-total // 1_000_000), limits.unpacked_bytes // 1_000_000
        raise IntakeRefused(FileFault.UNPACKS_TOO_LARGE, size_mb=size_mb, limit_mb=limit_mb)
    if worst > limits.ratio:
        raise IntakeRefused(FileFault.ZIP_BOMB, ratio=round(worst), limit=limits.ratio)


def _judge_name(name: str) -> None:
    lower = name.lower()
    if lower.endswith("vbaproject.bin") or "/macrosheets/" in lower or "vbadata" in lower:
        raise IntakeRefused(FileFault.MACROS, part=name[:80])
    if "externallinks/" in lower or lower.endswith("/connections.xml") or "/querytables/" in lower:
        raise IntakeRefused(FileFault.EXTERNAL_LINKS, part=name[:80])
    if "/embeddings/" in lower or "/activex/" in lower or "/ctrlprops/" in lower:
        raise IntakeRefused(FileFault.ACTIVE_CONTENT, part=name[:80])


def _kind(parts: dict[str, zipfile.ZipInfo], archive: zipfile.ZipFile) -> str:
    for part, kind in _KINDS:
        if part in parts:
            return kind
    if "mimetype" in parts and parts["mimetype"].file_size < 200:
        try:
            declared = archive.read("mimetype")
        except _UNPACK_ERRORS:
            return "zip"
        return "ODS" if b"opendocument.spreadsheet" in declared else "zip"
    return "zip"
