"""Files made to hurt: each name with how the file is made and the faults with which it may be refused."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.registry.intake.rosters import SHEET_PART, rezipped, with_sheet, write_xlsx

from anru.registry.intake.errors import FileFault as F

Maker = Callable[[Path], object]
CORPUS: dict[str, tuple[Maker, frozenset[F]]] = {}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RELS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
OK: frozenset[F] = frozenset()


def hostile(*faults: F) -> Callable[[Maker], Maker]:
    """The maker stands in the corpus under its name."""

    def register(maker: Maker) -> Maker:
        CORPUS[maker.__name__] = (maker, frozenset(faults))
        return maker

    return register


def _bytes(name: str, content: bytes, *faults: F) -> None:
    CORPUS[name] = (lambda path: path.write_bytes(content), frozenset(faults))


def _part(name: str, part: str, content: bytes, *faults: F) -> None:
    CORPUS[name] = (
        lambda path: rezipped(write_xlsx(path, [["企业名称", "代码"]]), add={part: content}),
        frozenset(faults),
    )


def _inside(name: str, inner: str, *faults: F) -> None:
    CORPUS[name] = (lambda path: with_sheet(path, inner), frozenset(faults))


_bytes("empty", b"", F.EMPTY)
_bytes("pdf", b"%PDF-1.7\n" + b"x" * 500, F.NOT_A_ROSTER)
_bytes("png", b"\x89PNG\r\n\x1a\n" + b"\0" * 500, F.NOT_A_ROSTER)
_bytes("elf", b"\x7fELF" + b"\0" * 500, F.NOT_A_ROSTER)
_bytes("rar", b"Rar!\x1a\x07" + b"\1" * 500, F.NOT_A_ROSTER)
_bytes("empty_zip", b"PK\x05\x06" + b"\0" * 18, F.NOT_A_ROSTER)
_bytes("binary_noise", bytes(range(1, 256)) * 100 + b"\0", F.NOT_A_ROSTER)
_bytes("old_excel", OLE + b"\0" * 4000 + "Workbook".encode("utf-16-le") + b"\0" * 4000, F.OLD_EXCEL)
_bytes("bare_biff", b"\x09\x08\x10\x00" + b"\0" * 200, F.OLD_EXCEL)
_bytes("encrypted", OLE + b"\0" * 1_048_570 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 99, F.ENCRYPTED)
_bytes("html_as_xls", b"\xef\xbb\xbf  <HTML><table><tr><td>1</td></tr></table>", F.WEB_PAGE)
_bytes("svg", b"<svg xmlns='x'><script>1</script></svg>", F.WEB_PAGE)
_bytes("xml_spreadsheet", b"<?xml version='1.0'?><Workbook/>", F.OTHER_SPREADSHEET)
_bytes("utf16_text", "企业名称\t代码".encode("utf-16"), F.UTF16)
_bytes("neither_encoding", "企业名称,代码\n".encode() * 50 + b"\xff\xff\xfe,1\n", F.ENCODING)
_bytes("open_quote", '企业名称,代码\n"'.encode() + b"x,y\n" * 30_000, F.CSV_QUOTE, F.TEXT_TOO_LONG)
_bytes("one_long_line", b"a" * 15_000_000, F.TEXT_TOO_LONG)
_bytes("a_million_fields", b"a,b\n" + b"," * 15_000_000, F.TEXT_TOO_LONG)
_bytes("quoted_line_ends", b'a,"\n' + b'",a,"\n' * 2_000_000, F.TEXT_TOO_LONG)
_bytes("wide_csv", b"a,b\n" + b",".join([b"1"] * 500), F.TOO_MANY_COLUMNS)
_bytes("long_csv", b"a,b\n" + b"1,2\n" * 20_001, F.TOO_MANY_ROWS)
_bytes("blank_csv", b"\n" * 10_000_000, F.TOO_MANY_ROWS)

_part("macros", "xl/vbaProject.bin", b"x", F.MACROS)
_part("macro_sheet", "xl/macrosheets/sheet1.xml", b"<x/>", F.MACROS)
_part("external_link", "xl/externalLinks/externalLink1.xml", b"<x/>", F.EXTERNAL_LINKS)
_part("connections", "xl/connections.xml", b"<x/>", F.EXTERNAL_LINKS)
_part("embedded", "xl/embeddings/oleObject1.bin", b"x", F.ACTIVE_CONTENT)
_part("activex", "xl/activeX/activeX1.xml", b"<x/>", F.ACTIVE_CONTENT)
_part("entities_unread", "xl/theme/theme9.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", F.XML_ENTITIES)
_part("entities_at_seam", "xl/media/a.xml", b" " * 65_530 + b"<!DOCTYPE a><a/>", F.XML_ENTITIES)
_part("traversal_name", "../../../../etc/cron.d/evil", b"x")

_BOMB = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "ha" * 5}">' for i in range(10))
_DTD = f'<?xml version="1.0"?><!DOCTYPE sst [{_BOMB}]><sst><si><t>&e9;</t></si></sst>'.encode()


@hostile(F.XML_ENTITIES)
def entity_bomb(path: Path) -> None:
    """A billion laughs in the shared texts."""
    with_sheet(path, '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', _DTD)


@hostile(F.XML_ENTITIES)
def external_entity(path: Path) -> None:
    """A sheet that asks for a file of the server."""
    xml = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet><sheetData/>&f;</worksheet>'
    rezipped(write_xlsx(path, [["企业名称"]]), change={SHEET_PART: lambda _old: xml})


@hostile(F.XML_ENTITIES)
def utf16_entities(path: Path) -> None:
    """A declaration that a search for ASCII bytes does not find."""
    xml = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY f "1">]><worksheet/>'.encode("utf-16")
    rezipped(write_xlsx(path, [["企业名称"]]), change={SHEET_PART: lambda _old: xml})


@hostile(F.MACROS)
def macro_content_type(path: Path) -> None:
    """A macro workbook under the name of one without."""
    kinds = (b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml")
    rezipped(write_xlsx(path, [["企业名称"]]), change={TYPES: lambda old: old.replace(*kinds)})


@hostile(F.EXTERNAL_LINKS)
def external_relation(path: Path) -> None:
    """A link to another workbook without a part of its own."""
    kind = b'Type="http://x/relationships/externalLink"'
    link = b'<Relationship Id="x9" ' + kind + b' Target="file:///x.xlsx" TargetMode="External"/>'
    end = b"</Relationships>"
    rezipped(write_xlsx(path, [["企业名称"]]), change={RELS: lambda old: old.replace(end, link + end)})


@hostile(F.NOT_A_ROSTER)
def word_document(path: Path) -> None:
    """A Word file."""
    _zip(path, {TYPES: b"<Types/>", "word/document.xml": b"<x/>"})


@hostile(F.OTHER_SPREADSHEET)
def binary_workbook(path: Path) -> None:
    """An .xlsb file."""
    _zip(path, {TYPES: b"<Types/>", "xl/workbook.bin": b"x"})


@hostile(F.NOT_A_ROSTER)
def plain_zip(path: Path) -> None:
    """A zip of anything."""
    _zip(path, {"a.txt": b"x"})


@hostile(F.NOT_A_ROSTER)
def polyglot(path: Path) -> None:
    """A picture that is a workbook as well."""
    write_xlsx(path, [["企业名称"]])
    path.write_bytes(b"GIF89a" + path.read_bytes())


@hostile(F.BROKEN_ZIP)
def truncated(path: Path) -> None:
    """Half a workbook."""
    write_xlsx(path, [["企业名称"]] * 50)
    path.write_bytes(path.read_bytes()[:-400])


@hostile(F.BROKEN_ZIP)
def flipped_byte(path: Path) -> None:
    """A sheet whose packed bytes were changed."""
    write_xlsx(path, [[f"企业{i}"] for i in range(500)])
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo(SHEET_PART).header_offset + 200
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(bytes(content))


@hostile(F.TOO_MANY_PARTS)
def many_parts(path: Path) -> None:
    """More parts than any roster has."""
    _zip(path, {f"xl/media/{i}": b"" for i in range(201)})


@hostile(F.TOO_MANY_PARTS)
def directory_bomb(path: Path) -> None:
    """A directory of 300,000 entries that all point to one byte."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 33, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0) + b"a"
    local = b"PK\x03\x04" + b"\0" * 26
    directory = entry * 300_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65_535, 65_535, len(directory), len(local), 0)
    path.write_bytes(local + directory + end)


