"""Documents, good and hostile, built byte by byte: each with what must become of it."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from pypdf import PdfWriter
from tests.evidence.decode.pictures import Case, jpeg, small_zip, zeros_packed

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>"
BASIC = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: PAGE}


def pdf(objects: Mapping[int, bytes], tail: bytes = b"", head: bytes = b"") -> bytes:
    """Return a PDF of these objects with a right table; object 1 is the root."""
    out, places = bytearray(head + b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    most = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % most
    for number in range(1, most):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    return bytes(out) + b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (most, table) + tail


def with_objects(**more: bytes) -> bytes:
    """Return a one-page PDF with further objects n4, n5, … and `root` added to its root."""
    objects = dict(BASIC)
    objects[1] = b"<</Type/Catalog/Pages 2 0 R" + more.pop("root", b"") + b">>"
    return pdf(objects | {int(name[1:]): body for name, body in more.items()})


def stream(words: bytes, content: bytes) -> bytes:
    return b"<<" + words + b"/Length %d>>\nstream\n" % len(content) + content + b"\nendstream"


def pages(count: int, *, told: int | None = None) -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    root = b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % (count if told is None else told)
    return pdf({1: BASIC[1], 2: root} | dict.fromkeys(range(3, count + 3), PAGE))


def packed(
    hidden: bytes, filters: bytes = b"/FlateDecode", content: bytes | None = None, *, listed: bool = True
) -> bytes:
    """Return a PDF whose object 4 stands in an object stream (5), listed in a table stream (6)."""
    plain = b"4 0 " + hidden
    body = zlib.compress(plain) if content is None else content
    objects = dict(BASIC)
    objects[1] = b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>" if listed else BASIC[1]
    objects[5] = stream(b"/Type/ObjStm/N 1/First 4/Filter" + filters, body)
    out, rows = bytearray(b"%PDF-1.7\n"), {}
    for number, part in objects.items():
        rows[number] = struct.pack(">BIH", 1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    rows[4] = struct.pack(">BIH", 2, 5, 0) if listed else struct.pack(">BIH", 0, 0, 0)
    rows[6] = struct.pack(">BIH", 1, len(out), 0)
    table = struct.pack(">BIH", 0, 0, 65_535) + b"".join(rows[number] for number in range(1, 7))
    place = len(out)
    out += b"6 0 obj\n" + stream(b"/Type/XRef/W[1 4 2]/Size 7/Root 1 0 R", table) + b"\nendobj\n"
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % place


def encrypted(password: str) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def attached() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("a.exe", b"MZ")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def older_revision() -> bytes:
    """Return a PDF whose first revision had a script that the second took back."""
    first = with_objects(root=b"/OpenAction 4 0 R", n4=b"<</S/JavaScript/JS(app.alert\\(1\\))>>")
    place = len(first)
    table = b"xref\n4 1\n%010d 00000 n \n" % place
    body = b"4 0 obj\n<</S/GoTo>>\nendobj\n"
    trailer = b"trailer\n<</Root 1 0 R/Size 5/Prev %d>>\n" % int(first.rsplit(b"startxref\n", 1)[1].split()[0])
    return first + body + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (place + len(body))


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
PDFS: dict[str, Case] = {
    "pdf": Case(lambda: pdf(BASIC), told={"pages": 1}),
    "pdf-500-pages": Case(lambda: pages(500), told={"pages": 500}),
    "pdf-501-pages": Case(lambda: pages(501), ("pdf_pages",)),
    "pdf-65000-pages": Case(lambda: pages(65_000), ("pdf_pages",)),
    "pdf-count-lies": Case(lambda: pages(700, told=1), ("pdf_pages",)),
    "pdf-page-tree-loop": Case(
        lambda: pdf(BASIC | {2: b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>"}), told={"pages": 1}
    ),
    "pdf-no-pages": Case(lambda: pdf(BASIC | {2: b"<</Type/Pages/Kids[]/Count 0>>"}), ("broken_pdf",)),
    "pdf-password": Case(lambda: encrypted("secret"), ("pdf_encrypted",)),
    "pdf-rights-only": Case(lambda: encrypted(""), ("pdf_encrypted",)),
    "pdf-script": Case(lambda: with_objects(root=b"/OpenAction 4 0 R", n4=SCRIPT), ("pdf_script",)),
    "pdf-script-spelled": Case(
        lambda: with_objects(root=b"/OpenAction 4 0 R", n4=b"<</S/J#61v#61Script/J#53(x)>>"), ("pdf_script",)
    ),
    "pdf-script-short": Case(lambda: with_objects(root=b"/AA<</WC<</S 4 0 R/JS(x)>>>>", n4=b"/X"), ("pdf_script",)),
    "pdf-script-packed-as-hex": Case(
        lambda: packed(
            b"<</S/JavaScript/JS(x)>>", b"[/ASCIIHexDecode]", b"342030203C3C2F532F4A6176615363726970743E3E>"
        ),
        ("pdf_script",),
    ),
    "pdf-script-too-deep-to-read": Case(
        lambda: packed(
            b"", b"[/ASCIIHexDecode]", (b"4 0 " + SCRIPT[:-2] + b"/X" + b"<</A" * 20_000).hex().encode() + b">"
        ),
        ("pdf_complex", "pdf_script"),
    ),
    "pdf-script-packed": Case(lambda: packed(SCRIPT), ("pdf_script",)),
    "pdf-script-packed-unlisted": Case(lambda: packed(SCRIPT, listed=False), ("pdf_script",)),
    "pdf-script-in-old-revision": Case(older_revision, ("pdf_script",)),
    "pdf-script-in-form": Case(
        lambda: with_objects(root=b"/AcroForm<</Fields[4 0 R]>>", n4=b"<</FT/Tx/AA<</K<</S/JavaScript>>>>>>"),
        ("pdf_script",),
    ),
    "pdf-form-xfa": Case(
        lambda: with_objects(root=b"/AcroForm<</XFA 4 0 R>>", n4=stream(b"", b"<xdp/>")), ("pdf_script",)
    ),
    "pdf-launch": Case(lambda: with_objects(root=b"/OpenAction<</S/Launch/F(cmd.exe)>>", n4=b"null"), ("pdf_action",)),
    "pdf-submit": Case(lambda: with_objects(n4=b"<</S/SubmitForm/F(http://x)>>"), ("pdf_action",)),
    "pdf-goto-remote": Case(lambda: with_objects(n4=b"<</S/GoToR/F(\\\\\\\\host\\\\share)>>"), ("pdf_action",)),
    "pdf-attachment": Case(attached, ("pdf_attachment",)),
    "pdf-portfolio": Case(lambda: with_objects(root=b"/Collection<<>>"), ("pdf_attachment",)),
    "pdf-rich-media": Case(lambda: with_objects(n4=b"<</Type/Annot/Subtype/RichMedia>>"), ("pdf_attachment",)),
    "pdf-link": Case(lambda: with_objects(n4=b"<</S/URI/URI(https://www.gov.cn)>>"), told={"pages": 1}),
    "pdf-half": Case(lambda: pages(40)[:1_500], ("broken_pdf",)),
    "pdf-head-alone": Case(lambda: b"%PDF-1.7\n", ("broken_pdf",)),
    "pdf-no-table": Case(lambda: pdf(BASIC).replace(b"xref", b"abcd"), ("broken_pdf",)),
    "pdf-script-name-apart": Case(lambda: with_objects(n4=b"<</S 5 0 R>>", n5=b"/JavaScript"), ("pdf_script",)),
    "pdf-html-before": Case(lambda: pdf(BASIC, head=b"<html><script>x</script></html>\n"), ("web_page",)),
    "pdf-jpeg-before": Case(lambda: pdf(BASIC, head=jpeg()), ("",), {"carries": ["pdf"]}),
    "pdf-then-zip": Case(lambda: pdf(BASIC, tail=small_zip()), ("polyglot",)),
    "pdf-then-program": Case(lambda: pdf(BASIC, tail=b"MZ" + bytes(range(1, 256)) * 20), ("polyglot",)),
    "pdf-deep-arrays": Case(lambda: with_objects(n4=b"[" * 60_000 + b"]" * 60_000), ("pdf_complex",)),
    "pdf-deep-dictionaries": Case(lambda: with_objects(n4=b"<</A" * 20_000 + b">>" * 20_000), ("",)),
    "pdf-object-bomb": Case(lambda: packed(b"", content=zeros_packed(400_000_000)), ("pdf_complex",)),
    "pdf-content-bomb": Case(lambda: with_objects(n4=stream(b"/Filter/FlateDecode", zeros_packed(900_000_000)))),
    "pdf-100000-objects": Case(lambda: pdf(BASIC | dict.fromkeys(range(4, 100_000), b"null")), ("pdf_complex",)),
    "pdf-size-lies": Case(lambda: pdf(BASIC).replace(b"/Size 4", b"/Size 999999999"), ("",)),
    "pdf-previous-loop": Case(
        lambda: pdf(BASIC).replace(b"/Size 4", b"/Size 4/Prev %d" % pdf(BASIC).index(b"xref")), ("",)
    ),
}


def zipped(parts: Mapping[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(50):
        sheet.append([row, "污水池", "有限空间"])
    sheet["A1"].hyperlink = "https://www.gov.cn/"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(base: bytes, **more: Any) -> bytes:
    """Return an office file with parts added or exchanged; `__` in a name stands for a slash, `_` for a dot."""
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    return zipped(parts | {name.replace("__", "/").replace("_", "."): body for name, body in more.items()})


MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="%s"/></Types>'
)


def document(body: str = "<w:p><w:r><w:t>安全承诺书</w:t></w:r></w:p>", kind: str = MAIN, **more: Any) -> bytes:
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": TYPES % kind,
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
    }
    return zipped(parts | {name.replace("__", "/").replace("_", "."): part for name, part in more.items()})


def relation(kind: str, target: str, mode: str = "External") -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{base}{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


def field_in_runs(words: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:instrText>{char}</w:instrText></w:r>" for char in words) + "</w:p>"


def twice() -> bytes:
    out = io.BytesIO(document())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/document.XML", "<x/>")
    return out.getvalue()


def overlapping() -> bytes:
    """Return a document whose second entry names the packed bytes of the first."""
    content = document(word__media__a_bin=bytes(900_000), word__media__b_bin=bytes(900_000))
    first = content.index(b"PK\x03\x04", content.index(b"word/media/a.bin") - 40)
    central = content.rindex(b"word/media/b.bin")
    return content[: central - 4] + struct.pack("<I", first) + content[central:]


def size_lies() -> bytes:
    """Return a document one part of which declares 10 bytes and unpacks to 90 MB."""
    content = document(word__media__a_bin=bytes(90_000_000))
    real, lie = struct.pack("<I", 90_000_000), struct.pack("<I", 10)
    return content.replace(real, lie)


def flagged_encrypted() -> bytes:
    content = bytearray(document())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(mark) + place
        content[at] |= 1
    return bytes(content)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE: dict[str, Case] = {
    "xlsx": Case(workbook),
    "docx": Case(document),
    "docx-link": Case(lambda: document(word___rels__document_xml_rels=relation("hyperlink", "https://www.gov.cn"))),
    "docx-link-to-file": Case(
        lambda: document(word___rels__document_xml_rels=relation("hyperlink", "file://h/s")), ("office_links",)
    ),
    "docx-remote-template": Case(
        lambda: document(word___rels__settings_xml_rels=relation("attachedTemplate", "http://x/t.dotm")),
        ("office_links",),
    ),
    "docx-remote-picture": Case(
        lambda: document(word___rels__document_xml_rels=relation("image", "http://x/p")), ("office_links",)
    ),
    "docx-embedded-page": Case(
        lambda: document(word___rels__document_xml_rels=relation("aFChunk", "a.html", "Internal")), ("office_active",)
    ),
    "docx-ole": Case(lambda: document(word__embeddings__oleObject1_bin=OLE), ("office_active",)),
    "docx-dde": Case(lambda: document(field_in_runs('DDEAUTO c:\\cmd.exe "/k calc"')), ("office_links",)),
    "docx-dde-simple": Case(lambda: document('<w:fldSimple w:instr="DDE cmd"/>'), ("office_links",)),
    "docx-fetch": Case(lambda: document(field_in_runs('INCLUDEPICTURE "http://x/p.png"')), ("office_links",)),
    "docx-page-field": Case(lambda: document(field_in_runs(" PAGE \\* MERGEFORMAT "))),
    "docx-macro-type": Case(
        lambda: document(kind="application/vnd.ms-word.document.macroEnabled.main+xml"), ("office_macros",)
    ),
    "docx-entities": Case(lambda: document(word__styles_xml=ENTITIES), ("office_entities",)),
    "docx-entities-utf16": Case(lambda: document(word__styles_xml=ENTITIES.encode("utf-16")), ("office_entities",)),
    "docx-broken-markup": Case(lambda: document("<w:p>"), ("broken_office",)),
    "docx-part-twice": Case(twice, ("broken_office",)),
    "docx-overlapping": Case(overlapping, ("zip_bomb",)),
    "docx-size-lies": Case(size_lies, ("broken_office",)),
    "docx-path-outside": Case(lambda: changed(document(), **{"..__..__etc__passwd": "x"}), ("broken_office",)),
    "docx-password-flag": Case(flagged_encrypted, ("office_encrypted",)),
    "docx-then-html": Case(lambda: document() + b"<html>" * 100, ("polyglot",)),
    "docx-program-before": Case(lambda: b"PK\x03\x04" + bytes(400) + document(), ("polyglot",)),
    "docx-half": Case(lambda: document()[:300], ("broken_office",)),
    "docx-wrong-checksum": Case(
        lambda: (lambda base: base.replace("安全承诺书".encode(), "安全承诺人".encode()))(
            zipped({"[Content_Types].xml": TYPES % MAIN, "word/document.xml": "<a>安全承诺书</a>"}, zipfile.ZIP_STORED)
        ),
        ("broken_office",),
    ),
    "xlsx-macro": Case(lambda: changed(workbook(), xl__vbaProject_bin=OLE), ("office_macros",)),
    "xlsx-outside-data": Case(
        lambda: changed(workbook(), xl__externalLinks__externalLink1_xml="<x/>"), ("office_links",)
    ),
    "xlsx-connections": Case(lambda: changed(workbook(), xl__connections_xml="<x/>"), ("office_links",)),
    "xlsx-active-x": Case(lambda: changed(workbook(), xl__activeX__activeX1_xml="<x/>"), ("office_active",)),
    "xlsx-bomb": Case(lambda: changed(workbook(), xl__worksheets__sheet2_xml=bytes(300_000_000)), ("zip_bomb",)),
    "xlsx-ratio": Case(lambda: changed(workbook(), xl__worksheets__sheet2_xml=b" " * 20_000_000), ("zip_bomb",)),
    "xlsx-3000-parts": Case(
        lambda: changed(workbook(), **{f"n{n}_xml": "<x/>" for n in range(3_000)}), ("office_parts",)
    ),
    "zip": Case(small_zip, ("archive",)),
    "zip-of-zips": Case(lambda: zipped({f"{n}.zip": small_zip() for n in range(20)}), ("archive",)),
    "zip-empty": Case(lambda: zipped({}), ("archive",)),
    "ods": Case(lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), ("other_office",)),
    "pptx": Case(
        lambda: zipped(
            {"[Content_Types].xml": TYPES % MAIN.replace("wordprocessingml.document", "presentationml.presentation")}
        ),
        ("other_office",),
    ),
    "office-of-1997": Case(lambda: OLE + bytes(4_000), ("old_office",)),
    "rtf": Case(lambda: b"{\\rtf1\\object\\objupdate}", ("other_office",)),
    "rar": Case(lambda: b"Rar!\x1a\x07\x01\0" + bytes(100), ("archive",)),
    "7z": Case(lambda: b"7z\xbc\xaf\x27\x1c" + bytes(100), ("archive",)),
    "gzip": Case(lambda: b"\x1f\x8b\x08" + bytes(100), ("archive",)),
    "program-windows": Case(lambda: b"MZ\x90\0" + bytes(500), ("program",)),
    "program-linux": Case(lambda: b"\x7fELF\x02" + bytes(500), ("program",)),
    "program-java": Case(lambda: b"\xca\xfe\xba\xbe" + bytes(500), ("program",)),
    "shell-script": Case(lambda: b"#!/bin/sh\nrm -rf /\n", ("program",)),
    "web-archive": Case(lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related\n", ("text_file",)),
    "text": Case(lambda: "有限空间作业\n".encode(), ("text_file",)),
    "noise": Case(lambda: b"\x8f" + random.Random(4).randbytes(5_000), ("unknown_format",)),
    "zeros": Case(lambda: bytes(100_000), ("unknown_format",)),
    "one-byte": Case(lambda: b"\xff", ("unknown_format",)),
    "empty": Case(lambda: b"", ("empty",)),
    "too-large": Case(lambda: b"\xff\xd8\xff" + bytes(25_000_000), ("too_large",)),
}
