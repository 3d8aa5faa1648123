"""Which column means what: proposed from the titles with a confidence, corrected by a person, then fixed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from anru.registry.intake.fields import (
    FIELDS,
    IGNORED_TITLES,
    PERSON_PHONES,
    PHONE_TITLES,
    REQUIRED_OF_ENTERPRISE,
    REQUIRED_OF_SPACE,
    Field,
)

EXACT, STRIPPED, CONTAINED, ALIKE, GUESSED = 1.0, 0.9, 0.75, 0.65, 0.5
_ALIKE_FROM = 0.84
_CONTAINED_FROM = 3
_NOTES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_NOISE = re.compile(r"[\s*:：、,，。;；/\\|_\-—~·×＊?？()（）\[\]【】\"'“”]+")
_LEAD = re.compile(r"^(?:企业|单位|有限空间|空间|受限空间|主要|所属|\d+[.、]?)")
_UNITS = {
    "mm": Decimal("0.001"), "毫米": Decimal("0.001"), "cm": Decimal("0.01"), "厘米": Decimal("0.01"),
    "公分": Decimal("0.01"), "m": Decimal(1), "米": Decimal(1),
}  # fmt: skip
_UNIT = re.compile(r"(?:单位[:：]?)?(mm|毫米|cm|厘米|公分|m|米)$")
_DATUMS = (("wgs84", "wgs84"), ("wgs-84", "wgs84"), ("gps", "wgs84"), ("cgcs2000", "cgcs2000"), ("2000", "cgcs2000"),
           ("gcj02", "gcj02"), ("gcj-02", "gcj02"), ("高德", "gcj02"), ("腾讯", "gcj02"), ("火星", "gcj02"),
           ("bd09", "bd09"), ("bd-09", "bd09"), ("百度", "bd09"))  # fmt: skip
# A bare title means the space once the enterprise has its own column of that kind, and the enterprise before.
_BARE: Mapping[str, tuple[Field, Field]] = {
    "名称": (Field.NAME, Field.SPACE_NAME),
    "姓名": (Field.PRINCIPAL_NAME, Field.CONTACT_NAME),
}
_SPACE_ONLY_IN_COMPANY = frozenset({Field.SPACE_CLASS, Field.SPACE_NUMBER, Field.SPACE_LOCATION})


class Shape(StrEnum):
    """What one row of the file is: an enterprise, or a space with its enterprise repeated."""

    PER_ENTERPRISE = "per_enterprise"
    PER_SPACE = "per_space"


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """What one column is taken for. `confidence` runs from 0 to 1; `rivals` are other columns with the same claim."""

    index: int
    label: str
    field: Field | None
    confidence: float
    rivals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The columns as they will be read. Usable when `missing` and `doubled` are empty."""

    labels: tuple[str, ...]
    columns: tuple[ProposedColumn, ...]
    shape: Shape
    missing: tuple[Field, ...]
    doubled: tuple[Field, ...]
    datum: str

    @property
    def usable(self) -> bool:
        """Whether rows can be judged with these columns."""
        return not self.missing and not self.doubled

    @property
    def by_index(self) -> dict[int, Field]:
        """The field of each column that has one."""
        return {column.index: column.field for column in self.columns if column.field is not None}

    def label_of(self, field: Field) -> str:
        """Return the title of the field's column, or our own title where the file has none."""
        found = next((column.label for column in self.columns if column.field is field), "")
        return found or FIELDS[field].title.zh

    def factor(self, field: Field) -> Decimal:
        """Return how many metres one unit of the column is, by what its title says; 1 when it says nothing."""
        return unit_factor(self.label_of(field)) or Decimal(1)

    def as_choice(self) -> dict[str, str]:
        """Return the mapping as it is stored: column index → field key."""
        return {str(index): field.value for index, field in self.by_index.items()}


def propose(labels: Sequence[str]) -> ColumnMap:
    """Return the best reading of the titles; no field is given to two columns."""
    claims = [_claim(label) for label in labels]
    claims = _with_bare(labels, claims)
    claims = _with_phones(labels, claims)
    best: dict[Field, int] = {}
    for index, (field, confidence) in enumerate(claims):
        if field is not None and (field not in best or confidence > claims[best[field]][1]):
            best[field] = index
    columns = []
    for index, (field, confidence) in enumerate(claims):
        rivals = tuple(
            at for at, (other, _c) in enumerate(claims) if field is not None and other is field and at != index
        )
        won = field is not None and best[field] == index
        columns.append(ProposedColumn(index, labels[index], field if won else None, confidence if won else 0.0, rivals))
    return _finished(labels, columns)


def mapped(labels: Sequence[str], choice: Mapping[str, str]) -> ColumnMap:
    """Return the mapping that a person chose: column index → field key; a field chosen twice stands in `doubled`.

    Raises: ValueError for an index that is no column or a key that is no field.
    """
    chosen = {int(index): Field(key) for index, key in choice.items() if key}
    if any(not 0 <= index < len(labels) for index in chosen):
        raise ValueError("no such column")
    columns = []
    for index, label in enumerate(labels):
        field = chosen.get(index)
        rivals = tuple(
            at for at, other in sorted(chosen.items()) if field is not None and other is field and at != index
        )
        columns.append(ProposedColumn(index, label, field, 1.0 if field else 0.0, rivals))
    return _finished(labels, columns)


def recognised(labels: Sequence[str]) -> float:
    """Return how much the titles look like a heading: the sum of their confidences."""
    return sum(confidence for field, confidence in map(_claim, labels) if field is not None)