@hostile(F.UNPACKS_TOO_LARGE)
def declared_100_mb(path: Path) -> None:
    """A sheet that declares 100 MB and whose bytes are noise: it can only be refused by the directory."""
    _declared(path, 100_000_000, b"\xff" * 300_000)


@hostile(F.ZIP_BOMB)
def ratio_of_1000(path: Path) -> None:
    """40 MB of spaces in 40 KB."""
    with_sheet(path, " " * 40_000_000)


@hostile(F.UNPACKS_TOO_LARGE)
def many_large_parts(path: Path) -> None:
    """Fifteen parts, each of which would pass."""
    noise = zlib.compress(b"", 0)
    parts = {f"xl/media/{i}": bytes(range(256)) * 16_000 + noise for i in range(15)}
    rezipped(write_xlsx(path, [["企业名称"]]), add=parts)


@hostile(F.BROKEN_ZIP, F.BROKEN_XML)
def lying_directory(path: Path) -> None:
    """A sheet that is far larger than its directory says."""
    with_sheet(path, '<row r="1"><c r="A1" t="str"><v>x</v></c></row>' + " " * 30_000_000)
    content = path.read_bytes().replace(struct.pack("<L", _size(path, SHEET_PART)), struct.pack("<L", 400))
    path.write_bytes(content)


