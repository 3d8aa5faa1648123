"""Catalogues without gettext tools: extraction and compilation by Babel, templates read by Django's own lexer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = "# The words of Anru in English. The texts of the source are the Chinese ones."
TEXT = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b((?:_|gettext|ngettext|pgettext|npgettext)\(\s*{TEXT}(?:\s*,\s*{TEXT})*)")


def extracted() -> Catalog:
    """Return every translatable text of the product with the places where it stands."""
    catalogue = Catalog(locale="en", charset="utf-8", project="anru", header_comment=HEADER, fuzzy=False)
    for path, source in _sources():
        for line, message, comments, context in extract(
            "python", BytesIO(source), KEYWORDS, options={"encoding": "utf-8"}
        ):
            where = [(str(path.relative_to(SOURCE)), line)]
            flags = ("python-format",) if "%(" in str(message) else ()
            catalogue.add(message, None, where, flags=flags, auto_comments=comments, context=context)
    return catalogue


def update(path: Path = CATALOGUE) -> tuple[int, int]:
    """The catalogue holds exactly the texts in use, translations kept; returns (texts, untranslated)."""
    fresh = extracted()
    kept = _read(path)
    for message in fresh:
        old = kept.get(message.id, message.context) if kept else None
        if old is not None and old.string:
            message.string = old.string
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        write_po(out, fresh, sort_output=True, no_location=True, omit_header=False, width=120)
    return len(fresh), len(untranslated(fresh))


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts of a catalogue that have no translation, or only a part of their plural forms."""
    missing = []
    for message in catalogue:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, (tuple, list)) else [message.string]
        if not all(strings) or message.fuzzy:
            missing.append(str(message.id))
    return missing


def compile_all() -> int:
    """Every catalogue beside the code is compiled; returns how many. Only those that changed are written."""
    written = 0
    for path in sorted(SOURCE.glob("locale/*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        catalogue = _read(path)
        if catalogue is None:
            continue
        with target.open("wb") as out:
            write_mo(out, catalogue)
        written += 1
    return written


def _read(path: Path) -> Catalog | None:
    if not path.exists():
        return None
    with path.open("rb") as stream:
        return read_po(stream, locale=path.parent.parent.name)


def _sources() -> Iterator[tuple[Path, bytes]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_bytes()
    for path in sorted(SOURCE.rglob("*.html")):
        # What stands between the calls is filler that Python's tokenizer would stumble over.
        marked = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield path, "\n".join(f"{match.group(1)})" for match in CALL.finditer(marked)).encode()
