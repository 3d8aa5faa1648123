"""A production start is refused for every unsafe setting, and for no other reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext
from tests.databases import TestDatabase, point
from tests.world import NOON, make_world

from anru.accounts.models import Person
from anru.ops.demo.district import PASSWORD
from anru.ops.facts import DatabaseFacts
from anru.ops.prepare import MOST_CHECKED, demo_hashes
from anru.ops.production import ARGON2, RULES, StartFacts, gather, judge

SECRET = "q7Zr-3kfUw9TeYb2LmXs8VdNh4PgJc6RaEo1Ki5Bt0QzMuWxSvHy"
DATABASE = DatabaseFacts(
    major=15,
    settings={"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on"},
    extensions=("pg_trgm", "btree_gist"),
    login="anru_app",
    role="anru_runtime",
    superuser=False,
    bypass_rls=False,
    create_role=False,
    owner=False,
    open_tables=(),
    rewritable=(),
    local=True,
    encrypted=False,
    clock_skew_s=0.0,
)
SAFE = StartFacts(
    secret_key=SECRET,
    debug=False,
    production=True,
    allowed_hosts=("anru.example",),
    trusted_origins=("https://anru.example",),
    session_cookie_secure=True,
    csrf_cookie_secure=True,
    session_cookie_httponly=True,
    hsts_s=31_536_000,
    ssl_redirect=True,
    hashers=(ARGON2,),
    console_mail=False,
    owner_url_present=False,
    root=False,
    demo_present=False,
    pending_n=0,
    database=DATABASE,
)
UNSAFE: list[tuple[str, dict[str, Any]]] = [
    ("secret.weak", {"secret_key": SECRET[:49]}),
    ("secret.weak", {"secret_key": "abcdefghijk" * 6}),
    ("secret.weak", {"secret_key": f"django-insecure-{SECRET}"}),
    ("secret.weak", {"secret_key": f"ChangeMe{SECRET}"}),
    ("secret.weak", {"secret_key": ""}),
    ("debug.on", {"debug": True}),
    ("production.off", {"production": False}),
    ("hosts.empty", {"allowed_hosts": ()}),
    ("hosts.any", {"allowed_hosts": ("anru.example", "*")}),
    ("origins.plain", {"trusted_origins": ("https://anru.example", "http://anru.example")}),
    ("cookie.session", {"session_cookie_secure": False}),
    ("cookie.csrf", {"csrf_cookie_secure": False}),
    ("cookie.script", {"session_cookie_httponly": False}),
    ("hsts.missing", {"hsts_s": 31_535_999}),
    ("https.optional", {"ssl_redirect": False}),
    ("hasher.weak", {"hashers": ("django.contrib.auth.hashers.MD5PasswordHasher", ARGON2)}),
    ("hasher.weak", {"hashers": ()}),
    ("demo.present", {"demo_present": True}),
    ("schema.pending", {"pending_n": 1}),
    ("database.away", {"database": None}),
    ("database.old", {"database": replace(DATABASE, major=14)}),
    *(
        (code, {"database": replace(DATABASE, settings={**DATABASE.settings, name: "off"})})
        for code, name in (
            ("fsync.off", "fsync"),
            ("commit.off", "synchronous_commit"),
            ("pages.off", "full_page_writes"),
            ("checksums.off", "data_checksums"),
        )
    ),
    ("role.superuser", {"database": replace(DATABASE, superuser=True)}),
    ("role.bypass", {"database": replace(DATABASE, bypass_rls=True)}),
    ("role.owner", {"database": replace(DATABASE, owner=True)}),
    ("role.create", {"database": replace(DATABASE, create_role=True)}),
    ("tables.open", {"database": replace(DATABASE, open_tables=("registry_enterprise",))}),
    ("tables.rewritable", {"database": replace(DATABASE, rewritable=("ledger_entry",))}),
    ("database.plain", {"database": replace(DATABASE, local=False, encrypted=False)}),
    ("owner.present", {"owner_url_present": True}),
    ("process.root", {"root": True}),
    ("mail.console", {"console_mail": True}),
]
WARNINGS = {"owner.present", "process.root", "mail.console"}


def codes(facts: StartFacts) -> list[str]:
    """Return the codes of the rules that hold."""
    return [rule.code for rule in judge(facts)]


def test_a_safe_start_is_neither_refused_nor_warned_about() -> None:
    assert codes(SAFE) == []


@pytest.mark.parametrize(("code", "change"), UNSAFE, ids=[f"{code}-{n}" for n, (code, _) in enumerate(UNSAFE)])
def test_each_unsafe_setting_is_refused_for_its_own_reason_alone(code: str, change: dict[str, Any]) -> None:
    assert codes(replace(SAFE, **change)) == [code]


def test_every_rule_has_an_unsafe_setting_in_this_table_and_words_in_both_languages() -> None:
    assert {rule.code for rule in RULES} == {code for code, _ in UNSAFE}
    assert {rule.code for rule in RULES if rule.warning} == WARNINGS
    for rule in RULES:
        assert rule.words.zh
        assert rule.words.en.isascii()


def test_an_encrypted_connection_over_the_network_is_safe() -> None:
    assert codes(replace(SAFE, database=replace(DATABASE, local=False, encrypted=True))) == []


@pytest.fixture
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of a safe production start."""
    monkeypatch.delenv("ANRU_OWNER_DATABASE_URL", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    settings.SECRET_KEY = SECRET
    settings.DEBUG = False
    settings.PRODUCTION = True
    settings.ALLOWED_HOSTS = ["anru.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://anru.example"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_SSL_REDIRECT = True
    settings.PASSWORD_HASHERS = [ARGON2]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


# The cluster of the tests gives up durability on purpose, and exactly that must be found in it.
NOT_DURABLE = ["fsync.off", "commit.off", "pages.off"]


def test_what_is_gathered_from_a_real_prepared_database_is_safe_but_for_durability(
    fresh_database: TestDatabase, production: None
) -> None:
    facts = gather()
    assert codes(facts) == NOT_DURABLE
    assert facts.database is not None
    assert (facts.database.login, facts.database.role) == ("anru_app", "anru_runtime")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("GRANT UPDATE ON ledger_entry TO anru_runtime", "tables.rewritable"),
        ("GRANT DELETE ON ledger_head TO anru_app", "tables.rewritable"),
        ("ALTER TABLE registry_enterprise DISABLE ROW LEVEL SECURITY", "tables.open"),
        ("CREATE TABLE added (scope_path text)", "tables.open"),
        ("DELETE FROM django_migrations WHERE app = 'inbox'", "schema.pending"),
    ],
)
def test_a_database_that_was_changed_by_hand_is_refused(
    fresh_database: TestDatabase, production: None, statement: str, code: str
) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
    assert [found for found in codes(gather()) if found not in NOT_DURABLE] == [code]


