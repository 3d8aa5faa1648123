"""A picture decoded, turned upright, brought to sRGB and written anew without a byte of what came beside it."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import pillow_heif
from PIL import Image, ImageCms, ImageFile

from anru.evidence.decode.capture import EXIF_ERRORS, read_capture
from anru.evidence.decode.faults import Fault, Unfit
from anru.evidence.decode.limits import HEIC, JPEG, PNG, WEBP, Limits
from anru.evidence.decode.measure import difference_hash, light_and_focus
from anru.evidence.decode.tail import carried_in

DISPLAY_NAME, THUMB_NAME = "display.webp", "thumb.webp"
_FORMATS = {JPEG: ("JPEG", "MPO"), PNG: ("PNG",), WEBP: ("WEBP",), HEIC: ("HEIF",)}
_MOST_PROFILE_BYTES = 1_000_000
_BAND_ROWS = 64
_UPRIGHT = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}


def inspect_picture(stream: BinaryIO, medium: str, limits: Limits) -> dict[str, Any]:
    """Return the record of a picture; its renderings lie in the working folder.

    Refuses: too_many_pixels, from the header; truncated; broken_picture; too_much_memory.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)
    findings = carried_in(stream.read(), medium)
    stream.seek(0)
    try:
        picture, columns = _decoded(stream, medium, limits, findings)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit(Fault.TOO_MANY_PIXELS, most_pixels=limits.max_pixels) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, RuntimeError) as error:
        raise _broken(error) from error
    columns["dhash"] = difference_hash(picture)
    findings |= light_and_focus(picture)
    _write(picture, limits.display_px, limits.quality, DISPLAY_NAME)
    _write(picture, limits.thumb_px, limits.quality, THUMB_NAME)
    return {"media_type": medium, **columns, "findings": findings}


def _decoded(
    stream: BinaryIO, medium: str, limits: Limits, findings: dict[str, Any]
) -> tuple[Image.Image, dict[str, Any]]:
    picture = Image.open(stream, formats=_FORMATS[medium])
    width, height = picture.size
    most = limits.webp_max_pixels if medium == WEBP else limits.max_pixels
    if width * height > min(most, limits.max_pixels):
        raise Unfit(Fault.TOO_MANY_PIXELS, pixels=width * height, most_pixels=most)
    frames = int(getattr(picture, "n_frames", 1))
    if frames > 1:
        findings["frames"] = frames
        findings["animated"] = medium in {PNG, WEBP}
    columns, told = read_capture(picture, limits)
    findings |= told
    turn = _orientation(picture)
    if medium == JPEG:
        # The decoder leaves out detail that no rendering shows, and with it most of the memory.
        picture.draft(None, (limits.display_px, limits.display_px))
    picture.load()
    findings["colour"] = picture.mode
    small = _shrunk(picture, limits.display_px)
    profile = picture.info.get("icc_profile")
    del picture
    small = _to_srgb(small, profile, findings)
    for step in _UPRIGHT.get(turn, ()):
        small = small.transpose(step)
    sideways = turn in {5, 6, 7, 8}
    columns |= {"width_px": height if sideways else width, "height_px": width if sideways else height}
    return small, columns


def _orientation(picture: Image.Image) -> int:
    # A HEIC picture is turned by its own container and comes out upright; turning it again would lay it down.
    if picture.format == "HEIF":
        return 1
    try:
        found = picture.getexif().get(0x0112, 1)
    except EXIF_ERRORS:
        return 1
    return found if isinstance(found, int) else 1


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    """Return a picture without transparency, of less than twice the wanted side.

    It is made band by band: a second copy of the whole picture would need more memory than the process has.
    """
    factor = max(max(picture.size) // side, 1)
    width, height = picture.size
    band = factor * _BAND_ROWS
    whole: Image.Image | None = None
    for top in range(0, height, band):
        part = _opaque(picture.crop((0, top, width, min(top + band, height))))
        part = part.reduce(factor) if factor > 1 else part
        if whole is None:
            whole = Image.new(part.mode, (-(-width // factor), -(-height // factor)))
        whole.paste(part, (0, top // factor))
    if whole is None:
        raise Unfit(Fault.BROKEN_PICTURE)
    return whole


def _opaque(part: Image.Image) -> Image.Image:
    """Return the part on a white ground, in one of the modes L, RGB and CMYK."""
    if part.mode.startswith("I;16"):
        # A plain conversion cuts off all but the darkest 256 of the 65,536 steps.
        part = part.convert("I")
    if part.mode in {"I", "F"}:
        return part.point(lambda step: step * (1 / 256)).convert("L")
    if part.mode in {"RGBA", "RGBa", "LA", "La", "PA"} or "transparency" in part.info:
        over = part.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB")
    return part if part.mode in {"L", "RGB", "CMYK"} else part.convert("RGB")


def _to_srgb(picture: Image.Image, profile: object, findings: dict[str, Any]) -> Image.Image:
    if not isinstance(profile, bytes) or not profile:
        return picture.convert("RGB")
    findings["colour_profile"] = "ignored"
    if len(profile) > _MOST_PROFILE_BYTES:
        return picture.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture.convert("RGB")
    if turned is None:
        return picture.convert("RGB")
    findings["colour_profile"] = "converted"
    return turned


def _write(picture: Image.Image, side: int, quality: int, name: str) -> None:
    scale = min(side / max(picture.size), 1)
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    small = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    # What is left in `info` would be written out again: the place, the profile, the comment.
    small.info = {}
    small.getexif().clear()
    small.save(Path(name), "WEBP", quality=quality, method=4, exif=b"", icc_profile=b"", xmp=b"")


def _broken(error: Exception) -> Unfit:
    words = str(error).lower()
    if "memory" in words or "alloc" in words:
        return Unfit(Fault.TOO_MUCH_MEMORY)
    if "truncated" in words or "unexpected end" in words or "incomplete" in words:
        return Unfit(Fault.TRUNCATED)
    return Unfit(Fault.BROKEN_PICTURE, error=type(error).__name__)
