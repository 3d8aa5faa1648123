"""The life of an uploaded file."""

from __future__ import annotations

from enum import StrEnum


class FileState(StrEnum):
    """A received file is unreadable to everyone until it has been decoded safely."""

    RECEIVED = "received"
    READY = "ready"
    REFUSED = "refused"


class Medium(StrEnum):
    """What a piece of evidence is made of."""

    PHOTO = "photo"
    DOCUMENT = "document"


class SpaceView(StrEnum):
    """What a picture in a confined space's own file shows."""

    OVERALL = "overall"
    ENTRANCE = "entrance"
    ISOLATION = "isolation"