def test_a_login_that_owns_the_tables_is_refused(fresh_database: TestDatabase, production: None) -> None:
    point("default", fresh_database.owner_url)
    connections.settings["default"]["OPTIONS"].pop("assume_role", None)
    try:
        found = codes(gather())
    finally:
        connections.settings["default"]["OPTIONS"]["assume_role"] = "anru_runtime"
    assert {"role.owner", "tables.rewritable"} <= set(found)


def test_demonstration_people_are_found_whoever_asks(fresh_database: TestDatabase, production: None) -> None:
    with transaction.atomic():
        make_world()
    assert "demo.present" not in codes(gather())
    Person.objects.filter(username__in=["officer", "leader"]).update(password=make_password(PASSWORD))
    assert "demo.present" in codes(gather())
    Person.objects.update(is_active=False)
    assert "demo.present" not in codes(gather())


@pytest.mark.parametrize("login", ["guanli", "zhenjie07", "qiye293"])
def test_one_demonstration_login_left_among_people_with_passwords_of_their_own_is_found(
    fresh_database: TestDatabase, production: None, login: str
) -> None:
    with transaction.atomic():
        make_world()
    # Hashing takes its time, so that a hash is somebody's own is all that this needs.
    for number, person in enumerate(Person.objects.all()):
        Person.objects.filter(pk=person.pk).update(password=f"unusable-{number}")
    Person.objects.filter(username="worker").update(username=login)
    assert "demo.present" not in codes(gather())
    Person.objects.filter(username=login).update(password=make_password(PASSWORD))
    assert "demo.present" in codes(gather())


def test_the_look_for_demonstration_people_stays_short(fresh_database: TestDatabase) -> None:
    """A plain login comes before any number of numbered ones, and the rest is not hashed."""
    with transaction.atomic():
        for number in range(60):
            Person.objects.create(username=f"anquan{number:03d}", name="甲", password=f"own-{number}", created_at=NOON)
        Person.objects.create(username="juzhang", name="乙", password=make_password(PASSWORD), created_at=NOON)
    with CaptureQueriesContext(connections["default"]) as asked:
        assert len(demo_hashes("default")) == 1
    assert asked.captured_queries[-1]["sql"].endswith(f"LIMIT {MOST_CHECKED}")


def test_a_database_that_is_away_is_refused_not_trusted(
    fresh_database: TestDatabase, production: None, tmp_path: Any
) -> None:
    point("default", f"postgres://anru_app@/anru?host={tmp_path}")
    assert codes(gather()) == ["database.away"]
