"""`anru check-production`: refuses a start that would be unsafe, each reason in words."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError

from anru.ops.facts import DatabaseFacts, look
from anru.ops.prepare import demo_hashes, pending_migrations
from anru.ops.words import Words

SHORTEST_SECRET = 50
FEWEST_SIGNS = 12
WELL_KNOWN = ("django-insecure", "changeme", "change-me", "secret", "example")
SHORTEST_HSTS_S = 31_536_000
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"


@dataclass(frozen=True, slots=True)
class StartFacts:
    """Everything that the judgement on a production start rests on. `database` is None when it does not answer."""

    secret_key: str
    debug: bool
    production: bool
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    session_cookie_secure: bool
    csrf_cookie_secure: bool
    session_cookie_httponly: bool
    hsts_s: int
    ssl_redirect: bool
    hashers: tuple[str, ...]
    console_mail: bool
    owner_url_present: bool
    root: bool
    demo_present: bool
    pending_n: int
    database: DatabaseFacts | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason: when it holds, and how it is said. A warning does not refuse the start."""

    code: str
    holds: Callable[[StartFacts], bool]
    words: Words
    warning: bool = False


def _weak_secret(facts: StartFacts) -> bool:
    key = facts.secret_key
    return (
        len(key) < SHORTEST_SECRET
        or len(set(key)) < FEWEST_SIGNS
        or any(key.lower().startswith(word) for word in WELL_KNOWN)
    )


def _off(name: str) -> Callable[[StartFacts], bool]:
    return lambda facts: facts.database is not None and facts.database.settings.get(name) == "off"


def _database(test: Callable[[DatabaseFacts], bool]) -> Callable[[StartFacts], bool]:
    return lambda facts: facts.database is not None and test(facts.database)


