"""The lists behind the filters of the registry's pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from anru.registry.labels import ISOLATION_STATE_LABELS
from anru.rulebook.vocabulary import options, vocabulary
from anru.web.shell.vocab import sector_labels


def filter_choices() -> dict[str, Any]:
    """Return the trades, classes, hazards and states of isolation with their words."""
    words, language = vocabulary(), get_language()
    return {
        "industries": sector_labels(),
        "space_classes": options(words.space_classes, language),
        "hazards": options(words.hazards, language),
        "isolation_states": ISOLATION_STATE_LABELS,
    }
