"""What can be seen without a database: Python, environment, folders, disk, front end."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from anru.ops.doctor.findings import Finding, bad, good, warn
from anru.ops.environment import unknown
from anru.ops.postgres.binaries import LOWEST, available
from anru.ops.words import Words

SOURCE = Path(__file__).resolve().parents[2]
MANIFEST = SOURCE / "web" / "shell" / "static" / "build" / "manifest.json"
LOWEST_PYTHON = (3, 11)
WARN_USED, BAD_USED = 0.85, 0.95


def look_at_machine(data_dir: Path) -> list[Finding]:
    """Return what was found on this machine."""
    return [
        python(sys.version_info[:2]),
        *environment(),
        server_programs(),
        folder(data_dir),
        disk(data_dir),
        front_end(MANIFEST),
        catalogues(SOURCE / "locale"),
    ]


def python(version: tuple[int, int]) -> Finding:
    """Return whether this Python is new enough."""
    shown = ".".join(map(str, version))
    if version < LOWEST_PYTHON:
        return bad(
            "python",
            Words("Python {version} 太旧，需要 3.11 或更高。", "Python {version} is too old; 3.11 or newer is needed."),
            Words(
                "安装 Python 3.11，删除 .venv，再运行 make setup。",
                "Install Python 3.11, remove .venv, run `make setup`.",
            ),
            version=shown,
        )
    return good("python", Words("Python {version}", "Python {version}"), version=shown)


def environment() -> list[Finding]:
    """Return a warning for each ANRU_ variable that nothing reads, and one when the root user runs the server."""
    found = [
        warn(
            "environment.unknown",
            Words(
                "环境变量 {name} 没有任何作用，可能是拼写错误。",
                "Nothing reads the variable {name}; it may be misspelt.",
            ),
            Words("对照 docs/operations.md 里的变量表。", "Compare with the table in docs/operations.md."),
            name=name,
        )
        for name in unknown()
    ]
    return found or [good("environment", Words("环境变量正常", "Environment variables are known"))]


def server_programs() -> Finding:
    """Return whether PostgreSQL programs are at hand, or another database is named."""
    if os.environ.get("ANRU_DATABASE_URL"):
        return good(
            "postgres.programs",
            Words("使用 ANRU_DATABASE_URL 指定的数据库", "The database of ANRU_DATABASE_URL is used"),
        )
    found = available()
    if not found:
        return bad(
            "postgres.programs",
            Words("没有找到 PostgreSQL {lowest} 或更高版本的程序。", "No PostgreSQL {lowest} or newer was found."),
            Words("运行 make setup，或设置 ANRU_DATABASE_URL。", "Run `make setup`, or set ANRU_DATABASE_URL."),
            lowest=LOWEST,
        )
    return good(
        "postgres.programs",
        Words("PostgreSQL {major} 程序（{origin}）", "PostgreSQL {major} programs ({origin})"),
        major=found[0].major,
        origin=found[0].origin,
    )


def folder(data_dir: Path) -> Finding:
    """Return whether the data folder can be written, found out by writing."""
    nearest = next(path for path in [data_dir, *data_dir.parents] if path.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest) as trial:
            trial.write(b"x")
            trial.flush()
    except OSError as error:
        return bad(
            "data_dir",
            Words("数据目录 {path} 不能写入（{why}）。", "The data folder {path} cannot be written ({why})."),
            Words("修正目录的所有者，或设置 ANRU_DATA_DIR。", "Correct the folder's owner, or set ANRU_DATA_DIR."),
            path=nearest,
            why=error.strerror,
        )
    return good("data_dir", Words("数据目录 {path} 可写", "The data folder {path} can be written"), path=data_dir)


def disk(data_dir: Path) -> Finding:
    """Return how full the disk of the data folder is."""
    nearest = next(path for path in [data_dir, *data_dir.parents] if path.exists())
    usage = shutil.disk_usage(nearest)
    return fullness(1 - usage.free / usage.total, usage.free)


def fullness(used: float, free_bytes: int) -> Finding:
    """Return the judgement on a disk of which the share `used` is taken."""
    facts = {"used": f"{used:.0%}", "free": f"{free_bytes / 1e9:.1f} GB"}
    words = Words("磁盘已用 {used}，剩余 {free}", "The disk is {used} full, {free} free")
    act = Words("清理磁盘或扩容；写满后上传会被拒绝。", "Free or add space; on a full disk uploads are refused.")
    if used >= BAD_USED:
        return bad("disk", words, act, **facts)
    if used >= WARN_USED:
        return warn("disk", words, act, **facts)
    return good("disk", words, **facts)


def front_end(manifest: Path) -> Finding:
    """Return whether styles and scripts have been built."""
    if not manifest.exists():
        return bad(
            "front_end",
            Words("前端还没有构建，页面没有样式。", "The front end is not built; pages have no style."),
            Words("运行 make setup。", "Run `make setup`."),
        )
    return good("front_end", Words("前端已构建", "The front end is built"))


def catalogues(locale: Path) -> Finding:
    """Return whether every translation is compiled and newer than its source."""
    stale = [
        source.parent.parent.name
        for source in sorted(locale.glob("*/LC_MESSAGES/*.po"))
        if not (target := source.with_suffix(".mo")).exists() or target.stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        return warn(
            "catalogues",
            Words("译文没有编译：{languages}", "Translations are not compiled: {languages}"),
            Words("运行 make setup。", "Run `make setup`."),
            languages=", ".join(stale),
        )
    return good("catalogues", Words("译文已编译", "Translations are compiled"))
