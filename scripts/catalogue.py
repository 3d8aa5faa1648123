"""The English catalogue: `update` takes up the texts in use, `check` says what is missing, `compile` writes *.mo."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from anru.ops.messages import CATALOGUE, compile_all, extracted, untranslated, update


def main() -> int:
    """Return 0 when what was asked for is true now."""
    actions = {"update": _update, "check": _check, "compile": _compile}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        print(f"usage: catalogue.py {'|'.join(actions)}", file=sys.stderr)
        return 2
    return actions[sys.argv[1]]()


def _update() -> int:
    texts_n, missing_n = update()
    print(f"{CATALOGUE.name}: {texts_n} texts, {missing_n} without a translation")
    return 0


def _compile() -> int:
    print(f"{compile_all()} catalogue(s) compiled")
    return 0


def _check() -> int:
    kept = _kept(CATALOGUE)
    if kept is None:
        print("there is no English catalogue: make messages", file=sys.stderr)
        return 1
    used, listed = _names(extracted()), _names(kept)
    faults = {
        "not in the catalogue (make messages)": sorted(used - listed),
        "in the catalogue but not in use (make messages)": sorted(listed - used),
        "without a translation": sorted((text, "") for text in untranslated(kept)),
    }
    for fault, texts in faults.items():
        for text, _context in texts:
            print(f"{fault}: {text}", file=sys.stderr)
    return 1 if any(faults.values()) else 0


def _kept(path: Path) -> Catalog | None:
    if not path.exists():
        return None
    with path.open("rb") as stream:
        return read_po(stream, locale="en")


def _names(catalogue: Catalog) -> set[tuple[str, str]]:
    return {(str(message.id), message.context or "") for message in catalogue if message.id}


if __name__ == "__main__":
    sys.exit(main())
