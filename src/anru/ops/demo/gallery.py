"""The demonstration's pictures and papers, drawn once, decoded by the real decoder, and used many times."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anru.evidence.decode import inspect_and_render
from anru.evidence.services import limits_on, rendered_columns, store
from anru.ops.demo.papers import write_paper
from anru.ops.demo.pictures import SCENES, draw_picture

PICTURES_PER_SCENE = 4
PAPERS_N = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """One decoded piece: the columns of a file row that describe it."""

    scene: str
    is_picture: bool
    columns: dict[str, Any]


class Gallery:
    """Holds the decoded pieces by scene."""

    def __init__(self, pieces: Sequence[Shown]) -> None:
        self._pictures: dict[str, list[Shown]] = {}
        self._papers = [piece for piece in pieces if not piece.is_picture]
        for piece in pieces:
            if piece.is_picture:
                self._pictures.setdefault(piece.scene, []).append(piece)

    def pick(self, medium: str, scenes: Sequence[str], dice: random.Random) -> Shown:
        """Return a paper for a document slot, else a picture of one of the scenes."""
        if medium == "document":
            return dice.choice(self._papers)
        return dice.choice(self._pictures[dice.choice(list(scenes))])


def make_gallery(font: Path, at: datetime) -> Gallery:
    """Every picture and paper is drawn, kept in the evidence store and decoded as any upload would be."""
    with TemporaryDirectory(prefix="anru-demo-") as folder, ThreadPoolExecutor(max_workers=2) as pool:
        base = Path(folder)
        drawn = [
            pool.submit(_draw, scene, seed, font, at, base) for scene in SCENES for seed in range(PICTURES_PER_SCENE)
        ]
        written = [pool.submit(_write, number, font, at, base) for number in range(PAPERS_N)]
        return Gallery([made.result() for made in (*drawn, *written)])


def _draw(scene: str, seed: int, font: Path, at: datetime, base: Path) -> Shown:
    target = base / f"{scene}-{seed}.jpg"
    draw_picture(scene, seed, font, target)
    return _take_in(scene, target, at, base, is_picture=True)


def _write(number: int, font: Path, at: datetime, base: Path) -> Shown:
    target = base / f"paper-{number}.pdf"
    write_paper(number, font, target)
    return _take_in("paper", target, at, base, is_picture=False)


def _take_in(scene: str, path: Path, at: datetime, base: Path, *, is_picture: bool) -> Shown:
    name = path.name
    kept = store().adopt(path)
    out = base / f"out-{name}"
    out.mkdir()
    inspected = inspect_and_render(store().path_of(kept.sha256), limits_on(at), out)
    if inspected.refusal_code:
        raise RuntimeError(f"the demonstration's own {name} was refused: {inspected.refusal_code}")
    columns = rendered_columns(inspected)
    columns.pop("captured_at")
    columns.pop("captured_zone_known")
    columns |= {"sha256": kept.sha256, "size_bytes": kept.size, "file_name": name}
    return Shown(scene, is_picture, columns)
