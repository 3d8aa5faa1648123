"""The store never loses, never overwrites and never overlooks a changed bit."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anru.evidence.store import DISPLAY, ORIGINALS, THUMBS, Finding, Store, Stored, StoreDamaged, Wrong


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "deep" / "evidence")


def upload(folder: Path, content: bytes, name: str = "up.part") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_an_adopted_file_lies_under_its_hash_closed_to_others_and_is_gone_from_the_uploads(
    store: Store, tmp_path: Path
) -> None:
    path = upload(tmp_path, b"evidence")
    path.chmod(0o666)
    sha256 = hashlib.sha256(b"evidence").hexdigest()
    assert store.adopt(path) == Stored(sha256, 8)
    kept = store.base / "originals" / sha256[:2] / sha256[2:4] / sha256
    assert kept.read_bytes() == b"evidence"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.stat().st_nlink == 1
    assert not path.exists()
    for folder in (kept.parent, kept.parent.parent, store.base / "originals", store.base):
        assert folder.stat().st_mode & 0o777 == 0o700
    with store.open_original(sha256) as stream:
        assert stream.read() == b"evidence"
    assert store.verify(sha256)


def test_the_same_bytes_may_come_again(store: Store, tmp_path: Path) -> None:
    first = store.adopt(upload(tmp_path, b"same"))
    before = store.path_of(first.sha256).stat()
    assert store.adopt(upload(tmp_path, b"same", "again.part")) == first
    after = store.path_of(first.sha256).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert not (tmp_path / "again.part").exists()


def test_an_upload_that_was_linked_but_not_removed_before_a_power_cut_is_adopted_again(
    store: Store, tmp_path: Path
) -> None:
    first = store.adopt(upload(tmp_path, b"cut"))
    os.link(store.path_of(first.sha256), tmp_path / "cut.part")
    assert store.adopt(tmp_path / "cut.part") == first
    assert not (tmp_path / "cut.part").exists()
    assert store.verify(first.sha256)


def test_damaged_bytes_are_neither_overwritten_nor_taken_for_good(store: Store, tmp_path: Path) -> None:
    first = store.adopt(upload(tmp_path, b"good"))
    store.path_of(first.sha256).write_bytes(b"evil")
    again = upload(tmp_path, b"good", "again.part")
    with pytest.raises(StoreDamaged):
        store.adopt(again)
    assert store.path_of(first.sha256).read_bytes() == b"evil"
    assert again.read_bytes() == b"good"


def test_a_restored_file_is_good_again_and_the_damaged_one_is_kept_aside(store: Store, tmp_path: Path) -> None:
    first = store.adopt(upload(tmp_path, b"good"))
    store.path_of(first.sha256).write_bytes(b"evil")
    with pytest.raises(StoreDamaged):
        store.restore(upload(tmp_path, b"also wrong", "backup"), first.sha256)
    store.restore(upload(tmp_path, b"good", "backup"), first.sha256)
    assert store.verify(first.sha256)
    assert [path.read_bytes() for path in (store.base / "set-aside").iterdir()] == [b"evil"]
    store.path_of(first.sha256).unlink()
    store.restore(upload(tmp_path, b"good", "backup"), first.sha256)
    assert store.verify(first.sha256)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a" * 63,
        "a" * 65,
        "A" * 64,
        "g" * 64,
        "../" * 21 + "a",
        "a" * 64 + "\n",
        "a" * 32 + "/" + "a" * 31,
        "\0" * 64,
        "١" * 64,
    ],
)
def test_a_name_that_is_no_hash_names_nothing(store: Store, name: str) -> None:
    for ask in (store.path_of, store.open_original, store.verify):
        with pytest.raises(ValueError):
            ask(name)


def test_a_folder_that_is_not_of_the_store_names_nothing(store: Store) -> None:
    for folder in ("", "..", "/etc", "original", "set-aside"):
        with pytest.raises(ValueError):
            store.path_of("a" * 64, folder)


def test_a_link_a_folder_or_a_pipe_is_not_adopted(store: Store, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "."):
        with pytest.raises((OSError, ValueError)):
            store.adopt(tmp_path / name)
    assert not (store.base / "originals").exists()


def test_a_link_in_the_place_of_an_original_is_not_followed(store: Store, tmp_path: Path) -> None:
    first = store.adopt(upload(tmp_path, b"good"))
    other = upload(tmp_path, b"good", "elsewhere")
    store.path_of(first.sha256).unlink()
    store.path_of(first.sha256).symlink_to(other)
    assert not store.verify(first.sha256)
    with pytest.raises(OSError):
        store.open_original(first.sha256)


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="needs a second volume")
def test_an_upload_on_another_volume_is_copied_whole(store: Store, tmp_path: Path) -> None:
    folder = Path("/dev/shm") / f"anru-store-{os.getpid()}"
    folder.mkdir()
    try:
        assert folder.stat().st_dev != tmp_path.stat().st_dev
        content = random.Random(1).randbytes(3_000_000)
        kept = store.adopt(upload(folder, content))
        assert store.path_of(kept.sha256).read_bytes() == content
        assert store.path_of(kept.sha256).stat().st_mode & 0o777 == 0o600
        assert not list(folder.iterdir())
        assert not list((store.base / "incoming").iterdir())
        assert store.adopt(upload(folder, content)) == kept
    finally:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()


def test_copies_left_half_made_are_cleared_by_age(store: Store) -> None:
    incoming = store.base / "incoming"
    incoming.mkdir(parents=True)
    old, new = incoming / "old", incoming / "new"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (1, 1))
    assert store.clear_incoming(datetime.now(UTC) - timedelta(days=1)) == 1
    assert [path.name for path in incoming.iterdir()] == ["new"]


def _adopt_many(base: Path, folder: Path, seed: int, gate: object) -> None:
    store = Store(base)
    gate.wait()  # type: ignore[attr-defined]
    for number in range(25):
        shared = upload(folder, b"shared %d" % number * 5_000, f"{seed}-s{number}")
        store.adopt(shared)
        store.adopt(upload(folder, b"own %d %d" % (seed, number), f"{seed}-o{number}"))


def test_eight_processes_adopt_at_once_and_nothing_is_lost(store: Store, tmp_path: Path) -> None:
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(8)
    workers = [context.Process(target=_adopt_many, args=(store.base, uploads, seed, gate)) for seed in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 8
    contents = [b"shared %d" % number * 5_000 for number in range(25)]
    contents += [b"own %d %d" % (seed, number) for seed in range(8) for number in range(25)]
    names = [hashlib.sha256(content).hexdigest() for content in contents]
    assert all(store.verify(name) for name in names)
    assert sorted(path.name for path in (store.base / "originals").rglob("*") if path.is_file()) == sorted(names)
    assert not list(uploads.iterdir())


def _filled(store: Store, folder: Path, count: int, dice: random.Random) -> list[tuple[str, str]]:
    kept = []
    for number in range(count):
        path = upload(folder, dice.randbytes(dice.randrange(1, 20_000)), f"u{number}")
        place = (ORIGINALS, DISPLAY, THUMBS)[number % 3]
        name = store.adopt(path).sha256 if place == ORIGINALS else store.adopt_rendering(path, place)
        kept.append((place, name))
    return kept


def test_one_flipped_bit_in_each_of_200_files_of_300_is_found_and_no_other_is_blamed(
    store: Store, tmp_path: Path
) -> None:
    dice = random.Random(7)
    kept = _filled(store, tmp_path, 300, dice)
    assert list(store.scrub(kept)) == []
    hit = dice.sample(kept, 200)
    for folder, name in hit:
        path = store.path_of(name, folder)
        content = bytearray(path.read_bytes())
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        path.write_bytes(content)
    found = list(store.scrub(kept))
    assert {(one.folder, one.name) for one in found} == set(hit)
    assert {one.wrong for one in found} == {Wrong.DAMAGED}
    assert sum(not store.verify(name, folder) for folder, name in kept) == 200


def test_what_is_missing_cut_short_or_out_of_place_is_found(store: Store, tmp_path: Path) -> None:
    kept = _filled(store, tmp_path, 30, random.Random(8))
    (_, gone), (_, cut) = [one for one in kept if one[0] == ORIGINALS][:2]
    store.path_of(gone).unlink()
    os.truncate(store.path_of(cut), 0)
    (store.base / "display" / "note.txt").write_text("x")
    moved = store.path_of(next(name for folder, name in kept if folder == THUMBS), THUMBS)
    moved.rename(store.base / "thumbs" / moved.name)
    found = set(store.scrub(kept))
    assert found == {
        Finding(ORIGINALS, gone, Wrong.MISSING),
        Finding(ORIGINALS, cut, Wrong.DAMAGED),
        Finding(DISPLAY, "note.txt", Wrong.STRAY),
        Finding(THUMBS, moved.name, Wrong.STRAY),
        Finding(THUMBS, moved.name, Wrong.MISSING),
    }


def test_a_scrub_by_prefixes_over_several_nights_finds_what_one_scrub_finds(store: Store, tmp_path: Path) -> None:
    kept = _filled(store, tmp_path, 60, random.Random(9))
    for folder, name in kept[::2]:
        store.path_of(name, folder).write_bytes(b"")
    nights = [set(store.scrub(kept, prefixes=night)) for night in ("0123", "4567", "89ab", "cdef")]
    assert sum(len(night) for night in nights) == 30
    assert set().union(*nights) == set(store.scrub(kept))
