"""The `anru` command."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from anru.ops.doctor.findings import Finding, Level, bad, render, warn
from anru.ops.doctor.machine import look_at_machine
from anru.ops.launch import SETTINGS, Database, data_dir, database_for_command, given_database
from anru.ops.postgres.account import server_account
from anru.ops.postgres.cluster import Cluster
from anru.ops.postgres.place import locate
from anru.ops.run import default_address, run
from anru.ops.words import LANGUAGES, Trouble, Words, default_language

REFUSED = Words("拒绝生产启动：", "A production start is refused:")
WARNED = Words("提醒：", "Warning:")
SAFE = Words("可以用于生产。", "Fit for production.")
PREPARED = Words("数据库已就绪。", "The database is ready.")
STEPS = Words("还没有启动过，数据库尚未建立。", "Anru has not been started yet, so there is no database.")
START = Words("运行 make run。", "Run `make run`.")
BROKEN = Words("设置读不进来：{why}", "The settings cannot be read: {why}")
MEND = Words("对照 docs/operations.md 里的变量表。", "Compare with the table in docs/operations.md.")

NO_ADDRESS = Words(
    "请先设置 ANRU_DATABASE_URL；单独的进程不会自己启动数据库。",
    "Set ANRU_DATABASE_URL first; a process on its own starts no database.",
)

Handler = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or failed in words."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _parser()
    if words and not words[0].startswith("-") and words[0] not in HANDLERS:
        return _guarded(lambda given: _django(words), argparse.Namespace(lang=default_language()))
    given, rest = parser.parse_known_args(words)
    if rest and given.command != "pg":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    given.rest = rest
    if given.command is None:
        parser.print_help()
        return 0
    return _guarded(HANDLERS[given.command], given)


def _guarded(handler: Handler, given: argparse.Namespace) -> int:
    try:
        return handler(given)
    except Trouble as trouble:
        print(trouble.say(given.lang), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="anru", description="安入 · Anru. Any other name runs Django's command of that name."
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    host, port = default_address()

    def command(name: str, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("--lang", choices=LANGUAGES, default=default_language())
        return made

    runner = command("run", "run everything: database, pages, worker")
    runner.add_argument("--host", default=host)
    runner.add_argument("--port", type=int, default=port, help="default: 8000, or the next free one")
    runner.add_argument("--no-demo", action="store_true", help="leave an empty database empty")
    runner.add_argument("--no-worker", action="store_true", help="another machine works the task queue")
    prepare = command("prepare", "bring the database to this release: schema, rights, first content")
    prepare.add_argument("--no-demo", action="store_true", help="leave an empty database empty")
    prepare.add_argument("--tell", action="store_true", help=argparse.SUPPRESS)
    command("doctor", "say in words what is wrong with this set-up")
    command("check-production", "refuse an unsafe production start, each reason in words")
    command("web", "run the pages alone, with the given database")
    command("worker", "work the task queue alone, with the given database")
    command("pg", "run a PostgreSQL program as the database's owner: anru pg psql")
    return parser


def _enter(database: Database, *, owner: bool) -> None:
    """This process uses the database from now on. Modules with models can be imported only after this."""
    os.environ.update(database.environment(owner=owner))
    try:
        django.setup()
    except (ImproperlyConfigured, ValueError) as error:
        raise Trouble(BROKEN, why=error) from error


def _prepare(given: argparse.Namespace) -> int:
    with database_for_command() as database:
        _enter(database, owner=True)
        work = import_module("anru.ops.prepare")
        work.prepare(demo=not given.no_demo)
        if given.tell:
            print(json.dumps({"password": work.PASSWORD, "logins": [asdict(login) for login in work.demo_logins()]}))
        else:
            print(PREPARED.say(given.lang))
    return 0


def _doctor(given: argparse.Namespace) -> int:
    findings = look_at_machine(data_dir())
    try:
        findings += _look_at_database()
    except Trouble as trouble:
        findings.append(bad("database", trouble.words, Words("", ""), **trouble.facts))
    print(render(findings, given.lang))
    return 1 if any(found.level is Level.BAD for found in findings) else 0


def _look_at_database() -> list[Finding]:
    if given_database() is None and locate(data_dir(), server_account()).data_major is None:
        return [warn("database.none", STEPS, START)]
    with database_for_command() as database:
        _enter(database, owner=False)
        findings: list[Finding] = import_module("anru.ops.doctor.database").look_at_database()
        return findings


def _check_production(given: argparse.Namespace) -> int:
    with database_for_command() as database:
        _enter(database, owner="ANRU_OWNER_DATABASE_URL" in os.environ)
        production = import_module("anru.ops.production")
        held = production.judge(production.gather())
    refusals = [rule for rule in held if not rule.warning]
    for rule in held:
        print(f"{(WARNED if rule.warning else REFUSED).say(given.lang)} {rule.words.say(given.lang)} [{rule.code}]")
    if not refusals:
        print(SAFE.say(given.lang))
    return 1 if refusals else 0


def _alone(module: str) -> int:
    database = given_database()
    if database is None:
        raise Trouble(NO_ADDRESS)
    # Replaced, not started: signals of a service manager must reach the server itself.
    environment = database.environment(owner=False)
    os.execve(sys.executable, [sys.executable, "-m", module], environment)  # noqa: S606


def _pg(given: argparse.Namespace) -> int:
    program, *arguments = given.rest or ["psql"]
    with database_for_command() as database:
        folder = "" if given_database() else f"{Cluster.at(data_dir()).binaries.folder}/"
        # libpq takes the whole address where a database's name is expected.
        return subprocess.call([f"{folder}{program}", f"--dbname={database.owner_url}", *arguments])


def _django(words: Sequence[str]) -> int:
    with database_for_command() as database:
        os.environ.update(database.environment(owner=True))
        execute_from_command_line(["anru", *words])
    return 0


HANDLERS: dict[str, Handler] = {
    "run": run,
    "prepare": _prepare,
    "doctor": _doctor,
    "check-production": _check_production,
    "web": lambda given: _alone("anru.config.server"),
    "worker": lambda given: _alone("anru.ops.worker"),
    "pg": _pg,
}

os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
