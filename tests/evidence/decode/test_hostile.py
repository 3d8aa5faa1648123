"""Every hostile file is refused with its code or comes out as a clean rendering, within little memory and time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PIL import Image
from tests.evidence.decode.papers import OFFICE, PDFS
from tests.evidence.decode.pictures import PICTURES, Case, jpeg

from anru.evidence.decode import FAULT_WORDS, Fault, Inspected, Limits, inspect_and_render, words_of

CORPUS: dict[str, Case] = {**PICTURES, **PDFS, **OFFICE}
MOST_RESIDENT_BYTES = 300 * 2**20
MOST_SECONDS = 5.0
FORBIDDEN_IN_RENDERING = (b"EXIF", b"ICCP", b"XMP ", b"<script", b"<?php", b"PK\x03\x04", b"ftyp")


def decoded(content: bytes, folder: Path, name: str = "a", limits: Limits | None = None) -> Inspected:
    """Decode these bytes as a real upload would be."""
    source = folder / name
    source.write_bytes(content)
    out = folder / "out"
    out.mkdir()
    return inspect_and_render(source, limits or Limits(), out)


def test_the_corpus_is_large_and_its_cases_are_what_the_faults_are() -> None:
    assert len(CORPUS) == len(PICTURES) + len(PDFS) + len(OFFICE) >= 60
    codes = {code for case in CORPUS.values() for code in case.codes if code}
    assert codes <= {fault.value for fault in Fault}
    unreached = {fault.value for fault in Fault} - codes
    assert unreached == {"not_allowed", "wrong_medium", "too_slow", "too_much_memory", "crashed"}


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_file_is_refused_or_rendered_clean_within_bounds(name: str, tmp_path: Path) -> None:
    case = CORPUS[name]
    content = case.make()
    started = time.monotonic()
    inspected = decoded(content, tmp_path)
    took = time.monotonic() - started
    assert inspected.refusal_code in case.codes, inspected
    assert inspected.peak_bytes <= MOST_RESIDENT_BYTES
    assert took <= MOST_SECONDS
    if inspected.peak_bytes == 0:
        assert inspected.refusal_code in {"empty", "too_large"}, "the child must have told its peak"
    if not inspected.refusal_code:
        assert case.told.items() <= inspected.findings.items(), inspected.findings
        assert set(inspected.findings["confined"]) >= {"parent", "rights"}
    if inspected.is_picture:
        assert_clean(inspected)
    else:
        assert not list((tmp_path / "out").iterdir())
    assert (tmp_path / "a").read_bytes() == content, "the original is never changed"


def assert_clean(inspected: Inspected) -> None:
    """Both renderings open, are of the promised size, and hold pixels alone."""
    for path, side in ((inspected.display, 1_920), (inspected.thumb, 360)):
        assert path is not None
        content = path.read_bytes()
        with Image.open(path) as picture:
            assert picture.format == "WEBP"
            assert max(picture.size) <= side
            picture.load()
            assert not picture.getexif()
            assert set(picture.info) <= {"loop", "background", "timestamp", "duration"}
        assert not [mark for mark in FORBIDDEN_IN_RENDERING if mark in content]
    assert inspected.width_px
    assert inspected.height_px


def test_every_fault_has_words_in_both_languages_and_an_unknown_code_has_some() -> None:
    for fault in Fault:
        assert FAULT_WORDS[fault].zh.endswith("。")
        assert FAULT_WORDS[fault].en.endswith(".")
        assert len(fault.value) <= 40
    assert words_of("polyglot") == FAULT_WORDS[Fault.POLYGLOT]
    assert words_of("from-another-edition") == FAULT_WORDS[Fault.CRASHED]


@pytest.mark.parametrize("name", ["a.pdf", "photo.html", "x.jpg.exe", "无扩展名"])
def test_the_name_decides_nothing(name: str, tmp_path: Path) -> None:
    assert decoded(jpeg(), tmp_path, name).media_type == "image/jpeg"


@pytest.mark.parametrize("name", ["png-25-megapixels-of-nothing", "webp-13-megapixels", "heic-24-megapixels"])
def test_a_picture_that_wants_more_memory_than_it_may_have_is_refused(name: str, tmp_path: Path) -> None:
    limits = Limits(memory_bytes=70_000_000)
    inspected = decoded(PICTURES[name].make(), tmp_path, limits=limits)
    # Two of the libraries say no more than that they failed.
    assert inspected.refusal_code in {"too_much_memory"} | ({"broken_picture"} if not name.startswith("png") else set())
    assert inspected.peak_bytes < 110_000_000
    assert not list((tmp_path / "out").iterdir())


def test_what_the_caller_does_not_allow_is_refused(tmp_path: Path) -> None:
    limits = Limits(allowed=("application/pdf",))
    assert decoded(jpeg(), tmp_path, limits=limits).refusal_code == "not_allowed"
