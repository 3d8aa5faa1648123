"""What is wrong with the database: reachability, version, extensions, roles, schema, worker."""

from __future__ import annotations

from django.db import DatabaseError, connections

from anru.ops.doctor.findings import Finding, bad, good, warn
from anru.ops.facts import DatabaseFacts, look
from anru.ops.postgres.binaries import EXTENSIONS, LOWEST
from anru.ops.prepare import pending_migrations
from anru.ops.words import Words

SKEW_S = 1.0
SILENT_S = 60
ROLE_SQL = Words(
    "按 docs/operations.md 的语句修正角色。", "Correct the roles with the statements of docs/operations.md."
)
HEARTBEAT = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)"


def look_at_database() -> list[Finding]:
    """Return what was found in the database; one finding only when it does not answer."""
    try:
        facts = look()
    except DatabaseError as error:
        return [unreachable(str(error).strip().splitlines()[0])]
    findings = [
        version(facts),
        extensions(facts),
        *roles(facts),
        clock(facts),
        *schema(pending_migrations()),
    ]
    if not findings[-1].code.startswith("schema.pending"):
        findings.append(worker(_workers_n()))
    return findings


def unreachable(why: str) -> Finding:
    """Return the finding that the database does not answer."""
    return bad(
        "database",
        Words("数据库连不上：{why}", "The database does not answer: {why}"),
        Words(
            "检查 ANRU_DATABASE_URL、服务器是否运行、账号是否正确。",
            "Check ANRU_DATABASE_URL, that the server runs, and the login.",
        ),
        why=why,
    )


def version(facts: DatabaseFacts) -> Finding:
    """Return whether the server is new enough."""
    if facts.major < LOWEST:
        return bad(
            "database.version",
            Words(
                "数据库版本是 {major}，需要 {lowest} 或更高。",
                "The database is version {major}; {lowest} or newer is needed.",
            ),
            Words("升级 PostgreSQL。", "Upgrade PostgreSQL."),
            major=facts.major,
            lowest=LOWEST,
        )
    return good(
        "database.version",
        Words("数据库可用，PostgreSQL {major}", "The database answers, PostgreSQL {major}"),
        major=facts.major,
    )


def extensions(facts: DatabaseFacts) -> Finding:
    """Return whether the extensions that the schema needs are there."""
    missing = [name for name in EXTENSIONS if name not in facts.extensions]
    if missing:
        return bad(
            "database.extensions",
            Words("缺少扩展：{missing}", "Extensions are missing: {missing}"),
            Words(
                "由管理员在数据库里执行 CREATE EXTENSION {missing}。",
                "As an administrator run CREATE EXTENSION {missing} in the database.",
            ),
            missing=", ".join(missing),
        )
    return good("database.extensions", Words("扩展齐全", "All extensions are there"))


def roles(facts: DatabaseFacts) -> list[Finding]:
    """Return each power that the application's login should not have."""
    wrong = {
        "role.superuser": (
            facts.superuser,
            Words(
                "登录角色 {login} 是超级用户，行级权限不起作用。",
                "The login {login} is a superuser; row security does not bind it.",
            ),
        ),
        "role.bypass": (
            facts.bypass_rls,
            Words("登录角色 {login} 可以绕过行级权限。", "The login {login} may bypass row security."),
        ),
        "role.owner": (
            facts.owner,
            Words(
                "登录角色 {login} 拥有数据表，行级权限不起作用。",
                "The login {login} owns tables; row security does not bind it.",
            ),
        ),
        "role.rewrite": (
            bool(facts.rewritable),
            Words(
                "登录角色 {login} 可以改写只追加的表：{tables}",
                "The login {login} may rewrite append-only tables: {tables}",
            ),
        ),
    }
    found = [
        bad(code, words, ROLE_SQL, login=facts.login, tables=", ".join(facts.rewritable))
        for code, (is_wrong, words) in wrong.items()
        if is_wrong
    ]
    return found or [
        good("role", Words("登录角色 {login} 权限正确", "The login {login} has the right powers"), login=facts.login)
    ]


def clock(facts: DatabaseFacts) -> Finding:
    """Return whether our clock and the database's agree; deadlines are judged by both."""
    if facts.clock_skew_s > SKEW_S:
        return warn(
            "clock",
            Words("本机时钟与数据库相差 {skew:.1f} 秒。", "Our clock and the database's differ by {skew:.1f} s."),
            Words("在两台机器上启用 NTP 校时。", "Enable NTP on both machines."),
            skew=facts.clock_skew_s,
        )
    return good("clock", Words("时钟一致", "The clocks agree"))


def schema(pending: list[str]) -> list[Finding]:
    """Return whether the database has every migration of this release."""
    if pending:
        return [
            bad(
                "schema.pending",
                Words(
                    "还有 {n} 个数据库迁移没有执行，最早的是 {first}。",
                    "{n} migration(s) are pending, the first is {first}.",
                ),
                Words("运行 anru prepare。", "Run `anru prepare`."),
                n=len(pending),
                first=pending[0],
            )
        ]
    return [good("schema", Words("数据库结构是最新的", "The schema is up to date"))]


def worker(workers_n: int) -> Finding:
    """Return whether some worker gave a sign of life."""
    if workers_n == 0:
        return warn(
            "worker",
            Words(
                "没有正在运行的后台任务进程；导入和通知会停住。",
                "No worker is running; imports and notices stand still.",
            ),
            Words("运行 anru run，或单独运行 anru worker。", "Run `anru run`, or `anru worker` on its own."),
        )
    return good("worker", Words("后台任务进程 {n} 个", "{n} worker(s) running"), n=workers_n)


def _workers_n() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute(HEARTBEAT, [SILENT_S])
        return int(cursor.fetchone()[0])
