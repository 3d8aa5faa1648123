"""The roles of the database: an owner that migrates, a runtime role that row-level security binds, a login for it."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from anru.ops.postgres.cluster import DATABASE, LOGIN, OWNER, RUNTIME


def provision(connection: psycopg.Connection[Any]) -> None:
    """The three roles stand, none of them with a power beyond its task. Needs a superuser in autocommit mode."""
    for role, login in ((OWNER, True), (RUNTIME, False), (LOGIN, True)):
        if _missing(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
        connection.execute(
            sql.SQL("ALTER ROLE {} {} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION INHERIT").format(
                sql.Identifier(role), sql.SQL("LOGIN" if login else "NOLOGIN")
            )
        )
    connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(RUNTIME), sql.Identifier(LOGIN)))


def create_database(connection: psycopg.Connection[Any], name: str = DATABASE, template: str = "template0") -> None:
    """The database stands, belongs to the owner role, and only our roles may connect to it."""
    if _missing(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
            )
        )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(RUNTIME))
    )


def _missing(connection: psycopg.Connection[Any], question: str, name: str) -> bool:
    return connection.execute(question, [name]).fetchone() is None
