"""What the runtime role may do: everything that the application needs, nothing that would let it rewrite the record."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from anru.ops.words import Trouble, Words

NO_ROLE = Words(
    "数据库里没有角色 {role}。请用管理员执行 docs/operations.md 里的建角色语句。",
    "The database has no role {role}. Run the role statements of docs/operations.md as an administrator.",
)
NO_TABLE = Words(
    "设置里列出的表 {table} 不存在；权限没有改动。",
    "The settings name a table {table} that does not exist; no right was changed.",
)
OWN_FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname = 'public' AND p.prokind = 'f' AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
"""


def grant_runtime(alias: str = "owner") -> None:
    """The runtime role holds exactly its rights in the database behind `alias`, however often this is run.

    Raises: Trouble when the role or a table that the settings name is missing.
    """
    role = settings.RUNTIME_ROLE
    append_only: Sequence[str] = settings.ANRU_APPEND_ONLY_TABLES
    read_only: Sequence[str] = [*settings.ANRU_READ_ONLY_TABLES, "django_migrations"]
    # One transaction: at no moment is an append-only table writable.
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        _require(cursor, "SELECT to_regrole(%s) IS NOT NULL", role, Trouble(NO_ROLE, role=role))
        for table in [*append_only, *read_only]:
            _require(cursor, "SELECT to_regclass(%s) IS NOT NULL", table, Trouble(NO_TABLE, table=table))
        _grant_all(cursor, role)
        for table in append_only:
            _revoke(cursor, "UPDATE, DELETE", table, role)
        for table in read_only:
            _revoke(cursor, "INSERT, UPDATE, DELETE", table, role)


def _grant_all(cursor: CursorWrapper, role: str) -> None:
    name = sql.Identifier(role)
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {}",
    ):
        cursor.execute(sql.SQL(statement).format(name))
    # Functions of extensions belong to the administrator and are open to everyone already.
    cursor.execute(OWN_FUNCTIONS)
    for (signature,) in cursor.fetchall():
        cursor.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(signature), name))


def _revoke(cursor: CursorWrapper, rights: str, table: str, role: str) -> None:
    statement = sql.SQL("REVOKE {} ON {} FROM {}")
    cursor.execute(statement.format(sql.SQL(rights), sql.Identifier(table), sql.Identifier(role)))


def _require(cursor: CursorWrapper, question: str, name: str, trouble: Trouble) -> None:
    cursor.execute(question, [name])
    if not cursor.fetchone()[0]:
        raise trouble