@lru_cache(maxsize=4096)
def title_key(label: str) -> str:
    """Return a title without notes in brackets, marks, spaces and width, so that two spellings become one."""
    folded = unicodedata.normalize("NFKC", label).lower()
    return _NOISE.sub("", _NOTES.sub("", folded)) or _NOISE.sub("", folded)


def _whole_key(label: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", label).lower())


@lru_cache(maxsize=1024)
def unit_factor(label: str) -> Decimal | None:
    """Return metres per unit as a title names it, e.g. 0.01 for 长(cm); None when it names none."""
    folded = unicodedata.normalize("NFKC", label).lower().replace(" ", "")
    for note in re.findall(r"[(\[【/]([^()\[\]【】/]*)[)\]】]?", folded):
        found = _UNIT.search(note)
        if found:
            return _UNITS[found.group(1)]
    return None


def datum_of(labels: Sequence[str]) -> str:
    """Return the coordinate system that the titles name, or "" when they do not: then nobody knows, and it is said."""
    for label in labels:
        folded = unicodedata.normalize("NFKC", label).lower()
        if not any(word in folded for word in ("经", "纬", "坐标", "lon", "lat", "lng", "gps", "定位")):
            continue
        for mark, datum in _DATUMS:
            if mark in folded:
                return datum
    return ""


def _finished(labels: Sequence[str], columns: Sequence[ProposedColumn]) -> ColumnMap:
    fields = [column.field for column in columns if column.field is not None]
    shape = Shape.PER_SPACE if any(field.of_space for field in fields) else Shape.PER_ENTERPRISE
    required = REQUIRED_OF_ENTERPRISE + (REQUIRED_OF_SPACE if shape is Shape.PER_SPACE else ())
    missing = tuple(field for field in required if field not in fields)
    doubled = tuple(dict.fromkeys(field for field in fields if fields.count(field) > 1))
    places = [column.label for column in columns if column.field in _PLACES]
    return ColumnMap(tuple(labels), tuple(columns), shape, missing, doubled, datum_of(places))


_PLACES = frozenset(
    {Field.LON, Field.LAT, Field.COORDINATES, Field.SPACE_LON, Field.SPACE_LAT, Field.SPACE_COORDINATES}
)


def _index_of_titles() -> dict[str, Field]:
    found: dict[str, Field] = {}
    for field, spec in FIELDS.items():
        # What stands in brackets in 有限空间(个) makes it a count; in our own titles it is only the unit.
        found.setdefault(title_key(spec.title.zh), field)
        for title in (spec.title.zh, spec.title.en, field.value, *spec.also):
            found.setdefault(_whole_key(title), field)
    return found


_TITLES = _index_of_titles()
_STRIPPED_TITLES = {
    _LEAD.sub("", key): field for key, field in reversed(_TITLES.items()) if len(_LEAD.sub("", key)) > 1
}
_LONG_TITLES = sorted(_TITLES, key=len, reverse=True)


@lru_cache(maxsize=4096)
def _claim(label: str) -> tuple[Field | None, float]:
    key = title_key(label)
    whole = _whole_key(label)
    if not key or key in IGNORED_TITLES or key in PHONE_TITLES or key in _BARE or len(key) > 40:
        return None, 0.0
    for spelling in (whole, key):
        if spelling in _TITLES:
            return _TITLES[spelling], EXACT
    stripped = _LEAD.sub("", key)
    if stripped in _TITLES and len(stripped) > 1:
        return _TITLES[stripped], STRIPPED
    if stripped in _STRIPPED_TITLES:
        return _STRIPPED_TITLES[stripped], STRIPPED
    return _contained(key) or _alike(key) or (None, 0.0)


def _contained(key: str) -> tuple[Field, float] | None:
    # The longest known title inside counts: 主要负责人联系电话 holds 主要负责人, and is a phone.
    for title in _LONG_TITLES:
        if len(title) < _CONTAINED_FROM:
            return None
        if title in key and len(title) * 2 >= len(key):
            return _TITLES[title], CONTAINED
    return None


def _alike(key: str) -> tuple[Field, float] | None:
    best, ratio = "", 0.0
    for title in _LONG_TITLES:
        if abs(len(title) - len(key)) > 2 or len(title) < _CONTAINED_FROM:
            continue
        matcher = SequenceMatcher(None, key, title, autojunk=False)
        if matcher.quick_ratio() > max(ratio, _ALIKE_FROM) and matcher.ratio() > ratio:
            best, ratio = title, matcher.ratio()
    return (_TITLES[best], ALIKE) if ratio >= _ALIKE_FROM else None


def _with_bare(labels: Sequence[str], claims: Sequence[tuple[Field | None, float]]) -> list[tuple[Field | None, float]]:
    taken = {field for field, _confidence in claims}
    result = list(claims)
    for index, label in enumerate(labels):
        first, second = _BARE.get(title_key(label), (None, None))
        field = first if first not in taken else second if second not in taken else None
        if field is not None:
            result[index] = (field, GUESSED)
            taken.add(field)
    return result


def _with_phones(
    labels: Sequence[str], claims: Sequence[tuple[Field | None, float]]
) -> list[tuple[Field | None, float]]:
    result = list(claims)
    person: Field | None = None
    for index, (label, (field, _confidence)) in enumerate(zip(labels, claims, strict=True)):
        if field in PERSON_PHONES:
            person = field
        if title_key(label) in PHONE_TITLES:
            taken = {claimed for claimed, _c in result}
            phone = PERSON_PHONES[person] if person else Field.CONTACT_PHONE
            result[index] = (phone, STRIPPED if person else GUESSED)
            if phone in taken:
                result[index] = (None, 0.0)
            person = None
    return result
