"""Whatever the network does, the bytes of an upload arrive exactly, or it is known that they have not."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anru.evidence import tus
from anru.evidence.tus import Append, Appended, TusLimits, TusRefused

LIMITS = TusLimits(max_bytes=20_000_000)
SPEAKS = {"Tus-Resumable": "1.0.0"}
SOURCES = Path(tus.__file__).resolve().parents[2]
EXPIRES = datetime(2026, 7, 1, 8, 0, tzinfo=timezone(timedelta(hours=8)))


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def refused(call: object, *args: object, **named: object) -> TusRefused:
    with pytest.raises(TusRefused) as caught:
        call(*args, **named)  # type: ignore[operator]
    assert caught.value.headers["Tus-Resumable"] == "1.0.0"
    return caught.value


def test_a_creation_is_read_with_its_chinese_name() -> None:
    metadata = f"filename {b64('污水池 全景.jpg')},filetype {b64('image/jpeg')},slot {b64('A1.photo')},is_confidential"
    found = tus.read_creation({**SPEAKS, "Upload-Length": "1234", "Upload-Metadata": metadata}, LIMITS)
    assert (found.total_bytes, found.file_name, found.file_type, found.slot) == (
        1234,
        "污水池 全景.jpg",
        "image/jpeg",
        "A1.photo",
    )
    assert found.metadata["is_confidential"] == ""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 412),
        ({"Tus-Resumable": "0.2.2", "Upload-Length": "1"}, 412),
        ({**SPEAKS}, 400),
        ({**SPEAKS, "Upload-Length": ""}, 400),
        ({**SPEAKS, "Upload-Length": "-1"}, 400),
        ({**SPEAKS, "Upload-Length": "+1"}, 400),
        ({**SPEAKS, "Upload-Length": "1e3"}, 400),
        ({**SPEAKS, "Upload-Length": "1_000"}, 400),
        ({**SPEAKS, "Upload-Length": "١٢"}, 400),
        ({**SPEAKS, "Upload-Length": "9" * 5_000}, 400),
        ({**SPEAKS, "Upload-Length": "20000001"}, 413),
        ({**SPEAKS, "Upload-Defer-Length": "1"}, 400),
        ({**SPEAKS, "Upload-Length": "5", "Upload-Concat": "partial"}, 400),
        ({**SPEAKS, "Upload-Length": "5", "Upload-Metadata": "filename %%%"}, 400),
        ({**SPEAKS, "Upload-Length": "5", "Upload-Metadata": "filename " + b64(b"\xff\xfe\xfd")}, 400),
        ({**SPEAKS, "Upload-Length": "5", "Upload-Metadata": f"a {b64('x')},a {b64('y')}"}, 400),
        ({**SPEAKS, "Upload-Length": "5", "Upload-Metadata": ",,"}, 400),
        ({**SPEAKS, "Upload-Length": "5", "Upload-Metadata": "文件 eA=="}, 400),
        ({**SPEAKS, "Upload-Length": "5", "Upload-Metadata": "a " + "A" * 5_000}, 400),
        ({**SPEAKS, "Upload-Length": "5", "Upload-Metadata": ",".join(f"k{n} eA==" for n in range(17))}, 400),
        ({**SPEAKS, "Upload-Length": "5", "Upload-Metadata": f"slot {b64('../x')}"}, 400),
        ({**SPEAKS, "Upload-Length": "5", "Upload-Metadata": f"slot {b64('s' * 41)}"}, 400),
    ],
)
def test_a_creation_with_unusable_headers_gets_its_exact_status(headers: dict[str, str], status: int) -> None:
    answer = refused(tus.read_creation, headers, LIMITS)
    assert answer.status == status
    if status == 412:
        assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.text.zh
    assert answer.text.en


def test_the_largest_creation_is_taken() -> None:
    assert tus.read_creation({**SPEAKS, "Upload-Length": "20000000"}, LIMITS).total_bytes == 20_000_000


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("照片.jpg", "照片.jpg"),
        ("..\\..\\windows\\a.jpg", "a.jpg"),
        ("/etc/passwd", "passwd"),
        ("../../../", ""),
        ("..", ""),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
        ("a\0b.pdf", "ab.pdf"),
        ("a\u200b\ufeff.pdf", "a.pdf"),
        ("池" * 300 + ".jpg", "池" * 196 + ".jpg"),
    ],
)
def test_a_file_name_keeps_only_what_people_can_see(name: str, kept: str) -> None:
    assert tus.clean_file_name(name) == kept


PATCH = {**SPEAKS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0", "Content-Length": "10"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Tus-Resumable": "2.0.0"}, 412),
        ({"Content-Type": "application/octet-stream"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Upload-Offset": ""}, 400),
        ({"Upload-Offset": "-5"}, 400),
        ({"Upload-Offset": "x"}, 400),
        ({"Content-Length": ""}, 411),
        ({"Content-Length": "8388609"}, 413),
        ({"Upload-Checksum": "md5 " + b64(bytes(16))}, 400),
        ({"Upload-Checksum": "sha256 " + b64(bytes(31))}, 400),
        ({"Upload-Checksum": "sha256 !!"}, 400),
    ],
)
def test_a_piece_with_unusable_headers_gets_its_exact_status(change: dict[str, str], status: int) -> None:
    assert tus.read_append(PATCH, LIMITS) == Append(0, 10)
    assert refused(tus.read_append, PATCH | change, LIMITS).status == status


def test_headers_are_found_in_lower_case_too() -> None:
    digest = hashlib.sha256(b"x").digest()
    lower = {key.lower(): found for key, found in PATCH.items()} | {"upload-checksum": "sha256 " + b64(digest)}
    assert tus.read_append(lower, LIMITS) == Append(0, 10, digest)


def test_the_method_may_stand_in_a_header_but_only_on_post() -> None:
    assert tus.method_of("POST", {"X-HTTP-Method-Override": "patch"}) == "PATCH"
    assert tus.method_of("GET", {"X-HTTP-Method-Override": "DELETE"}) == "GET"
    assert tus.method_of("POST", {"X-HTTP-Method-Override": "TRACE"}) == "POST"


def test_the_answers_carry_what_the_protocol_asks() -> None:
    assert tus.options_headers(LIMITS) == {
        "Tus-Resumable": "1.0.0",
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,termination,checksum,expiration",
        "Tus-Checksum-Algorithm": "sha256",
        "Tus-Max-Size": "20000000",
    }
    assert tus.creation_headers("/evidence/uploads/7/", EXPIRES)["Location"] == "/evidence/uploads/7/"
    assert tus.head_headers(5, 9, EXPIRES) == {
        "Tus-Resumable": "1.0.0",
        "Cache-Control": "no-store",
        "Upload-Offset": "5",
        "Upload-Length": "9",
        "Upload-Expires": "Wed, 01 Jul 2026 00:00:00 GMT",
    }
    assert tus.termination_headers()["Tus-Resumable"] == "1.0.0"


def test_pieces_grow_the_file_and_the_last_one_finishes(tmp_path: Path) -> None:
    path = tmp_path / "u.part"
    assert tus.offset_of(path) == 0
    assert tus.append_chunk(path, Append(0, 3), [b"ab", b"c"], total_bytes=5) == Appended(3, False)
    assert tus.append_chunk(path, Append(3, 2), [b"de"], total_bytes=5) == Appended(5, True)
    assert path.read_bytes() == b"abcde"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_piece_at_another_offset_is_refused_and_told_the_right_one(tmp_path: Path) -> None:
    path = tmp_path / "u.part"
    path.write_bytes(b"abc")
    for offset in (0, 2, 4):
        answer = refused(tus.append_chunk, path, Append(offset, 1), [b"x"], total_bytes=9)
        assert (answer.status, answer.headers["Upload-Offset"]) == (409, "3")
    assert path.read_bytes() == b"abc"


def test_a_piece_beyond_the_declared_length_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "u.part"
    path.write_bytes(b"abc")
    assert refused(tus.append_chunk, path, Append(3, 3), [b"xyz"], total_bytes=5).status == 413
    assert refused(tus.append_chunk, path, Append(3, 1), [b"x", b"y"], total_bytes=9).status == 413
    assert path.read_bytes() == b"abc"


def test_a_connection_that_breaks_off_leaves_what_came(tmp_path: Path) -> None:
    path = tmp_path / "u.part"

    def broken() -> Iterator[bytes]:
        yield b"ab"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        tus.append_chunk(path, Append(0, 9), broken(), total_bytes=9)
    assert tus.offset_of(path) == 2


def test_a_piece_with_a_wrong_checksum_or_half_of_one_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "u.part"
    digest = hashlib.sha256(b"abcd").digest()
    for pieces in ([b"abcX"], [b"ab"], []):
        assert refused(tus.append_chunk, path, Append(0, 4, digest), pieces, total_bytes=4).status == 460
        assert tus.offset_of(path) == 0
    assert tus.append_chunk(path, Append(0, 4, digest), [b"ab", b"cd"], total_bytes=4) == Appended(4, True)


def test_two_writers_at_once_never_mix(tmp_path: Path) -> None:
    path = tmp_path / "u.part"
    path.write_bytes(b"")
    with path.open("rb+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert refused(tus.append_chunk, path, Append(0, 1), [b"x"], total_bytes=1).status == 423
    assert tus.append_chunk(path, Append(0, 1), [b"x"], total_bytes=1).finished


def test_a_link_is_never_written_through(tmp_path: Path) -> None:
    target = tmp_path / "secret"
    target.write_bytes(b"")
    (tmp_path / "u.part").symlink_to(target)
    with pytest.raises(OSError):
        tus.append_chunk(tmp_path / "u.part", Append(0, 1), [b"x"], total_bytes=1)
    assert tus.offset_of(tmp_path / "u.part") == 0


def test_a_full_disk_is_told_and_what_found_room_counts(tmp_path: Path) -> None:
    path = tmp_path / "u.part"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        assert refused(tus.append_chunk, path, Append(0, 3_000), [bytes(3_000)], total_bytes=3_000).status == 507
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert tus.offset_of(path) == 1_000
    assert tus.append_chunk(path, Append(1_000, 2_000), [bytes(2_000)], total_bytes=3_000).finished


KILLED = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from anru.evidence.tus import Append, append_chunk, offset_of
path, source = Path(sys.argv[2]), Path(sys.argv[3]).read_bytes()
begin, pieces = offset_of(path), int(sys.argv[4])
def coming():
    for place in range(begin, begin + pieces * 700, 700):
        yield source[place:place + 700]
    os.kill(os.getpid(), 9)
append_chunk(path, Append(begin, len(source) - begin), coming(), total_bytes=len(source))
"""


