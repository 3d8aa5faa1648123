"""`python -m bench`: what a province of 100,000 enterprises costs a page. Prints; decides nothing."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from importlib import import_module
from pathlib import Path

import django

from bench.ground import ROOT, database

GOAL_BYTES = 200_000


def main() -> int:
    """Measure and print. Return 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--enterprises", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--rebuild", action="store_true", help="throw the kept database away first")
    given = parser.parse_args()
    with database(given.enterprises, rebuild=given.rebuild) as (name, filled):
        django.setup()
        # A line in the log per request would be measured with it.
        logging.disable(logging.WARNING)
        started = time.perf_counter()
        if not filled:
            print(f"filling {name} with {given.enterprises:,} enterprises …", flush=True)
            import_module("bench.province").fill(given.enterprises)
            print(f"filled in {time.perf_counter() - started:.0f} s")
        report(given.enterprises, given.requests)
    return 0


def report(enterprises: int, requests: int) -> None:
    """The figures are printed."""
    print(f"\n{enterprises:,} enterprises, {enterprises * 6:,} obligations, {requests} requests each; milliseconds\n")
    print(f"{'page':<30}{'p50':>8}{'p95':>8}{'SQL p50':>10}{'SQL p95':>10}{'page/SQL':>10}{'queries':>9}  goal")
    pages = import_module("bench.pages")
    for line in pages.measure(requests):
        ratio = line.page.p50_ms / line.bare.p50_ms if line.bare.p50_ms else 0
        goal = ""
        if line.has_goal:
            met = line.page.p95_ms < pages.GOAL_MS
            goal = f"p95 < {pages.GOAL_MS:.0f}: {'yes' if met else 'NO'}"
        print(
            f"{line.name:<30}{line.page.p50_ms:>8.1f}{line.page.p95_ms:>8.1f}{line.bare.p50_ms:>10.1f}"
            f"{line.bare.p95_ms:>10.1f}{ratio:>10.2f}{line.queries_n:>9}  {goal}"
        )
    entries, rows = import_module("bench.ledger").rates()
    print(
        f"\nledger: {entries:.0f} entries/s in transactions of their own; bare inserts {rows:.0f}/s; "
        f"ratio {entries / rows:.2f}"
    )
    weigh()


def weigh() -> None:
    """The weight of what a phone loads beside the page itself is printed, compressed as it is served."""
    manifest = ROOT / "src/anru/web/shell/static/build/manifest.json"
    if not manifest.exists():
        print("front end: not built, so not weighed")
        return
    entries = json.loads(manifest.read_text(encoding="utf-8"))
    wanted = {"src/main.ts", "src/styles/main.scss", "icons.svg"}
    names = {name for entry in wanted for name in _loaded(entries, entry)}
    total = sum(Path(manifest.parent / f"{name}.br").stat().st_size for name in names)
    print(
        f"front end on first load: {total / 1000:.0f} kB in {len(names)} files "
        f"(goal with the page: {GOAL_BYTES / 1000:.0f} kB)"
    )


def _loaded(entries: dict[str, dict[str, object]], name: str) -> set[str]:
    entry = entries[name]
    found = {str(entry["file"])}
    imports = entry.get("imports", [])
    assert isinstance(imports, list)
    for other in imports:
        found |= _loaded(entries, str(other))
    return found


if __name__ == "__main__":
    sys.exit(main())
