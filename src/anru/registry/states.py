"""What an enterprise, a space and an import can be."""

from __future__ import annotations

from enum import StrEnum

from anru.kernel.machine import Machine, move


class Opening(StrEnum):
    """How the space meets the open air; decides which physical isolation is required."""

    OPEN = "open"
    SEMI_CLOSED = "semi_closed"
    CLOSED = "closed"


class IsolationState(StrEnum):
    """Whether the physical isolation of a space stands."""

    NONE = "none"
    PARTIAL = "partial"
    IN_PLACE = "in_place"


class ScopeCategory(StrEnum):
    """Whether an enterprise counts among the confined-space enterprises of its district."""

    IN_SCOPE = "in_scope"
    NO_SPACE = "no_space"
    CLOSED_DOWN = "closed_down"


class ImportStage(StrEnum):
    """The named stages of a roster import."""

    UPLOADED = "uploaded"
    MAPPED = "mapped"
    VALIDATING = "validating"
    PREVIEW = "preview"
    APPLYING = "applying"
    APPLIED = "applied"
    REFUSED = "refused"
    DISCARDED = "discarded"


IMPORTERS = frozenset({"bureau_officer", "bureau_leader", "town_head", "town_officer", "system"})

IMPORT_MACHINE = Machine(
    states=tuple(stage.value for stage in ImportStage),
    initial=ImportStage.UPLOADED,
    finals=frozenset({ImportStage.APPLIED, ImportStage.REFUSED, ImportStage.DISCARDED}),
    moves=(
        move("refuse", {ImportStage.UPLOADED, ImportStage.VALIDATING}, ImportStage.REFUSED, IMPORTERS),
        move(
            "map",
            {ImportStage.UPLOADED, ImportStage.MAPPED, ImportStage.PREVIEW},
            ImportStage.MAPPED,
            IMPORTERS,
        ),
        move("validate", {ImportStage.MAPPED}, ImportStage.VALIDATING, IMPORTERS),
        move("preview", {ImportStage.VALIDATING}, ImportStage.PREVIEW, IMPORTERS),
        move("apply", {ImportStage.PREVIEW}, ImportStage.APPLYING, IMPORTERS),
        move("halt", {ImportStage.APPLYING}, ImportStage.PREVIEW, IMPORTERS),
        move("finish", {ImportStage.APPLYING}, ImportStage.APPLIED, IMPORTERS),
        move(
            "discard",
            {ImportStage.UPLOADED, ImportStage.MAPPED, ImportStage.PREVIEW},
            ImportStage.DISCARDED,
            IMPORTERS,
        ),
    ),
)
