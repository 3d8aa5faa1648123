"""The server side of resumable uploads, tus 1.0.0: what the headers ask, what is answered, and bytes onto the disk.

The length of the partial file is the only truth about how much has come: whatever dies between the disk and the
database, the next HEAD answers from the file and the client goes on from there.

Source: tus resumable upload protocol 1.0.0; core, creation, termination, checksum, expiration.
"""

from __future__ import annotations

import base64
import binascii
import errno
import fcntl
import hashlib
import hmac
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from anru.rulebook.words import Text

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,checksum,expiration"
CHUNK_TYPE = "application/offset+octet-stream"
_DIGITS = re.compile(r"[0-9]{1,15}\Z")
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,64}\Z")
_SLOT = re.compile(r"[A-Za-z0-9_.:-]{0,40}\Z")
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class TusLimits:
    """The bounds of one upload, all in bytes or characters. The caller brings the size from the rulebook."""

    max_bytes: int
    max_chunk_bytes: int = 8_388_608
    max_metadata_chars: int = 4_096
    max_metadata_pairs: int = 16
    max_name_chars: int = 200


class TusRefused(Exception):
    """The request is answered with `status`, these headers and these words.

    Nothing of its bytes was kept, but for 507: what still found room stays and counts.
    """

    def __init__(self, status: int, code: str, text: Text, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.text = text
        self.headers = {"Tus-Resumable": VERSION, "Cache-Control": "no-store", **(headers or {})}


@dataclass(frozen=True, slots=True)
class Creation:
    """A wish to upload. The name and type are what the client says, for people to read; nothing is decided by them."""

    total_bytes: int
    file_name: str
    file_type: str
    slot: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Append:
    """A piece that begins at `offset`. `sha256` is what its bytes must have, or empty."""

    offset: int
    length: int
    sha256: bytes = b""


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the partial file ends now; `finished` when every byte has come and is on the disk."""

    offset: int
    finished: bool


def method_of(method: str, headers: Mapping[str, str]) -> str:
    """Return the method that is meant: some networks let only POST through and name the real one in a header."""
    override = _header(headers, "X-HTTP-Method-Override").upper()
    return override if method == "POST" and override in {"PATCH", "DELETE", "HEAD"} else method


def check_version(headers: Mapping[str, str]) -> None:
    """Return when the client speaks our version. Not asked of OPTIONS. Raises: TusRefused 412."""
    if _header(headers, "Tus-Resumable") != VERSION:
        raise TusRefused(412, "tus_version", _VERSION_WORDS, {"Tus-Version": VERSION})


def read_creation(headers: Mapping[str, str], limits: TusLimits) -> Creation:
    """Return what a POST wants to upload. Raises: TusRefused 412, 400 for unusable headers, 413 when too large."""
    check_version(headers)
    if _header(headers, "Upload-Defer-Length") or _header(headers, "Upload-Concat"):
        raise TusRefused(400, "tus_extension", _HEADER_WORDS)
    total = _number(headers, "Upload-Length")
    if total > limits.max_bytes:
        raise TusRefused(413, "too_large", _LARGE_WORDS, {"Tus-Max-Size": str(limits.max_bytes)})
    metadata = read_metadata(_header(headers, "Upload-Metadata"), limits)
    slot = metadata.get("slot", "")
    if not _SLOT.match(slot):
        raise TusRefused(400, "tus_metadata", _HEADER_WORDS)
    name = clean_file_name(metadata.get("filename", metadata.get("name", "")), limits.max_name_chars)
    return Creation(total, name, metadata.get("filetype", metadata.get("type", ""))[:100], slot, metadata)


def read_metadata(header: str, limits: TusLimits) -> dict[str, str]:
    """Return the pairs of an Upload-Metadata header. Raises: TusRefused 400."""
    if len(header) > limits.max_metadata_chars or header.count(",") >= limits.max_metadata_pairs:
        raise TusRefused(400, "tus_metadata", _HEADER_WORDS)
    found: dict[str, str] = {}
    for pair in header.split(",") if header else []:
        key, _space, encoded = pair.strip(" ").partition(" ")
        if not _KEY.match(key) or key in found:
            raise TusRefused(400, "tus_metadata", _HEADER_WORDS)
        try:
            found[key] = base64.b64decode(encoded.strip(" "), validate=True).decode("utf-8")
        except (binascii.Error, ValueError) as error:
            raise TusRefused(400, "tus_metadata", _HEADER_WORDS) from error
    return found


def clean_file_name(name: str, max_chars: int = 200) -> str:
    """Return the name without folders and without characters that are invisible or turn the reading direction round.

    `gnp.exe` behind a right-to-left mark reads as `exe.png`.
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(char for char in last if unicodedata.category(char)[0] not in "CZ" or char == " ").strip(" .")
    if len(kept) <= max_chars:
        return kept
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[: max_chars - len(ending) - 1]}.{ending}" if dot and len(ending) <= 10 else kept[:max_chars]


def read_append(headers: Mapping[str, str], limits: TusLimits) -> Append:
    """Return what a PATCH brings. Raises: TusRefused 412, 415, 400, 411 without a length, 413 for too large a piece."""
    check_version(headers)
    if _header(headers, "Content-Type").partition(";")[0].strip().lower() != CHUNK_TYPE:
        raise TusRefused(415, "tus_content_type", _HEADER_WORDS, {"Accept-Patch": CHUNK_TYPE})
    offset = _number(headers, "Upload-Offset")
    if not _header(headers, "Content-Length"):
        raise TusRefused(411, "tus_length", _HEADER_WORDS)
    length = _number(headers, "Content-Length")
    if length > limits.max_chunk_bytes:
        raise TusRefused(413, "chunk_too_large", _CHUNK_WORDS)
    return Append(offset, length, _checksum(_header(headers, "Upload-Checksum")))


