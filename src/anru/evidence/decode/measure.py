"""Figures that are measured on a picture: likeness, sharpness, brightness. What they mean is judged elsewhere."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageStat

_SCALE_PX = 1_024
_LAPLACE = (0, -1, 0, -1, 4, -1, 0, -1, 0)
_DARK = 40


def difference_hash(picture: Image.Image) -> str:
    """Return 64 bits as hex: of nine columns in eight rows, whether each cell is brighter than its right neighbour."""
    small = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    cells = small.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            place = row * 9 + column
            bits = bits << 1 | (cells[place] > cells[place + 1])
    return f"{bits:016x}"


def hash_distance(one: str, other: str) -> int:
    """Return in how many of the 64 bits two difference hashes disagree; a copy of a picture stays below about ten."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def light_and_focus(picture: Image.Image) -> dict[str, float]:
    """Return brightness, share of dark pixels, contrast and sharpness, at a scale that does not depend on the camera.

    Units: brightness and contrast (standard deviation) 0-255; dark share 0-1; sharpness variance of the Laplacian.
    """
    grey = picture.convert("L")
    grey.thumbnail((_SCALE_PX, _SCALE_PX), Image.Resampling.BOX)
    light = ImageStat.Stat(grey)
    dark = sum(grey.histogram()[:_DARK]) / max(grey.width * grey.height, 1)
    return {
        "brightness": round(light.mean[0], 1),
        "contrast": round(light.stddev[0], 1),
        "dark_share": round(dark, 3),
        "sharpness": round(_laplacian_variance(grey), 1),
    }


def _laplacian_variance(grey: Image.Image) -> float:
    if min(grey.size) < 3:
        return 0.0
    # A picture of bytes has no negative numbers and stops at 255: the two signs are taken apart, each at full range.
    up = grey.filter(ImageFilter.Kernel((3, 3), _LAPLACE, scale=4))
    down = ImageChops.invert(grey).filter(ImageFilter.Kernel((3, 3), _LAPLACE, scale=4))
    inner = (1, 1, grey.width - 1, grey.height - 1)
    rises, falls = ImageStat.Stat(up.crop(inner)), ImageStat.Stat(down.crop(inner))
    mean = rises.mean[0] - falls.mean[0]
    square = (rises.sum2[0] + falls.sum2[0]) / rises.count[0]
    return max(16 * (square - mean * mean), 0.0)
