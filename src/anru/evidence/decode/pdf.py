"""A PDF judged object by object; it is never drawn here and never shown inside a page of ours.

Two readers look at it: a parser that follows the tables as a viewer does, and a search over the raw bytes and the
objects packed in them. What hides from one, behind a wrong table or in an older revision, is found by the other.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from anru.evidence.decode.faults import Fault, Unfit
from anru.evidence.decode.limits import PDF, Limits

_MOST_TAIL_BYTES = 1_024
_MOST_PACKED_STREAMS = 3_000
_MOST_UNPACKED_BYTES = 64_000_000
_SPACE = b" \t\r\n\0\x0c"
_ACTIONS = {
    "/JavaScript": Fault.PDF_SCRIPT,
    "/Launch": Fault.PDF_ACTION,
    "/ImportData": Fault.PDF_ACTION,
    "/SubmitForm": Fault.PDF_ACTION,
    "/GoToE": Fault.PDF_ACTION,
    "/GoToR": Fault.PDF_ACTION,
    "/Rendition": Fault.PDF_ATTACHMENT,
    "/RichMediaExecute": Fault.PDF_ATTACHMENT,
}
_ATTACHED = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_KEYS = {
    "/JS": Fault.PDF_SCRIPT,
    "/JavaScript": Fault.PDF_SCRIPT,
    "/XFA": Fault.PDF_SCRIPT,
    "/EmbeddedFiles": Fault.PDF_ATTACHMENT,
    "/EF": Fault.PDF_ATTACHMENT,
    "/AF": Fault.PDF_ATTACHMENT,
    "/Collection": Fault.PDF_ATTACHMENT,
}
_LIBRARY_ERRORS = (PyPdfError, ValueError, TypeError, LookupError, AttributeError, AssertionError, OSError, zlib.error)


def _spelled(name: str) -> bytes:
    """Return a pattern for a PDF name, each letter of which may also be written as a number: `/J#61vaScript`."""
    return b"/" + b"".join(b"(?:%c|#%02x|#%02X)" % (ord(char), ord(char), ord(char)) for char in name)


# Only names so long that compressed bytes do not spell them by chance.
_RAW = (
    (re.compile(_spelled("JavaScript")), Fault.PDF_SCRIPT),
    (re.compile(_spelled("Launch") + rb"(?![0-9A-Za-z])"), Fault.PDF_ACTION),
    (re.compile(_spelled("SubmitForm")), Fault.PDF_ACTION),
    (re.compile(_spelled("ImportData")), Fault.PDF_ACTION),
    (re.compile(_spelled("EmbeddedFile")), Fault.PDF_ATTACHMENT),
    (re.compile(_spelled("FileAttachment")), Fault.PDF_ATTACHMENT),
    (re.compile(_spelled("RichMedia")), Fault.PDF_ATTACHMENT),
)
_PACKED = re.compile(_spelled("ObjStm"))
_STREAM = re.compile(rb"stream\r?\n")


def inspect_pdf(stream: BinaryIO, limits: Limits) -> dict[str, Any]:
    """Return the record of a PDF that holds pages and nothing that acts.

    Refuses: polyglot; broken_pdf; pdf_encrypted; pdf_pages; pdf_script; pdf_action; pdf_attachment; pdf_complex.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    content = stream.read()
    _judge_end(content)
    unsearched = _search_raw(content)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise Unfit(Fault.PDF_ENCRYPTED)
        pages = _count_pages(reader, limits)
        unreadable = _judge_objects(reader, limits)
    except LimitReachedError as error:
        raise Unfit(Fault.PDF_COMPLEX) from error
    except RecursionError as error:
        raise Unfit(Fault.PDF_COMPLEX) from error
    except _LIBRARY_ERRORS as error:
        raise Unfit(Fault.BROKEN_PDF, error=type(error).__name__) from error
    if unreadable and unsearched:
        # What neither reader could open may be what a viewer opens.
        raise Unfit(Fault.PDF_COMPLEX, objects=unreadable)
    findings: dict[str, Any] = {"pages": pages}
    if unreadable:
        findings["unreadable_objects"] = unreadable
    return {"media_type": PDF, "findings": findings}


def _judge_end(content: bytes) -> None:
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Unfit(Fault.BROKEN_PDF)
    tail = content[end + 5 :].strip(_SPACE)
    if len(tail) > _MOST_TAIL_BYTES or zipfile.is_zipfile(io.BytesIO(content)):
        raise Unfit(Fault.POLYGLOT)


