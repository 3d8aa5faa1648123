"""What the database says about itself and about the role that the application uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections

from anru.kernel import clock

DURABILITY = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")

ROLE = """
SELECT session_user::text, current_user::text,
       bool_or(r.rolsuper), bool_or(r.rolbypassrls), bool_or(r.rolcreaterole),
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                  AND pg_has_role(session_user, c.relowner, 'MEMBER'))
  FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER')
"""
OPEN_TABLES = """
SELECT c.relname::text FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'scope_path' AND NOT a.attisdropped
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity ORDER BY 1
"""
REWRITABLE = """
SELECT t FROM unnest(%s::text[]) AS t
 WHERE has_table_privilege(session_user, t, 'UPDATE') OR has_table_privilege(session_user, t, 'DELETE')
    OR has_table_privilege(session_user, t, 'TRUNCATE')
"""


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """One look at the database through the application's own login."""

    major: int
    settings: Mapping[str, str]
    extensions: Sequence[str]
    login: str
    role: str
    superuser: bool
    bypass_rls: bool
    create_role: bool
    owner: bool
    open_tables: Sequence[str]
    rewritable: Sequence[str]
    local: bool
    encrypted: bool
    clock_skew_s: float


def look(alias: str = "default") -> DatabaseFacts:
    """Return what the database behind an alias says. Powers are those of the login and of every role it can take on.

    Raises: django.db.DatabaseError when it does not answer.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (major,) = cursor.fetchone()
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY (%s)", [list(DURABILITY)])
        durability = dict(cursor.fetchall())
        cursor.execute("SELECT extname::text FROM pg_extension")
        extensions = tuple(name for (name,) in cursor.fetchall())
        cursor.execute(ROLE)
        login, role, superuser, bypass, create_role, owner = cursor.fetchone()
        cursor.execute(OPEN_TABLES)
        open_tables = tuple(name for (name,) in cursor.fetchall())
        cursor.execute(
            "SELECT inet_server_addr() IS NULL OR inet_server_addr() << '127.0.0.0/8' OR inet_server_addr() = '::1',"
            " coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),"
            " abs(extract(epoch FROM clock_timestamp()) - %s)",
            [_now_s()],
        )
        local, encrypted, skew = cursor.fetchone()
        rewritable = _rewritable(cursor)
    return DatabaseFacts(
        major=major,
        settings=durability,
        extensions=extensions,
        login=login,
        role=role,
        superuser=superuser,
        bypass_rls=bypass,
        create_role=create_role,
        owner=owner,
        open_tables=open_tables,
        rewritable=rewritable,
        local=local,
        encrypted=encrypted,
        clock_skew_s=float(skew),
    )


def _rewritable(cursor: Any) -> tuple[str, ...]:
    tables = [*settings.ANRU_APPEND_ONLY_TABLES, *settings.ANRU_READ_ONLY_TABLES]
    cursor.execute("SELECT t FROM unnest(%s::text[]) AS t WHERE to_regclass(t) IS NOT NULL", [tables])
    present = [name for (name,) in cursor.fetchall()]
    cursor.execute(REWRITABLE, [present])
    return tuple(name for (name,) in cursor.fetchall())


def _now_s() -> float:
    return clock.now().timestamp()
