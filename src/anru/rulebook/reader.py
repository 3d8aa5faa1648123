"""Reads one TOML table field by field and notes every fault with its place, instead of stopping at the first one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from anru.rulebook.conditions import Condition, read_condition
from anru.rulebook.errors import ConditionInvalid, Problem
from anru.rulebook.words import Choice, Text

Code = TypeVar("Code", bound=StrEnum)
Found = TypeVar("Found")
HAN = re.compile(r"[㐀-鿿]")


class Table:
    """One table of a file. A wrong field yields a harmless value and a problem; the caller checks at the end."""

    def __init__(
        self, content: Mapping[str, Any], *, file: str, entry: str, problems: list[Problem], prefix: str = ""
    ) -> None:
        self._content = content
        self._file = file
        self._entry = entry
        self._problems = problems
        self._prefix = prefix
        self._read: set[str] = set()

    def fault(self, field: str, what: str) -> None:
        """The problem is on the list, with this table as its place."""
        self._problems.append(Problem(self._file, self._entry, f"{self._prefix}{field}", what))

    def has(self, field: str) -> bool:
        """Return whether the table has the field."""
        return field in self._content

    def raw(self, field: str) -> Any:
        """Return the field as TOML gave it, None when it is not there. It counts as read."""
        self._read.add(field)
        return self._content.get(field)

    def text(self, field: str, *, default: str | None = None, pattern: str | None = None) -> str:
        """Return a text that is not blank and matches the pattern in full."""
        found = self.raw(field)
        if found is None:
            return self._default(field, default, "")
        if not isinstance(found, str) or not found.strip():
            self.fault(field, "must be a text that is not blank")
            return ""
        if pattern and not re.fullmatch(pattern, found):
            self.fault(field, f"{found!r} does not match {pattern}")
        return found

    def both(self, field: str, *, default: Text | None = None) -> Text:
        """Return the words in both languages from a table {zh, en}."""
        found = self.raw(field)
        if found is None:
            return self._default(field, default, Text("", ""))
        return self._pair(field, found)

    def texts(self, field: str) -> tuple[Text, ...]:
        """Return a list of {zh, en}; empty when the field is not there."""
        return tuple(self._pair(f"{field}.{number}", found) for number, found in self._entries(field))

    def choices(self, field: str) -> tuple[Choice, ...]:
        """Return a list of {code, zh, en} with different codes; empty when the field is not there."""
        found: list[Choice] = []
        for number, entry in self._entries(field):
            code = entry.get("code") if isinstance(entry, Mapping) else None
            if not isinstance(code, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", code):
                self.fault(f"{field}.{number}.code", "must be a code of letters, digits and _")
                continue
            if any(choice.code == code for choice in found):
                self.fault(f"{field}.{number}.code", f"{code!r} stands twice")
            words = {key: words for key, words in entry.items() if key != "code"}
            found.append(Choice(code, self._pair(f"{field}.{number}", words)))
        return tuple(found)

    def day(self, field: str, *, required: bool = False, default: date | None = None) -> date | None:
        """Return a TOML date."""
        found = self.raw(field)
        if found is None:
            if required:
                self.fault(field, "is missing")
            return default
        if not isinstance(found, date) or isinstance(found, datetime):
            self.fault(field, "must be a date without a time")
            return default
        return found

    def flag(self, field: str, *, default: bool) -> bool:
        """Return true or false."""
        found = self.raw(field)
        if found is None:
            return default
        if not isinstance(found, bool):
            self.fault(field, "must be true or false")
            return default
        return found

    def count(self, field: str, *, default: int) -> int:
        """Return a whole number, zero or more."""
        found = self.raw(field)
        if found is None:
            return default
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            self.fault(field, "must be a whole number, zero or more")
            return default
        return found

    def code(self, field: str, kind: type[Code], *, default: Code | None = None) -> Code:
        """Return a code of the list; the first code of the list, with a problem noted, when it is none."""
        found = self.raw(field)
        if found is None and default is not None:
            return default
        if found is None:
            self.fault(field, "is missing")
            return next(iter(kind))
        try:
            return kind(found)
        except ValueError:
            self.fault(field, f"unknown code {found!r}")
            return next(iter(kind))

    def codes(self, field: str, kind: type[Code]) -> tuple[Code, ...]:
        """Return a list of different codes; empty when the field is not there."""
        found: list[Code] = []
        for _, entry in self._entries(field):
            try:
                code = kind(entry)
            except ValueError:
                self.fault(field, f"unknown code {entry!r}")
                continue
            if code in found:
                self.fault(field, f"{entry!r} stands twice")
            found.append(code)
        return tuple(found)

    def names(self, field: str) -> tuple[str, ...]:
        """Return a list of different texts; empty when the field is not there."""
        found: list[str] = []
        for _, entry in self._entries(field):
            if not isinstance(entry, str) or not entry.strip():
                self.fault(field, "must be a list of texts")
            elif entry in found:
                self.fault(field, f"{entry!r} stands twice")
            else:
                found.append(entry)
        return tuple(found)

    def condition(self, field: str) -> Condition:
        """Return the typed condition; one that asks for nothing when the field is not there."""
        found = self.raw(field)
        if found is None:
            return Condition()
        if not isinstance(found, Mapping):
            self.fault(field, "must be a table")
            return Condition()
        try:
            return read_condition(found)
        except ConditionInvalid as error:
            self.fault(f"{field}.{error.field}", error.what)
            return Condition()

    def value(self, field: str) -> Any:
        """Return the value frozen: lists as tuples, tables read-only, numbers with a point as Decimal."""
        found = self.raw(field)
        if isinstance(found, Decimal) and not found.is_finite():
            self.fault(field, "must be a finite number")
        return _frozen(found)

    def tables(self, field: str) -> Iterator[tuple[int, Table]]:
        """Yield (number from 1, table) for each table of a list."""
        for number, entry in self._entries(field):
            if not isinstance(entry, Mapping):
                self.fault(f"{field}.{number}", "must be a table")
                continue
            prefix = f"{self._prefix}{field}.{number}."
            yield (
                number,
                Table(entry, file=self._file, entry=self._entry, problems=self._problems, prefix=prefix),
            )

    def done(self) -> None:
        """Every field that nobody read is on the list of problems: a misspelt field must not be silently lost."""
        for field in sorted(set(self._content) - self._read):
            self.fault(field, "unknown field")

    def _default(self, field: str, default: Found | None, harmless: Found) -> Found:
        if default is None:
            self.fault(field, "is missing")
            return harmless
        return default

    def _entries(self, field: str) -> list[tuple[int, Any]]:
        found = self.raw(field)
        if found is None:
            return []
        if not isinstance(found, list):
            self.fault(field, "must be a list")
            return []
        return list(enumerate(found, start=1))

    def _pair(self, field: str, found: Any) -> Text:
        if not isinstance(found, Mapping) or set(found) != {"zh", "en"}:
            self.fault(field, "must be a table with zh and en")
            return Text("", "")
        zh, en = found["zh"], found["en"]
        if not isinstance(zh, str) or not zh.strip():
            self.fault(f"{field}.zh", "must be a text that is not blank")
        if not isinstance(en, str) or not en.strip():
            self.fault(f"{field}.en", "must be a text that is not blank")
        elif HAN.search(en):
            self.fault(f"{field}.en", "must not hold Chinese characters")
        return Text(str(zh), str(en))


def _frozen(found: Any) -> Any:
    if isinstance(found, list):
        return tuple(_frozen(entry) for entry in found)
    if isinstance(found, Mapping):
        return MappingProxyType({key: _frozen(entry) for key, entry in found.items()})
    return found
