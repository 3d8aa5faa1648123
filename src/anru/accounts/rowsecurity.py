"""The second lock: row-level security policies, written once for all apps' migrations.

The runtime role is neither owner nor superuser, so these policies bind it even where a query forgot its scope.
`anru_begin` sets what they read, for one transaction only. Unset means no rows.
"""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

TERRITORY = (
    "(scope_path >= (SELECT current_setting('anru.low', true))"
    " AND scope_path < (SELECT current_setting('anru.high', true)))"
)
REVIEWED = (
    "EXISTS (SELECT 1 FROM unnest(string_to_array((SELECT current_setting('anru.review', true)), ',')) AS p(path)"
    " WHERE p.path <> '' AND starts_with(scope_path, p.path))"
)
SYSTEM = "((SELECT current_setting('anru.high', true)) = '~')"
OWN_PERSON = "(person_id = (SELECT NULLIF(current_setting('anru.person', true), '')::uuid))"


def enable(table: str) -> RunSQL:
    """Return the migration step after which the runtime role sees no row of `table` without a policy."""
    return RunSQL(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def policy(table: str, name: str, using: str, *, command: str = "ALL", check: str | None = None) -> RunSQL:
    """Return the migration step: rows of `table` pass where `using` holds, and are written where `check` does."""
    using_part = "" if command == "INSERT" else f" USING ({using})"
    check_part = "" if command in {"SELECT", "DELETE"} else f" WITH CHECK ({check or using})"
    return RunSQL(
        f"CREATE POLICY {name} ON {table} FOR {command}{using_part}{check_part}",
        f"DROP POLICY {name} ON {table}",
    )


def territory(table: str) -> list[RunSQL]:
    """Return the steps after which `table` opens to an actor only inside the actor's own part of the tree."""
    return [enable(table), policy(table, "territory", TERRITORY)]


def follows_owner(table: str, column: str, owner: str, owner_key: str = "id") -> RunSQL:
    """Return the step that ties (column, scope_path) of `table` to its owner's row.

    When an enterprise moves to another town every row of it moves in the same statement; else a former town would
    keep seeing them (a transfer is where such leaks were found in other systems).
    """
    name = f"{table}_{column}_scope_follows"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, scope_path)"
        f" REFERENCES {owner} ({owner_key}, scope_path) ON UPDATE CASCADE",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
