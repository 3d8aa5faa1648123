"""A picture decoded, turned upright, brought to sRGB and written anew without a byte of what came beside it."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import pillow_heif
from PIL import Image, ImageCms, ImageFile

from anru.evidence.decode.capture import read_capture
from anru.evidence.decode.faults import Fault, Unfit
from anru.evidence.decode.limits import HEIC, JPEG, PNG, WEBP, Limits
from anru.evidence.decode.measure import difference_hash, light_and_focus
from anru.evidence.decode.tail import carried_in

DISPLAY_NAME, THUMB_NAME = "display.webp", "thumb.webp"
_FORMATS = {JPEG: ("JPEG", "MPO"), PNG: ("PNG",), WEBP: ("WEBP",), HEIC: ("HEIF",)}
_MOST_PROFILE_BYTES = 1_000_000
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
    small = _plain_rgb(small, profile, findings)
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
    except (SyntaxError, ValueError, TypeError, KeyError, IndexError, OSError, ArithmeticError, AttributeError, EOFError):
        return 1
    return found if isinstance(found, int) else 1


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    """Return a picture of at most twice the wanted side, so that every later step works on few pixels."""
    factor = max(picture.size) // (2 * side)
    if picture.mode in {"P", "PA", "1"}:
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    if factor < 2 or picture.mode.startswith(("I", "F")):
        return picture
    return picture.reduce(factor)


def _plain_rgb(picture: Image.Image, profile: object, findings: dict[str, Any]) -> Image.Image:
    if picture.mode.startswith("I;16"):
        # A plain conversion cuts off all but the darkest 256 of the 65,536 steps.
        picture = picture.point([step >> 8 for step in range(65_536)], "L")
    elif picture.mode in {"I", "F"}:
        picture = picture.point(lambda step: step * (1 / 256)).convert("L")
    if isinstance(profile, bytes) and profile:
        picture = _to_srgb(picture, profile, findings)
    if picture.mode in {"RGBA", "LA", "La", "RGBa"} or "transparency" in picture.info:
        over = picture.convert("RGBA")
        ground = Image.new("RGBA", over.size, "white")
        picture = Image.alpha_composite(ground, over)
    return picture.convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes, findings: dict[str, Any]) -> Image.Image:
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    base = picture.convert("RGB") if picture.mode == "RGBA" else picture
    findings["colour_profile"] = "ignored"
    if len(profile) > _MOST_PROFILE_BYTES or base.mode not in {"RGB", "CMYK", "L"}:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(base, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    if turned is None:
        return picture
    findings["colour_profile"] = "converted"
    if alpha is not None:
        turned.putalpha(alpha)
    return turned


def _write(picture: Image.Image, side: int, quality: int, name: str) -> None:
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
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