@hostile(F.DUPLICATE_PART)
def two_of_a_name(path: Path) -> None:
    """Two sheets of one name, of which each program may read another."""
    write_xlsx(path, [["企业名称"]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/Sheet1.xml", b"<worksheet/>")


@hostile(F.ENCRYPTED)
def zip_password(path: Path) -> None:
    """Parts with the flag of an encrypted zip."""
    write_xlsx(path, [["企业名称"]])
    content = bytearray(path.read_bytes())
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 8] |= 1
    path.write_bytes(bytes(content))


@hostile(F.BROKEN_XML)
def huge_attribute(path: Path) -> None:
    """One attribute of 30 MB, of letters that do not pack too well."""
    with_sheet(path, '<row r="1" x="' + _unpackable(30_000_000) + '"></row>')


@hostile(F.BROKEN_XML)
def deep_nesting(path: Path) -> None:
    """Ten million elements inside each other."""
    with_sheet(path, _spread("<a>", 10_000_000))


@hostile(F.BROKEN_XML)
def deep_texts(path: Path) -> None:
    """The same in the shared texts."""
    with_sheet(path, "", b"<sst>" + _spread("<a>", 5_000_000).encode() + b"</sst>")


@hostile(F.TOO_MANY_ELEMENTS)
def empty_cells(path: Path) -> None:
    """Nine million cells that hold nothing."""
    with_sheet(path, '<row r="1">' + _spread("<c/>", 9_000_000) + "</row>")


@hostile(F.TOO_MANY_ELEMENTS)
def many_merges(path: Path) -> None:
    """A hundred thousand merged ranges."""
    merges = "".join(f'<mergeCell ref="A{i}:B{i + 1}"/>' for i in range(1, 100_000))
    with_sheet(
        path, f'<row r="1"><c r="A1" t="str"><v>x</v></c></row></sheetData><mergeCells>{merges}</mergeCells><sheetData>'
    )


@hostile(F.TOO_MANY_ELEMENTS)
def many_styles(path: Path) -> None:
    """Two hundred thousand cell styles."""
    write_xlsx(path, [["企业名称"]])
    styles = (
        b"<styleSheet><cellXfs>"
        + b"".join(b'<xf numFmtId="%d"/>' % i for i in range(200_000))
        + b"</cellXfs></styleSheet>"
    )
    rezipped(path, change={"xl/styles.xml": lambda _old: styles})


@hostile()
def shared_text_amplified(path: Path) -> None:
    """One text of 30,000 characters in 400,000 cells: 12 GB for whoever copies it."""
    cells = '<c t="s"><v>0</v></c>' * 100
    rows = "".join(f'<row r="{i}">{cells}</row><!--{_unpackable(120, i)}-->' for i in range(1, 4001))
    with_sheet(path, rows, f"<sst><si><t>{_unpackable(30_000)}</t></si></sst>".encode())


@hostile()
def many_shared_texts(path: Path) -> None:
    """A million shared texts of which none is used."""
    texts = "".join(f"<si><t>{i * 7919 % 1_000_003:x}</t></si>" for i in range(1_000_000))
    with_sheet(path, '<row r="1"><c t="str"><v>x</v></c></row>', f"<sst>{texts}</sst>".encode())


@hostile()
def unlike_texts_that_are_kept(path: Path) -> None:
    """A hundred thousand unlike texts in the form that takes the most room, just small enough to be kept."""
    cells = [f'<c t="inlineStr"><is><t>😀{_unpackable(130, at)}</t></is></c>' for at in range(1, 100_001)]
    with_sheet(path, "".join("<row>" + "".join(cells[at : at + 100]) + "</row>" for at in range(0, 100_000, 100)))


@hostile(F.TEXT_TOO_LONG)
def long_text(path: Path) -> None:
    """One cell of 20 million characters."""
    with_sheet(path, f'<row r="1"><c r="A1" t="inlineStr"><is><t>{_unpackable(20_000_000)}</t></is></c></row>')


@hostile(F.TEXT_TOO_LONG)
def long_text_in_pieces(path: Path) -> None:
    """One cell of a million texts of one character."""
    with_sheet(path, '<row r="1"><c r="A1" t="inlineStr"><is>' + _spread("<t>x</t>", 1_000_000) + "</is></c></row>")


_inside("last_row_of_excel", '<row r="1048576"><c r="A1048576"><v>1</v></c></row>', F.TOO_MANY_ROWS)
_inside("last_column_of_excel", '<row r="1"><c r="XFD1"><v>1</v></c></row>', F.TOO_MANY_COLUMNS)
_inside("beyond_excel", '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>', F.BROKEN_XML)
_inside("row_zero", '<row r="0"><c r="A0"><v>1</v></c></row>', F.BROKEN_XML)
_inside(
    "rows_backwards", '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>', F.BROKEN_XML
)
_inside("cells_backwards", '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', F.BROKEN_XML)
_inside("cell_of_another_row", '<row r="1"><c r="A9"><v>1</v></c></row>', F.BROKEN_XML)
_inside("row_in_row", '<row r="1"><row r="2"></row></row>', F.BROKEN_XML)
_inside("missing_shared_text", '<row r="1"><c r="A1" t="s"><v>99</v></c></row>', F.BROKEN_XML)
_inside("negative_shared_text", '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', F.BROKEN_XML)
_inside("not_well_formed", '<row r="1"><c r="A1"><v>1</c></row>', F.BROKEN_XML)
_inside("nothing_inside", '<row r="1"/><row r="2"><c r="A2"/></row>', F.NO_SHEET)
_inside("number_without_end", '<row r="1"><c r="A1"><v>1E+999999999</v></c><c r="B1"><v>1E-99999999</v></c></row>')
_inside("digits_without_end", f'<row r="1"><c r="A1"><v>{"9" * 30_000}</v></c></row>')


def _zip(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _size(path: Path, part: str) -> int:
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo(part).file_size


def _declared(path: Path, size: int, packed: bytes) -> None:
    write_xlsx(path, [["企业名称"]])
    rezipped(path, change={SHEET_PART: lambda _old: packed})
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", len(packed)), struct.pack("<L", size)))


def _unpackable(length: int, seed: int = 1) -> str:
    """Text that packs to about a half, so that the ratio does not give the file away."""
    pieces, state = [], seed
    for _ in range(length // 8 + 1):
        state = state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407 & (1 << 64) - 1
        pieces.append(f"{state >> 32:08x}")
    return "".join(pieces)[:length]


def _spread(piece: str, count: int) -> str:
    """The piece many times with noise between, so that the ratio does not give the file away."""
    block = 20_000
    noise = (f"<!--{_unpackable(block * len(piece) // 40, at)}-->" for at in range(1, count // block + 1))
    return "".join(piece * block + found for found in noise)
