"""What the house tests read: every source file of the product as text and as a syntax tree, and the list of floors."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Source:
    """One Python file of the product."""

    path: Path

    @cached_property
    def text(self) -> str:
        """The file's text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The file's syntax tree."""
        return ast.parse(self.text, str(self.path))

    @property
    def module(self) -> str:
        """The dotted name by which the file is imported."""
        parts = self.path.relative_to(SRC).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the folders and of the file, below the package."""
        return tuple(self.module.split("."))[1:]

    def at(self, line: int) -> str:
        """Return `path:line` as an editor opens it."""
        return f"{self.path.relative_to(ROOT)}:{line}"

    def definitions(self) -> Iterator[Definition]:
        """Yield every function, method and class, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Definition):
                yield node


@cache
def sources() -> tuple[Source, ...]:
    """Return every Python file of the product but migrations."""
    found = sorted(path for path in (SRC / "anru").rglob("*.py") if "migrations" not in path.parts)
    return tuple(Source(path) for path in found)


@cache
def templates() -> tuple[Path, ...]:
    """Return every HTML template of the product."""
    return tuple(sorted((SRC / "anru").rglob("templates/**/*.html")))


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that is in version control or would be added to it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def heights() -> dict[str, int]:
    """Return how high each app stands by the list of layers: 0 is the lowest; apps of one floor share a number."""
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    lines = parser["importlinter:contract:floors"]["layers"].split("\n")
    floors = [line for line in (raw.strip() for raw in lines) if line]
    found = {}
    for height, floor in enumerate(reversed(floors)):
        for app in floor.replace(":", "|").split("|"):
            found[app.strip().strip("()")] = height
    return found