def test_a_server_killed_between_the_disk_and_the_database_goes_on_from_the_file(tmp_path: Path) -> None:
    content = os.urandom(20_000)
    path, source = tmp_path / "u.part", tmp_path / "source"
    source.write_bytes(content)
    for pieces in (1, 7, 3):
        died = subprocess.run(
            [sys.executable, "-c", KILLED, str(SOURCES), str(path), str(source), str(pieces)], check=False
        )
        assert died.returncode == -signal.SIGKILL
    offset = tus.offset_of(path)
    assert offset == 11 * 700
    rest = content[offset:]
    assert tus.append_chunk(path, Append(offset, len(rest)), [rest], total_bytes=len(content)).finished
    assert path.read_bytes() == content


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["send", "break", "again", "skip", "checksum", "spoilt", "broken-checksum", "too-long"]),
        st.integers(0, 400),
        st.integers(1, 90),
    ),
    max_size=40,
)
REACH: dict[str, int] = {}


class Client:
    """A client on a bad network: it believes an offset, which may be old, and asks again when told that it is wrong."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path, self.content = path, content
        self.believed = 0

    def step(self, kind: str, size: int, cut: int) -> None:
        offset = {"again": max(self.believed - cut, 0), "skip": self.believed + cut}.get(kind, self.believed)
        body = self.content[offset : offset + size]
        digest = hashlib.sha256(body).digest() if "checksum" in kind or kind == "spoilt" else b""
        length = len(body)
        sent = body[: length * cut // 100] if kind in {"break", "broken-checksum"} else body
        if kind == "spoilt" and body:
            sent = bytes([body[0] ^ 1]) + body[1:]
        if kind == "too-long":
            sent, length = body + b"extra", length + 5
        pieces = [sent[place : place + cut] for place in range(0, len(sent), cut)]
        try:
            self.believed = tus.append_chunk(
                self.path, Append(offset, length, digest), pieces, total_bytes=len(self.content)
            ).offset
            REACH["ok"] = REACH.get("ok", 0) + 1
        except TusRefused as error:
            REACH[str(error.status)] = REACH.get(str(error.status), 0) + 1
            self.believed = tus.offset_of(self.path)

    def finish(self) -> None:
        while (offset := tus.offset_of(self.path)) < len(self.content):
            body = self.content[offset : offset + 100]
            tus.append_chunk(self.path, Append(offset, len(body)), [body], total_bytes=len(self.content))


@settings(max_examples=300, deadline=None)
@given(content=st.binary(min_size=1, max_size=3_000), steps=STEPS)
def test_any_chunking_interruption_and_repetition_reproduces_the_bytes_exactly(
    content: bytes, steps: list[tuple[str, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        client = Client(Path(folder) / "u.part", content)
        for kind, size, cut in steps:
            client.step(kind, size, cut)
            so_far = client.path.read_bytes() if client.path.exists() else b""
            assert kind == "too-long" or content.startswith(so_far)
            if not content.startswith(so_far):
                # A client that declares and sends other bytes than the file's has lied; only the hash can tell.
                return
        client.finish()
        assert client.path.read_bytes() == content


def test_the_random_histories_reach_every_answer() -> None:
    test_any_chunking_interruption_and_repetition_reproduces_the_bytes_exactly()
    assert {"ok", "409", "413", "460"} <= set(REACH)
    assert REACH["ok"] > 200


def test_a_server_that_believes_its_database_instead_of_the_file_is_caught(tmp_path: Path) -> None:
    """The planted fault: the piece is written at the offset that was kept elsewhere, as if the file did not matter."""
    content = bytes(range(200)) * 3
    path = tmp_path / "u.part"
    kept_offset = 0
    with pytest.raises(ConnectionResetError):
        tus.append_chunk(path, Append(0, 300), _breaking(content[:300]), total_bytes=len(content))
    with path.open("ab") as planted:
        planted.write(content[kept_offset : kept_offset + 300])
    assert path.read_bytes() != content[: tus.offset_of(path)]
    assert refused(tus.append_chunk, path, Append(kept_offset, 300), [b""], total_bytes=len(content)).status == 409


def _breaking(body: bytes) -> Iterator[bytes]:
    yield body[:120]
    raise ConnectionResetError
