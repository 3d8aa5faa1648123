"""The rulebook's words in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language

from anru.rulebook.vocabulary import Term, options, vocabulary


def label_of(terms: Mapping[str, Term], code: str) -> str:
    """Return the words of a code in the active language, or the code itself when the list does not know it."""
    term = terms.get(code)
    return term.label.spoken(get_language()) if term else code


def labels_of(terms: Mapping[str, Term], codes: Iterable[str]) -> list[str]:
    """Return the words of several codes."""
    return [label_of(terms, code) for code in codes]


def sector_label(code: str) -> str:
    """Return the words of a trade."""
    return label_of(vocabulary().sectors, code)


def sector_labels() -> list[tuple[str, str]]:
    """Return every trade with its words, for a filter."""
    return options(vocabulary().sectors, get_language())
