"""Writes requirements/*.txt anew from requirements/*.in: each library fixed by version and hash, no address in them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".boot" / "bin" / "uv"
FOLDER = Path("requirements")
COMPILE = ("pip", "compile", "--quiet", "--upgrade", "--generate-hashes", "--no-emit-index-url", "--no-header")
# A mirror's address would tie the clone to one network; hashes alone say which file is meant.
ADDRESS = re.compile(r"://|^\s*--(?:extra-)?index|--find-links|--trusted-host", re.MULTILINE)


def main() -> int:
    """Return 0 when all three lock files are written and hold no address."""
    for name, bound in (("bootstrap", ()), ("prod", ()), ("dev", ("-c", FOLDER / "prod.txt"))):
        target = FOLDER / f"{name}.txt"
        # With --upgrade alone the old file would still be read for its options.
        fresh = target.with_suffix(".new")
        command = [UV, *COMPILE, "--python-version", "3.11", FOLDER / f"{name}.in", *bound, "-o", fresh]
        done = subprocess.run(command, cwd=ROOT)
        text = (ROOT / fresh).read_text() if done.returncode == 0 else ""
        if done.returncode != 0 or ADDRESS.search(text):
            (ROOT / fresh).unlink(missing_ok=True)
            print(f"{target}: not written" + (", it would hold an address" if text else ""), file=sys.stderr)
            return 1
        (ROOT / fresh).replace(ROOT / target)
        print(f"{target}: {text.count('==')} libraries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
