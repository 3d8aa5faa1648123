"""The administrative tree that ships with the product: the district, its ancestors, its towns and its neighbours."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from anru.rulebook.errors import Problem, RulebookInvalid
from anru.rulebook.reader import Table
from anru.rulebook.words import Text

FOLDER = Path(__file__).parent / "regions"


@dataclass(frozen=True, slots=True)
class RegionSpec:
    """One node of the tree. `managed_by` names who runs it in practice; None when its district does."""

    code: str
    name: Text
    parent: str
    level: int
    managed_by: Text | None


@dataclass(frozen=True, slots=True)
class RegionBook:
    """A district with everything above and below it, parents before children, and the districts next to it."""

    home: str
    regions: Mapping[str, RegionSpec]
    neighbours: tuple[str, ...]

    def path(self, code: str) -> str:
        """Return the codes from the top to the region, each followed by a slash. Raises: KeyError."""
        region = self.regions[code]
        return f"{self.path(region.parent) if region.parent else ''}{code}/"

    def towns(self) -> tuple[RegionSpec, ...]:
        """Return the towns and streets of the home district, in the order of their codes."""
        return tuple(region for region in self.regions.values() if region.parent == self.home)


@cache
def yinzhou() -> RegionBook:
    """Return the tree around Yinzhou district. Raises: RulebookInvalid."""
    return load_regions(FOLDER / "yinzhou.toml")


def load_regions(path: Path) -> RegionBook:
    """Return the tree of a file. Raises: RulebookInvalid with every fault: a code twice, a parent not yet named."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    problems: list[Problem] = []
    regions: dict[str, RegionSpec] = {}
    for number, entry in enumerate(content.get("region", []), start=1):
        table = Table(entry, file=path.name, entry=str(entry.get("code", f"region.{number}")), problems=problems)
        region = _read_region(table, regions)
        regions[region.code] = region
        table.done()
    home = str(content.get("home", ""))
    neighbours = tuple(str(code) for code in content.get("neighbours", []))
    for field, codes in (("home", (home,)), ("neighbours", neighbours)):
        problems += [Problem(path.name, "", field, f"unknown region {code!r}") for code in codes if code not in regions]
    if problems:
        raise RulebookInvalid(problems)
    return RegionBook(home, MappingProxyType(regions), neighbours)


def _read_region(table: Table, above: Mapping[str, RegionSpec]) -> RegionSpec:
    code = table.text("code", pattern=r"\d{2}|\d{4}|\d{6}|\d{9}")
    parent = table.text("parent", default="")
    if code in above:
        table.fault("code", f"{code!r} stands twice")
    if parent and parent not in above:
        table.fault("parent", f"{parent!r} is not named above")
    if parent and not code.startswith(parent):
        table.fault("parent", f"{code!r} does not lie in {parent!r}")
    return RegionSpec(
        code=code,
        name=Text(table.text("zh"), table.text("en")),
        parent=parent,
        level=above[parent].level + 1 if parent in above else 1,
        managed_by=table.both("managed_by") if table.has("managed_by") else None,
    )
