"""The content-addressed store: a file's name is the SHA-256 of its bytes, so that any change to them shows."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BufferedReader
from pathlib import Path

ORIGINALS, DISPLAY, THUMBS = "originals", "display", "thumbs"
FOLDERS = (ORIGINALS, DISPLAY, THUMBS)
_SET_ASIDE = "set-aside"
_INCOMING = "incoming"
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_CHUNK = 1 << 20
# The errors of a hard link that another volume, or a file system without links, answers with.
_NO_LINK = frozenset({errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK})


class StoreDamaged(Exception):
    """A file in the store does not hold the bytes that its name promises."""

    def __init__(self, folder: str, sha256: str) -> None:
        super().__init__(f"{folder}/{sha256}")
        self.folder = folder
        self.sha256 = sha256


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store keeps a file as."""

    sha256: str
    size: int


class Wrong(StrEnum):
    """What a scrub finds."""

    MISSING = "missing"
    DAMAGED = "damaged"
    STRAY = "stray"


@dataclass(frozen=True, slots=True)
class Finding:
    """One file that is not as it should be. `name` is the SHA-256, or the path in its folder for a stray."""

    folder: str
    name: str
    wrong: Wrong


class Store:
    """A store under one base folder. Directories are 0700, files 0600: the web server reads through the app alone."""

    def __init__(self, base: Path) -> None:
        self.base = base

    def path_of(self, sha256: str, folder: str = ORIGINALS) -> Path:
        """Return where a file of this hash lies. Raises: ValueError unless it is 64 lower-case hex digits in a known
        folder, which leaves no way to name a path outside."""
        if folder not in FOLDERS or not isinstance(sha256, str) or not _SHA256.match(sha256):
            raise ValueError("not a name in the store")
        return self.base / folder / sha256[:2] / sha256[2:4] / sha256

    def adopt(self, path: Path) -> Stored:
        """The finished upload is kept as an original, durably, and is gone from where it lay.

        The same bytes may come any number of times, also at once. Raises: StoreDamaged when other bytes stand under
        the name already (they are left as they are); OSError; ValueError when `path` is not a regular file.
        """
        return self._adopt(path, ORIGINALS)

    def adopt_rendering(self, path: Path, folder: str) -> str:
        """The rendering is kept in `display` or `thumbs` and its hash is returned. Raises: as `adopt`."""
        return self._adopt(path, folder).sha256

    def open_original(self, sha256: str) -> BufferedReader:
        """Return an original opened for reading. Raises: FileNotFoundError; ValueError."""
        return self.open_rendering(sha256, ORIGINALS)

    def open_rendering(self, sha256: str, folder: str) -> BufferedReader:
        """Return a file of the folder opened for reading. Raises: FileNotFoundError; ValueError."""
        return os.fdopen(os.open(self.path_of(sha256, folder), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")

    def verify(self, sha256: str, folder: str = ORIGINALS) -> bool:
        """Return whether the file is there and its bytes still have the hash. Raises: ValueError."""
        return self._judge(sha256, folder) is None

    def restore(self, source: Path, sha256: str, folder: str = ORIGINALS) -> None:
        """The store holds good bytes under this name again; damaged ones are kept in `set-aside` as evidence.

        Raises: StoreDamaged when `source` does not have the hash either.
        """
        with _opened(source) as stream:
            if _digest(stream) != sha256:
                raise StoreDamaged(folder, sha256)
        if self._judge(sha256, folder) is Wrong.DAMAGED:
            aside = self.base / _SET_ASIDE
            _make_folders(aside, self.base)
            descriptor, name = tempfile.mkstemp(prefix=f"{folder}-{sha256}-", dir=aside)
            os.close(descriptor)
            self.path_of(sha256, folder).replace(name)
            _sync_folder(aside)
        self._adopt(source, folder)

    def scrub(self, expected: Iterable[tuple[str, str]] = (), *, prefixes: Iterable[str] = ("",)) -> Iterator[Finding]:
        """Yield every file that is damaged or out of place, and every expected (folder, sha256) that is missing.

        All bytes are read. `prefixes` of the hash ("0", "1", …) spread one scrub of a large store over several nights.
        """
        wanted = tuple(prefixes)
        for folder in FOLDERS:
            for place in _files_below(self.base / folder):
                name = place.name
                if not _SHA256.match(name) or place != self.path_of(name, folder):
                    yield Finding(folder, str(place.relative_to(self.base / folder)), Wrong.STRAY)
                elif name.startswith(wanted) and self._judge(name, folder) is Wrong.DAMAGED:
                    yield Finding(folder, name, Wrong.DAMAGED)
        for folder, sha256 in expected:
            if sha256.startswith(wanted) and not self.path_of(sha256, folder).exists():
                yield Finding(folder, sha256, Wrong.MISSING)

    def clear_incoming(self, older_than: datetime) -> int:
        """Copies that a killed process left half made before this moment are gone; their number is returned."""
        removed = 0
        for place in _files_below(self.base / _INCOMING):
            if place.lstat().st_mtime < older_than.timestamp():
                place.unlink(missing_ok=True)
                removed += 1
        return removed

    def _judge(self, sha256: str, folder: str) -> Wrong | None:
        try:
            with self.open_rendering(sha256, folder) as stream:
                return None if _digest(stream) == sha256 else Wrong.DAMAGED
        except FileNotFoundError:
            return Wrong.MISSING
        except OSError:
            # A sector that cannot be read, or a link in the place of the file, is as bad as wrong bytes.
            return Wrong.DAMAGED

    def _adopt(self, path: Path, folder: str) -> Stored:
        with _opened(path) as stream:
            sha256 = _digest(stream)
            size = stream.tell()
            target = self.path_of(sha256, folder)
            _make_folders(target.parent, self.base)
            os.fchmod(stream.fileno(), 0o600)
            os.fsync(stream.fileno())
            try:
                self._place(path, stream, target)
            except FileExistsError:
                if self._judge(sha256, folder) is not None:
                    raise StoreDamaged(folder, sha256) from None
        _sync_folder(target.parent)
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)
        return Stored(sha256, size)

    def _place(self, path: Path, stream: BufferedReader, target: Path) -> None:
        # A rename would replace what stands under the name without a word; a link refuses.
        try:
            os.link(path, target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            self._copy(stream, target)

    def _copy(self, stream: BufferedReader, target: Path) -> None:
        incoming = self.base / _INCOMING
        _make_folders(incoming, self.base)
        with tempfile.NamedTemporaryFile(dir=incoming) as copy:
            stream.seek(0)
            while chunk := stream.read(_CHUNK):
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
            os.link(copy.name, target)


def _opened(path: Path) -> BufferedReader:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError("only a regular file can be kept")
    return os.fdopen(descriptor, "rb")


def _digest(stream: BufferedReader) -> str:
    return hashlib.file_digest(stream, "sha256").hexdigest()


def _make_folders(folder: Path, base: Path) -> None:
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        if folder == base:
            break
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(mode=0o700, parents=new == base, exist_ok=True)
        # A power cut after the answer would otherwise lose the folder, and the file with it.
        _sync_folder(new.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _files_below(folder: Path) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        # A folder that cannot be listed would otherwise count as one without faults.
        raise error

    if not folder.exists():
        return
    for place, folders, names in os.walk(folder, onerror=unreadable):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*names, *links]):
            yield Path(place) / name
