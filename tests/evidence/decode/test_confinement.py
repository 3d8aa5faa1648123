"""What the child can no longer do, and what becomes of a child that dies, hangs or lies."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.evidence.decode.pictures import jpeg, saved, scene

from anru.evidence.decode import DecoderLost, Limits, inspect_and_render, runner
from anru.evidence.decode.record import read_record

SOURCES = Path(runner.__file__).resolve().parents[3]
PROBE = """
import json, os, socket, sys
from pathlib import Path
sys.path.append(sys.argv[1])
from anru.evidence.decode import confine
from anru.evidence.decode.limits import Limits
confine.set_limits(Limits())
granted = confine.shut_in(Path(sys.argv[1]), Path.cwd())
def tried(work):
    try:
        work()
    except Exception as error:
        return type(error).__name__
    return "done"
print(json.dumps({
    "granted": granted,
    "connect": tried(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])), 2)),
    "read": tried(lambda: open(sys.argv[3]).read()),
    "passwd": tried(lambda: open("/etc/passwd").read()),
    "write": tried(lambda: open(sys.argv[3] + ".new", "w")),
    "out": tried(lambda: open("made", "w").write("x")),
    "run": tried(lambda: os.execv("/bin/sh", ["sh", "-c", "echo ran"])),
    "library": tried(lambda: __import__("colorsys")),
    "memory": tried(lambda: bytearray(400_000_000)),
}))
"""


def probe(tmp_path: Path, port: int) -> dict[str, object]:
    secret = tmp_path / "secret"
    secret.write_text("key")
    out = tmp_path / "out"
    out.mkdir()
    said = subprocess.run(
        [sys.executable, "-I", "-c", PROBE, str(SOURCES), str(port), str(secret)],
        cwd=out,
        env={},
        capture_output=True,
        check=True,
        timeout=30,
    )
    found: dict[str, object] = json.loads(said.stdout)
    return found


def test_the_confined_process_reaches_nothing_but_libraries_and_its_own_folder(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = probe(tmp_path, server.getsockname()[1])
    granted = found["granted"]
    assert isinstance(granted, list)
    assert found["memory"] == "MemoryError"
    assert found["library"] == "done"
    assert found["out"] == "done"
    if "network" in granted:
        assert found["connect"] == "OSError"
    if "files" in granted:
        assert found["read"] == found["passwd"] == found["write"] == found["run"] == "PermissionError"
    assert {"parent", "rights"} <= set(granted)


def test_the_environment_does_not_reach_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = tmp_path / "trap"
    (trap / "PIL").mkdir(parents=True)
    (trap / "PIL" / "__init__.py").write_text("raise SystemExit(9)")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "json.py").write_text("raise SystemExit(9)")
    monkeypatch.setenv("PYTHONPATH", str(trap))
    monkeypatch.setenv("SECRET_KEY", "x")
    (tmp_path / "a").write_bytes(jpeg())
    assert inspect_and_render(tmp_path / "a", Limits(), tmp_path / "out").is_picture


def replaced_child(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """The next decoding runs this script in the place of the real child, as a taken-over decoder would."""
    monkeypatch.setattr(runner, "_START", script)


def run(tmp_path: Path, limits: Limits | None = None) -> str:
    (tmp_path / "a").write_bytes(jpeg())
    out = tmp_path / "out"
    out.mkdir()
    return inspect_and_render(tmp_path / "a", limits or Limits(), out).refusal_code


def test_a_picture_that_eats_the_processor_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(saved(scene(4_000, 4_000), "PNG", compress_level=1))
    (tmp_path / "out").mkdir()
    # No processor time at all is left once the interpreter has started: the kernel ends it in the middle.
    limits = Limits(cpu_s=0, wall_s=10)
    assert inspect_and_render(tmp_path / "a", limits, tmp_path / "out").refusal_code == "too_slow"


def test_a_child_that_hangs_is_killed_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced_child(
        monkeypatch,
        "import subprocess,time,sys; p=subprocess.Popen(['sleep','600']);"
        "open('pid','w').write(str(p.pid)); time.sleep(600)",
    )
    started = time.monotonic()
    assert run(tmp_path, Limits(wall_s=2)) == "too_slow"
    assert time.monotonic() - started < 6
    left = int((tmp_path / "out" / "pid").read_text())
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and Path(f"/proc/{left}/cmdline").exists():
        if not Path(f"/proc/{left}/cmdline").read_bytes():
            break  # A zombie whose new parent has not collected it yet.
        time.sleep(0.05)
    else:
        assert not Path(f"/proc/{left}").exists()


def test_a_child_that_crashes_refuses_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced_child(monkeypatch, f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})")
    assert run(tmp_path) == "crashed"


@pytest.mark.parametrize(
    "script", ["import os; os.kill(os.getpid(), 9)", "raise SystemExit(3)", "import nothing_there"]
)
def test_a_child_lost_to_the_machine_says_nothing_about_the_file(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced_child(monkeypatch, script)
    with pytest.raises(DecoderLost):
        run(tmp_path)


GOOD = {"media_type": "image/jpeg", "width_px": 4, "height_px": 4, "dhash": "0" * 16, "findings": {}}
LIES = {
    "no-json": "print('hello')",
    "nothing": "pass",
    "a-list": "print('[]')",
    "unknown-fault": 'print(\'{"fault": "fine"}\')',
    "flood": "print('x' * 3_000_000)",
    "picture-without-rendering": f"print('''{json.dumps(GOOD)}''')",
    "rendering-is-a-link": "import os; [os.symlink('/etc/passwd', n) for n in ('display.webp','thumb.webp')];"
    f"print('''{json.dumps(GOOD)}''')",
    "rendering-is-html": "[open(n,'w').write('<html>') for n in ('display.webp','thumb.webp')];"
    f"print('''{json.dumps(GOOD)}''')",
    "pdf-with-rendering": "[open(n,'wb').write(b'RIFF0000WEBP') for n in ('display.webp','thumb.webp')];"
    'print(\'{"media_type": "application/pdf"}\')',
}


@pytest.mark.parametrize("name", LIES)
def test_a_child_that_lies_is_not_believed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced_child(monkeypatch, LIES[name])
    assert run(tmp_path) == "crashed"


@pytest.mark.parametrize(
    "change",
    [
        {"media_type": "text/html"},
        {"width_px": -1},
        {"width_px": "4"},
        {"height_px": True},
        {"lat": 91.0},
        {"lon": "12"},
        {"device": "a\0b"},
        {"device": "\ud800"},
        {"device": "x" * 81},
        {"dhash": "../../../etc/pas"},
        {"captured_at": "2026-07-01T00:00:00"},
        {"captured_at": "yesterday"},
        {"findings": {"a": "\0"}},
        {"findings": ["a"]},
        {"findings": {"a": "x" * 30_000}},
    ],
)
def test_a_record_with_a_wrong_field_is_no_record(change: dict[str, object]) -> None:
    here = Path("/nowhere")
    assert read_record(json.dumps(GOOD).encode(), here, here).is_picture
    with pytest.raises(ValueError):
        read_record(json.dumps(GOOD | change).encode(), here, here)


def test_the_limits_go_over_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(saved(scene(900, 700), "JPEG"))
    (tmp_path / "out").mkdir()
    limits = dataclasses.replace(Limits(), display_px=300, thumb_px=40)
    inspected = inspect_and_render(tmp_path / "a", limits, tmp_path / "out")
    assert inspected.display is not None
    assert inspected.display.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path / "out") == ["display.webp", "thumb.webp"] or len(os.listdir(tmp_path / "out")) == 2
    assert (inspected.width_px, inspected.height_px) == (900, 700)
