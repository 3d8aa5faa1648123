"""How much of a stranger's file is decoded before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

JPEG, PNG, WEBP, HEIC = "image/jpeg", "image/png", "image/webp", "image/heic"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PICTURES = (JPEG, PNG, WEBP, HEIC)
MEDIA = (*PICTURES, PDF, XLSX, DOCX)


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one decoding. The caller brings those that a regulator or a bureau could change.

    `webp_max_pixels` is lower than `max_pixels`: the WebP library holds 16 bytes for each pixel at once, the others at
    most 8, and the child must stay below `memory_bytes`. `assumed_utc_minutes` is the zone of a picture whose camera
    wrote none.
    Units: `*_bytes` bytes, `*_px` pixels of a side, `*_s` seconds; `office_ratio` unpacked to packed; else counts.
    """

    max_pixels: int = 25_000_000
    webp_max_pixels: int = 13_000_000
    max_bytes: int = 25_000_000
    allowed: tuple[str, ...] = MEDIA
    display_px: int = 1_920
    thumb_px: int = 360
    quality: int = 82
    assumed_utc_minutes: int = 480
    pdf_pages: int = 500
    pdf_objects: int = 30_000
    office_parts: int = 1_000
    office_unpacked_bytes: int = 100_000_000
    office_ratio: int = 100
    cpu_s: int = 10
    wall_s: int = 30
    memory_bytes: int = 272_000_000
    address_bytes: int = 1_000_000_000
    output_bytes: int = 16_000_000