RULES: Sequence[Rule] = (
    Rule(
        "secret.weak",
        _weak_secret,
        Words(
            "ANRU_SECRET_KEY 太短或是默认值：至少 50 个随机字符。",
            "ANRU_SECRET_KEY is short or a default; it needs 50 random characters or more.",
        ),
    ),
    Rule(
        "debug.on",
        lambda f: f.debug,
        Words(
            "调试模式开着：出错页面会泄露数据。去掉 ANRU_DEBUG。",
            "Debug mode is on; error pages would leak data. Remove ANRU_DEBUG.",
        ),
    ),
    Rule(
        "production.off",
        lambda f: not f.production,
        Words(
            "没有设置 ANRU_PRODUCTION=1，安全的默认值没有生效。",
            "ANRU_PRODUCTION=1 is not set; the safe defaults are not in force.",
        ),
    ),
    Rule(
        "hosts.empty",
        lambda f: not f.allowed_hosts,
        Words("ANRU_ALLOWED_HOSTS 是空的。", "ANRU_ALLOWED_HOSTS is empty."),
    ),
    Rule(
        "hosts.any",
        lambda f: "*" in f.allowed_hosts,
        Words("ANRU_ALLOWED_HOSTS 允许任何主机名（*）。", "ANRU_ALLOWED_HOSTS allows any host name (*)."),
    ),
    Rule(
        "origins.plain",
        lambda f: any(not origin.startswith("https://") for origin in f.trusted_origins),
        Words(
            "ANRU_TRUSTED_ORIGINS 里有不是 https:// 的来源。",
            "ANRU_TRUSTED_ORIGINS holds an origin that is not https://.",
        ),
    ),
    Rule(
        "cookie.session",
        lambda f: not f.session_cookie_secure,
        Words(
            "会话 Cookie 会走明文连接（ANRU_SECURE_COOKIES）。",
            "The session cookie would travel over plain connections (ANRU_SECURE_COOKIES).",
        ),
    ),
    Rule(
        "cookie.csrf",
        lambda f: not f.csrf_cookie_secure,
        Words(
            "防伪 Cookie 会走明文连接（ANRU_SECURE_COOKIES）。",
            "The CSRF cookie would travel over plain connections (ANRU_SECURE_COOKIES).",
        ),
    ),
    Rule(
        "cookie.script",
        lambda f: not f.session_cookie_httponly,
        Words("页面脚本能读到会话 Cookie。", "Page scripts could read the session cookie."),
    ),
    Rule(
        "hsts.missing",
        lambda f: f.hsts_s < SHORTEST_HSTS_S,
        Words(
            "HSTS 没有开启或短于一年（ANRU_HSTS_SECONDS）。", "HSTS is off or shorter than a year (ANRU_HSTS_SECONDS)."
        ),
    ),
    Rule(
        "https.optional",
        lambda f: not f.ssl_redirect,
        Words("没有强制 HTTPS（ANRU_SSL_REDIRECT）。", "HTTPS is not enforced (ANRU_SSL_REDIRECT)."),
    ),
    Rule(
        "hasher.weak",
        lambda f: f.hashers[:1] != (ARGON2,),
        Words("密码首选算法不是 Argon2。", "The first password hasher is not Argon2."),
    ),
    Rule(
        "demo.present",
        lambda f: f.demo_present,
        Words(
            "数据库里有演示账号，任何人都知道它们的密码。",
            "The database holds demonstration logins whose password everybody knows.",
        ),
    ),
    Rule(
        "schema.pending",
        lambda f: f.pending_n > 0,
        Words(
            "数据库结构不是本版本的，先运行 anru prepare。",
            "The schema is not this release's; run `anru prepare` first.",
        ),
    ),
    Rule(
        "database.away",
        lambda f: f.database is None,
        Words("数据库连不上，无法确认它是否安全。", "The database does not answer, so nothing shows that it is safe."),
    ),
    Rule(
        "database.old",
        _database(lambda d: d.major < 15),
        Words("数据库版本低于 15。", "The database is older than version 15."),
    ),
    Rule(
        "fsync.off",
        _off("fsync"),
        Words("数据库的 fsync 关着：断电会丢数据。", "The database runs with fsync off; a power cut loses data."),
    ),
    Rule(
        "commit.off",
        _off("synchronous_commit"),
        Words(
            "数据库的 synchronous_commit 关着：已确认的数据可能丢失。",
            "The database runs with synchronous_commit off; acknowledged data can be lost.",
        ),
    ),
    Rule(
        "pages.off",
        _off("full_page_writes"),
        Words(
            "数据库的 full_page_writes 关着：断电可能损坏数据页。",
            "The database runs with full_page_writes off; a power cut can tear pages.",
        ),
    ),
    Rule(
        "checksums.off",
        _off("data_checksums"),
        Words(
            "数据库没有启用数据校验和：磁盘损坏不会被发现。",
            "The database has no data checksums; damage on disk goes unnoticed.",
        ),
    ),
    Rule(
        "role.superuser",
        _database(lambda d: d.superuser),
        Words("运行账号是数据库超级用户。", "The runtime login is a database superuser."),
    ),
    Rule(
        "role.bypass",
        _database(lambda d: d.bypass_rls),
        Words("运行账号可以绕过行级权限（BYPASSRLS）。", "The runtime login may bypass row security (BYPASSRLS)."),
    ),
    Rule(
        "role.owner",
        _database(lambda d: d.owner),
        Words(
            "运行账号拥有数据表，行级权限对它不起作用。",
            "The runtime login owns tables, so row security does not bind it.",
        ),
    ),
    Rule(
        "role.create",
        _database(lambda d: d.create_role),
        Words("运行账号可以创建角色。", "The runtime login may create roles."),
    ),
    Rule(
        "tables.open",
        _database(lambda d: bool(d.open_tables)),
        Words("有带属地的数据表没有启用行级权限。", "A table with territories has no row security."),
    ),
    Rule(
        "tables.rewritable",
        _database(lambda d: bool(d.rewritable)),
        Words(
            "运行账号可以改写只追加的记录，请运行 anru prepare。",
            "The runtime login may rewrite append-only records; run `anru prepare`.",
        ),
    ),
    Rule(
        "database.plain",
        _database(lambda d: not d.local and not d.encrypted),
        Words(
            "到数据库的网络连接没有加密（sslmode=verify-full）。",
            "The network connection to the database is not encrypted (sslmode=verify-full).",
        ),
    ),
    Rule(
        "owner.present",
        lambda f: f.owner_url_present,
        Words(
            "网页进程的环境里有 ANRU_OWNER_DATABASE_URL；它只应给 anru prepare。",
            "ANRU_OWNER_DATABASE_URL is in the environment of the pages; only `anru prepare` should have it.",
        ),
        warning=True,
    ),
    Rule(
        "process.root",
        lambda f: f.root,
        Words("正在以 root 身份运行；请换成普通系统账号。", "Running as root; use an ordinary system account."),
        warning=True,
    ),
    Rule(
        "mail.console",
        lambda f: f.console_mail,
        Words("没有配置邮件发送。", "No mail delivery is configured."),
        warning=True,
    ),
)


def judge(facts: StartFacts) -> list[Rule]:
    """Return every rule that holds: refusals and warnings in the order of the table."""
    return [rule for rule in RULES if rule.holds(facts)]


def gather() -> StartFacts:
    """Return the facts about the start that this process would make."""
    try:
        database = look()
        pending_n = len(pending_migrations())
        demo_present = pending_n == 0 and bool(demo_hashes("default"))
    except DatabaseError:
        database, pending_n, demo_present = None, 0, False
    return StartFacts(
        secret_key=settings.SECRET_KEY,
        debug=settings.DEBUG,
        production=settings.PRODUCTION,
        allowed_hosts=tuple(settings.ALLOWED_HOSTS),
        trusted_origins=tuple(settings.CSRF_TRUSTED_ORIGINS),
        session_cookie_secure=settings.SESSION_COOKIE_SECURE,
        csrf_cookie_secure=settings.CSRF_COOKIE_SECURE,
        session_cookie_httponly=settings.SESSION_COOKIE_HTTPONLY,
        hsts_s=settings.SECURE_HSTS_SECONDS,
        ssl_redirect=settings.SECURE_SSL_REDIRECT,
        hashers=tuple(settings.PASSWORD_HASHERS),
        console_mail=settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
        owner_url_present="ANRU_OWNER_DATABASE_URL" in os.environ,
        root=os.geteuid() == 0,
        demo_present=demo_present,
        pending_n=pending_n,
        database=database,
    )
