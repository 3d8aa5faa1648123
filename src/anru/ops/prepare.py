"""Makes a database fit for this release: schema, rights of the runtime role, and a first content when it is empty."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min, Q
from django.db.models.functions import Length

from anru.accounts.labels import ROLE_LABELS
from anru.accounts.models import Membership, Person
from anru.ops.demo.district import LOGINS, PASSWORD
from anru.ops.grants import grant_runtime

MIGRATION_LOCK = 4046768_02
# Each check takes Argon2 a tenth of a second, and a start waits for all of them.
MOST_CHECKED = 30


@dataclass(frozen=True, slots=True)
class Login:
    """One login of the demonstration."""

    role: str
    username: str
    organisation: str


def prepare(*, demo: bool) -> bool:
    """The schema is this release's and the runtime role holds its rights. Return whether demo data was loaded now."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        # Two starts at the same moment (two servers, one database) would run the same migration twice.
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            if pending_migrations():
                call_command("migrate", database="owner", interactive=False, verbosity=0)
            grant_runtime()
            wanted = demo and is_empty()
            if wanted:
                # The demonstration takes a minute; what it has done so far is said where a person sees it.
                call_command("load_demo", stdout=sys.stderr)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    return wanted


def pending_migrations() -> list[str]:
    """Return the migrations of this release that the database does not have yet."""
    executor = MigrationExecutor(connections["owner"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def is_empty() -> bool:
    """Return whether nobody works with this database yet."""
    # People are asked for, because row security hides every membership from a login that is not the owner.
    return not Person.objects.using("owner").exists()


def demo_logins() -> list[Login]:
    """Return one demonstration login per role, the oldest; none when no login carries the demonstration's password."""
    hashes = demo_hashes("owner")
    if not hashes:
        return []
    oldest = (
        Membership.objects.using("owner")
        .filter(ended_at__isnull=True, person__is_active=True, person__password__in=hashes)
        .select_related("person", "organisation")
        .order_by("role", "created_at", "id")
        .distinct("role")
    )
    order = list(ROLE_LABELS)
    found = sorted(oldest, key=lambda member: order.index(member.role))
    return [Login(str(ROLE_LABELS[m.role]), m.person.username, m.organisation.name) for m in found]


def demo_hashes(alias: str) -> list[str]:
    """Return the hashes of the demonstration's password that active people carry.

    The demonstration gives all its people one hash; an ordinary hash is one person's alone. So what several people
    share is looked at first, then what people with a login of the demonstration carry, the plain logins (which hold
    the powerful roles) before the numbered ones; no more than `MOST_CHECKED` in all.
    """
    carried = (
        Person.objects.using(alias)
        .filter(is_active=True)
        .values("password")
        .annotate(
            people=Count("pk"),
            known=Count("pk", filter=Q(username__regex=f"^({LOGINS.pattern})$")),
            shortest=Min(Length("username")),
        )
        .filter(Q(people__gt=1) | Q(known__gt=0))
        .order_by("-people", "shortest", "password")
    )
    return [str(row["password"]) for row in carried[:MOST_CHECKED] if check_password(PASSWORD, row["password"])]