def offset_of(path: Path) -> int:
    """Return how many bytes of the upload have come."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def append_chunk(path: Path, append: Append, pieces: Iterable[bytes], *, total_bytes: int) -> Appended:
    """The bytes that came stand at the end of the partial file; all of them are on the disk once the last has come.

    A connection that breaks off leaves what came, except under a checksum: a piece that cannot be verified leaves
    nothing. Raises: TusRefused 409 for another offset, 413 beyond the length, 423 while another request writes,
    460 for a wrong checksum, 507 when the disk is full; what `pieces` raises.
    """
    with _locked(path) as descriptor:
        size = os.fstat(descriptor).st_size
        _judge_append(append, size, total_bytes)
        if append.sha256:
            pieces = _verified(append, pieces)
        try:
            size += _write(descriptor, size, append.length, pieces)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
                raise TusRefused(507, "store_full", _FULL_WORDS) from error
            raise
        if size == total_bytes:
            os.fsync(descriptor)
            _sync_folder(path.parent)
        return Appended(size, size == total_bytes)


def options_headers(limits: TusLimits) -> dict[str, str]:
    """Return the headers that answer OPTIONS (204)."""
    return {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": "sha256",
        "Tus-Max-Size": str(limits.max_bytes),
    }


def creation_headers(location: str, expires_at: datetime) -> dict[str, str]:
    """Return the headers that answer a POST (201)."""
    return {**_common(), "Location": location, "Upload-Expires": _http_date(expires_at)}


def head_headers(offset: int, total_bytes: int, expires_at: datetime) -> dict[str, str]:
    """Return the headers that answer HEAD (200)."""
    return {**append_headers(offset, expires_at), "Upload-Length": str(total_bytes)}


def append_headers(offset: int, expires_at: datetime) -> dict[str, str]:
    """Return the headers that answer PATCH (204)."""
    return {**_common(), "Upload-Offset": str(offset), "Upload-Expires": _http_date(expires_at)}


def termination_headers() -> dict[str, str]:
    """Return the headers that answer DELETE (204)."""
    return _common()


def _common() -> dict[str, str]:
    return {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _header(headers: Mapping[str, str], name: str) -> str:
    found = headers.get(name)
    return (headers.get(name.lower(), "") if found is None else found).strip()


def _number(headers: Mapping[str, str], name: str) -> int:
    text = _header(headers, name)
    if not text.isascii() or not _DIGITS.match(text):
        raise TusRefused(400, "tus_header", _HEADER_WORDS)
    return int(text)


def _checksum(header: str) -> bytes:
    if not header:
        return b""
    algorithm, _space, encoded = header.partition(" ")
    try:
        digest = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise TusRefused(400, "tus_checksum", _HEADER_WORDS) from error
    if algorithm != "sha256" or len(digest) != _DIGEST_BYTES:
        raise TusRefused(400, "tus_checksum", _HEADER_WORDS)
    return digest


def _judge_append(append: Append, size: int, total_bytes: int) -> None:
    if append.offset != size:
        raise TusRefused(409, "tus_offset", _OFFSET_WORDS, {"Upload-Offset": str(size)})
    if size + append.length > total_bytes:
        raise TusRefused(413, "tus_too_long", _LONG_WORDS, {"Upload-Offset": str(size)})


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            # Two requests for one upload: a phone that gave one up and tries again before the server has noticed.
            raise TusRefused(423, "tus_locked", _LOCKED_WORDS) from error
        yield descriptor
    finally:
        os.close(descriptor)


def _verified(append: Append, pieces: Iterable[bytes]) -> list[bytes]:
    # Held back until it is verified: unverified bytes at the end of the file would count as truth after a crash.
    held, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > append.length:
            raise TusRefused(413, "tus_too_long", _LONG_WORDS)
        held.append(bytes(piece))
    digest = hashlib.sha256(b"".join(held)).digest()
    if length != append.length or not hmac.compare_digest(digest, append.sha256):
        raise TusRefused(460, "tus_checksum_mismatch", _CHECKSUM_WORDS)
    return held


def _write(descriptor: int, offset: int, length: int, pieces: Iterable[bytes]) -> int:
    written = 0
    for piece in pieces:
        view = memoryview(piece)
        if written + len(view) > length:
            os.ftruncate(descriptor, offset)
            raise TusRefused(413, "tus_too_long", _LONG_WORDS)
        while view:
            count = os.pwrite(descriptor, view, offset + written)
            written += count
            view = view[count:]
    return written


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_VERSION_WORDS = Text("上传程序版本不符，请刷新页面后再试。", "The upload program is out of date. Reload the page.")
_HEADER_WORDS = Text("上传请求不正确，请刷新页面后再试。", "The upload request is not right. Reload the page.")
_LARGE_WORDS = Text("文件太大，请压缩或拆分后再传。", "The file is too large. Compress or split it.")
_CHUNK_WORDS = Text("一次传的数据太多，请刷新页面后再试。", "Too much was sent at once. Reload the page.")
_OFFSET_WORDS = Text("进度对不上，正在从断点继续。", "The progress differs; continuing from where it broke off.")
_LONG_WORDS = Text("传来的数据比文件还长，请重新选择文件。", "More came than the file holds. Choose the file again.")
_LOCKED_WORDS = Text("上一段还在传，请稍候。", "The previous piece is still coming. Wait a moment.")
_CHECKSUM_WORDS = Text("这一段在网络上传坏了，正在重传。", "This piece was damaged on its way; sending it again.")
_FULL_WORDS = Text("服务器存储空间不足，暂时不能上传。", "The server has no space left for uploads.")