def _search_raw(content: bytes) -> int:
    """Return how many streams of packed objects could not be unpacked here. Refuses what spells a forbidden name."""
    _refuse_spelled(content)
    unpacked = unsearched = 0
    for number, mark in enumerate(_PACKED.finditer(content)):
        if number >= _MOST_PACKED_STREAMS or unpacked > _MOST_UNPACKED_BYTES:
            raise Unfit(Fault.PDF_COMPLEX)
        begin = _STREAM.search(content, mark.end(), mark.end() + 4_096)
        if begin is None:
            unsearched += 1
            continue
        try:
            room = max(_MOST_UNPACKED_BYTES - unpacked, 0) + 1
            part = zlib.decompressobj().decompress(memoryview(content)[begin.end() :], room)
        except zlib.error:
            # Packed in another way; the parser unpacks that.
            unsearched += 1
            continue
        unpacked += len(part)
        _refuse_spelled(part)
    return unsearched


def _refuse_spelled(content: bytes) -> None:
    for pattern, fault in _RAW:
        if pattern.search(content):
            raise Unfit(fault)


def _count_pages(reader: PdfReader, limits: Limits) -> int:
    """Return how many pages there are. The number that the file declares is not believed: each leaf is counted."""
    root = reader.trailer["/Root"].get_object()
    if not isinstance(root, DictionaryObject):
        raise Unfit(Fault.BROKEN_PDF)
    waiting: list[Any] = [root.raw_get("/Pages")]
    seen: set[tuple[int, int]] = set()
    pages = 0
    while waiting:
        reference = waiting.pop()
        if isinstance(reference, IndirectObject):
            if (reference.idnum, reference.generation) in seen:
                continue
            seen.add((reference.idnum, reference.generation))
        node = reference.get_object() if reference is not None else None
        if not isinstance(node, DictionaryObject):
            continue
        kids = node.get("/Kids")
        if kids is None:
            pages += 1
        elif isinstance(kids := kids.get_object(), ArrayObject):
            waiting.extend(kids)
        if pages > limits.pdf_pages or len(waiting) > limits.pdf_objects:
            raise Unfit(Fault.PDF_PAGES, most_pages=limits.pdf_pages)
    if pages == 0:
        raise Unfit(Fault.BROKEN_PDF)
    return pages


def _judge_objects(reader: PdfReader, limits: Limits) -> int:
    """Return how many objects could not be read; viewers show nothing of them either. Refuses the forbidden ones."""
    keys = {(number, generation) for generation, table in reader.xref.items() for number in table}
    keys |= {(number, 0) for number in reader.xref_objStm}
    if len(keys) > limits.pdf_objects:
        raise Unfit(Fault.PDF_COMPLEX, objects=len(keys), most_objects=limits.pdf_objects)
    _refuse(reader.trailer)
    unreadable = 0
    for number, generation in sorted(keys):
        try:
            found = reader.get_object(IndirectObject(number, generation, reader))
        except RecursionError:
            raise
        except LimitReachedError:
            raise
        except _LIBRARY_ERRORS:
            unreadable += 1
            continue
        for part in _dictionaries(found):
            _refuse(part)
    return unreadable


def _dictionaries(found: object) -> Iterator[DictionaryObject]:
    """Yield the dictionaries written inside one object; references lead to objects that are judged by themselves."""
    waiting: list[object] = [found]
    while waiting:
        part = waiting.pop()
        if isinstance(part, DictionaryObject):
            yield part
            waiting.extend(part.raw_get(key) for key in part)
        elif isinstance(part, ArrayObject):
            waiting.extend(list.__iter__(part))


def _refuse(part: DictionaryObject) -> None:
    for key, fault in _KEYS.items():
        if key in part:
            raise Unfit(fault, found=key)
    action = _name(part, "/S")
    if action in _ACTIONS:
        raise Unfit(_ACTIONS[action], found=action)
    if _name(part, "/Subtype") in _ATTACHED or _name(part, "/Type") == "/EmbeddedFile":
        raise Unfit(Fault.PDF_ATTACHMENT)


def _name(part: DictionaryObject, key: str) -> str:
    # The name may stand in an object of its own, so that one who reads the dictionary alone does not see it.
    return str(part.get(key, ""))
