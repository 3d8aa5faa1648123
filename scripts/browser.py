"""Sees to what the tests need beside Python: a Chromium, Chinese type in the system, and a reader for printed PDFs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from spoken import say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
PACKAGES = ("chromium", "fonts-noto-cjk", "poppler-utils")
INSTALL = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *PACKAGES)


def main() -> int:
    """Return 0 when everything is there; 1 after what is missing was said."""
    missing = _missing()
    if missing and _may_install():
        say(f"正在安装：{' '.join(PACKAGES)}……", f"Installing {' '.join(PACKAGES)} …")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "--quiet"], env=environment, stdout=subprocess.DEVNULL)
        subprocess.run(INSTALL, env=environment, stdout=subprocess.DEVNULL)
        missing = _missing()
    for zh, en in missing:
        say(zh, en)
    return 1 if missing else 0


def _missing() -> list[tuple[str, str]]:
    """Return what is not there, in words."""
    found = []
    named = os.environ.get("ANRU_CHROMIUM", "")
    if named and shutil.which(named) is None:
        found.append((f"ANRU_CHROMIUM 指的程序不存在：{named}", f"ANRU_CHROMIUM names no program: {named}"))
    elif not named and not any(shutil.which(name) for name in (*BROWSERS, *MAC_PLACES)):
        found.append(
            (
                "没有找到 Chromium 或 Chrome：安装一个，或用 ANRU_CHROMIUM 指出它的路径。",
                "No Chromium or Chrome was found: install one, or set ANRU_CHROMIUM to its path.",
            )
        )
    if not _has_chinese_type():
        found.append(
            (
                "系统里没有中文字体（例如 fonts-noto-cjk），页面截图会是方框。",
                "The system has no Chinese typeface (fonts-noto-cjk, say); pages would show boxes.",
            )
        )
    if shutil.which("pdftotext") is None:
        found.append(("没有找到 pdftotext（poppler-utils）。", "pdftotext was not found; it is part of poppler-utils."))
    return found


def _has_chinese_type() -> bool:
    """Return whether some typeface holds Chinese. macOS always ships one."""
    if sys.platform == "darwin":
        return True
    if shutil.which("fc-list") is None:
        return any(Path("/usr/share/fonts").rglob("*CJK*"))
    done = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True)
    return bool(done.stdout.strip())


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


if __name__ == "__main__":
    sys.exit(main())
