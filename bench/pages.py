"""Times pages in-process through the whole middleware, beside the bare SQL of the same pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anru.accounts.models import Membership, Person
from anru.accounts.scope import acting_as_system

GOAL_MS = 150.0
WARM_UPS = 5
PAGES = (
    ("cockpit of the province", "bench-leader", "/cockpit/", True),
    ("cockpit of a town", "bench-town", "/cockpit/", True),
    ("review queue", "bench-reviewer", "/reviews/", True),
    ("obligations of the province", "bench-officer", "/campaigns/obligations/", False),
    ("enterprises of the province", "bench-officer", "/enterprises/", False),
    ("to-do of the bureau", "bench-officer", "/todo/", False),
    ("to-do of an enterprise", "bench-manager", "/todo/", False),
    ("phone page of an enterprise", "bench-manager", "/my/", False),
)


@dataclass(frozen=True, slots=True)
class Timed:
    """The median and the 95th percentile in milliseconds."""

    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Line:
    """One page: its own time, the time of its bare SQL, and how many statements it asks."""

    name: str
    page: Timed
    bare: Timed
    queries_n: int
    has_goal: bool


def measure(requests: int) -> list[Line]:
    """Return one line per page. Each is asked for `requests` times after a few that do not count."""
    return [_page(name, login, path, goal, requests) for name, login, path, goal in PAGES]


def timed(work: Callable[[], Any], times: int) -> Timed:
    """Return how long `work` takes, over so many times."""
    for _round in range(WARM_UPS):
        work()
    spans = []
    for _round in range(times):
        started = time.perf_counter()
        work()
        spans.append((time.perf_counter() - started) * 1000)
    return Timed(median(spans), quantiles(spans, n=20)[-1])


def _page(name: str, login: str, path: str, goal: bool, requests: int) -> Line:
    person = Person.objects.get(username=login)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def ask() -> None:
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status_code}")

    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    statements = [one["sql"] for one in captured.captured_queries if _reads(one["sql"])]
    return Line(name, timed(ask, requests), _bare(person, statements, requests), len(statements), goal)


def _reads(sql: str) -> bool:
    """Return whether a statement reads rows; what opens and closes the transaction is the frame of every page."""
    return sql.lstrip().upper().startswith(("SELECT", "WITH"))


def _bare(person: Person, statements: Sequence[str], requests: int) -> Timed:
    """Return the time of the same statements on the same connection and under the same row security, with no Django."""
    with acting_as_system():
        member = Membership.objects.get(person=person)
    raw = connection.connection

    def ask() -> None:
        with raw.transaction(), raw.cursor() as cursor:
            cursor.execute("SELECT anru_begin(%s, %s)", [person.pk, member.pk])
            for statement in statements:
                cursor.execute(statement.replace("%", "%%"), [])
                cursor.fetchall()

    return timed(ask, requests)
