"""The lists of ours that the words of a roster are looked up in."""

from __future__ import annotations

from collections.abc import Mapping

from anru.accounts.access import scope_regions
from anru.accounts.models import Region
from anru.kernel.actor import Actor
from anru.registry.intake.lookups import Lookups, Town, TownIndex, WordIndex
from anru.rulebook.vocabulary import Term, vocabulary


def lookups_for(actor: Actor, *, own_towns_only: bool) -> Lookups:
    """Return every list for judging rows.

    A roster may name any town of the country's tree that we know; whether the actor may write there is judged after
    the word is understood, because "unknown town" would be a lie. A form offers the actor's own towns only.
    """
    words = vocabulary()
    return Lookups(
        towns=TownIndex(_towns(actor, own_towns_only=own_towns_only)),
        sectors=_index(words.sectors),
        classes=_index(words.space_classes),
        sub_types=_index(words.sub_types),
        sub_type_class={code: term.space_class.value for code, term in words.sub_types.items()},
        hazards=_index(words.hazards),
        consequences=_index(words.consequences),
        isolation_kinds=_index(words.isolation_kinds),
    )


def _towns(actor: Actor, *, own_towns_only: bool) -> list[Town]:
    rows = scope_regions(actor) if own_towns_only else Region.objects.all()
    names = dict(Region.objects.values_list("path", "name"))
    return [
        Town(region.code, region.name, tuple(names[above] for above in _above(region.path) if above in names))
        for region in rows.filter(children__isnull=True).order_by("path")
    ]


def _above(path: str) -> list[str]:
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:n]) + "/" for n in range(1, len(parts))]


def _index(terms: Mapping[str, Term]) -> WordIndex:
    # The Chinese word comes first: it is the one that a form offers.
    words: dict[str, str] = {}
    for code, term in terms.items():
        words.setdefault(term.label.zh, code)
    for code, term in terms.items():
        for word in (term.label.en, *term.also):
            words.setdefault(word, code)
    return WordIndex(words)
