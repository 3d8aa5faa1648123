"""When, where and with what a picture was taken, read from what cameras really write."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter
from tests.evidence.decode.cameras import LAT, LON, NINGBO, SAMPLES, shot, when, where
from tests.evidence.decode.pictures import saved, scene

from anru.evidence.decode import Inspected, Limits, hash_distance, inspect_and_render


def decoded(content: bytes, folder: Path, limits: Limits | None = None) -> Inspected:
    source = folder / "a"
    source.write_bytes(content)
    out = folder / f"out-{len(list(folder.iterdir()))}"
    out.mkdir()
    inspected = inspect_and_render(source, limits or Limits(), out)
    assert not inspected.refusal_code, inspected
    return inspected


def found_in(inspected: Inspected, name: str) -> Any:
    columns = {"captured_at", "zone_known", "lat", "lon", "device"}
    return getattr(inspected, name) if name in columns else inspected.findings.get(name)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_the_camera_wrote_is_read_or_counts_as_not_written(name: str, tmp_path: Path) -> None:
    main, detail, place, expected = SAMPLES[name]
    inspected = decoded(shot("JPEG", main, detail, place), tmp_path)
    for key, wanted in expected.items():
        if key == "captured_at" and wanted is not None:
            wanted = datetime.fromisoformat(wanted)
            assert inspected.captured_at is not None
            assert inspected.captured_at.utcoffset() == wanted.utcoffset()
        assert found_in(inspected, key) == wanted, (key, inspected)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_format_gives_up_its_moment_and_place_and_none_passes_them_on(kind: str, tmp_path: Path) -> None:
    place = where(NINGBO[0], "N", NINGBO[1], "E")
    content = shot(kind, {0x010F: "SECRETMAKER"}, when("2026:07:01 09:30:15", "+08:00"), place)
    assert b"SECRETMAKER" in content
    inspected = decoded(content, tmp_path)
    assert inspected.captured_at == datetime.fromisoformat("2026-07-01T09:30:15+08:00")
    assert (inspected.lat, inspected.lon) == (LAT, LON)
    assert inspected.display is not None
    assert inspected.thumb is not None
    for rendering in (inspected.display, inspected.thumb):
        assert b"SECRETMAKER" not in rendering.read_bytes()


def test_the_assumed_zone_is_the_callers(tmp_path: Path) -> None:
    inspected = decoded(shot("JPEG", {}, when("2026:07:01 09:30:15"), {}), tmp_path, Limits(assumed_utc_minutes=0))
    assert inspected.captured_at == datetime.fromisoformat("2026-07-01T09:30:15+00:00")
    assert not inspected.zone_known


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_turned_picture_comes_out_upright(kind: str, orientation: int, tmp_path: Path) -> None:
    upright = scene(320, 200)
    undo: dict[int, list[Image.Transpose]] = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    laid = upright
    for step in undo[orientation]:
        laid = laid.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    inspected = decoded(saved(laid, kind, exif=exif.tobytes()), tmp_path)
    assert (inspected.width_px, inspected.height_px) == (320, 200)
    assert inspected.display is not None
    with Image.open(inspected.display) as shown:
        red = shown.convert("RGB").getpixel((8, 8))
    assert isinstance(red, tuple)
    assert red[0] > 200
    assert red[1] < 60


def test_a_copy_of_a_picture_is_near_and_another_picture_is_far(tmp_path: Path) -> None:
    original = scene(1_600, 1_200)
    base = decoded(saved(original, "JPEG", quality=92), tmp_path).dhash
    copies = [
        saved(original, "JPEG", quality=35),
        saved(original.resize((800, 600)), "PNG"),
        saved(original.point(lambda step: min(int(step * 1.15), 255)), "WEBP"),
        saved(original.filter(ImageFilter.GaussianBlur(3)), "JPEG"),
    ]
    assert all(hash_distance(base, decoded(copy, tmp_path).dhash) <= 8 for copy in copies)
    others = [decoded(saved(scene(1_600, 1_200, seed=seed), "JPEG"), tmp_path).dhash for seed in (21, 22, 23)]
    assert all(hash_distance(base, other) >= 12 for other in others)


def test_blur_and_darkness_show_in_the_figures(tmp_path: Path) -> None:
    sharp = decoded(saved(scene(1_200, 900), "JPEG"), tmp_path).findings
    blurred = decoded(saved(scene(1_200, 900).filter(ImageFilter.GaussianBlur(6)), "JPEG"), tmp_path).findings
    dark = decoded(saved(scene(1_200, 900).point(lambda step: step // 12), "JPEG"), tmp_path).findings
    assert sharp["sharpness"] > 10 * blurred["sharpness"]
    assert dark["brightness"] < 20 < sharp["brightness"]
    assert dark["dark_share"] > 0.95 > sharp["dark_share"]


def test_the_sharpness_figure_is_the_variance_of_the_laplacian(tmp_path: Path) -> None:
    side = 300
    cells = [[100 + (x * 7 + y * 13) % 40 for x in range(side)] for y in range(side)]
    board = Image.frombytes("L", (side, side), b"".join(bytes(row) for row in cells))
    figure = decoded(saved(board, "PNG"), tmp_path).findings["sharpness"]
    values = [
        4 * cells[y][x] - cells[y][x - 1] - cells[y][x + 1] - cells[y - 1][x] - cells[y + 1][x]
        for y in range(1, side - 1)
        for x in range(1, side - 1)
    ]
    mean = sum(values) / len(values)
    assert figure == pytest.approx(sum((one - mean) ** 2 for one in values) / len(values), rel=0.05)


def test_the_greys_of_a_16_bit_picture_are_kept(tmp_path: Path) -> None:
    ramp = Image.frombytes("I;16", (256, 10), b"".join(bytes((0, step)) for step in range(256)) * 10)
    inspected = decoded(saved(ramp, "PNG"), tmp_path)
    assert inspected.display is not None
    with Image.open(inspected.display) as shown:
        greys = [shown.convert("L").getpixel((x, 5)) for x in (10, 128, 245)]
    assert greys == [pytest.approx(wanted, abs=8) for wanted in (10, 128, 245)]
