"""`python -m anru` is the same as the `anru` command."""

from __future__ import annotations

import sys

from anru.ops.cli import main

if __name__ == "__main__":
    sys.exit(main())
