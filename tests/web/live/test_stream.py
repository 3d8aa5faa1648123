"""The event stream on a real server with a real database: who hears what, and how streams end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.db import connections, transaction
from tests.databases import CLUSTER
from tests.servers import LiveAnru
from tests.web.live.listeners import open_stream, play, sign_in
from tests.world import World, make_world

from anru.accounts.models import Membership, Person
from anru.accounts.scope import acting_as_system
from anru.jobs.live import publish
from anru.kernel import clock
from anru.kernel.ids import new_id

CLIENTS_N = 200
FLOOD_N, PORTION_N = 6000, 20


@pytest.fixture
def world(live_anru: LiveAnru) -> World:
    with acting_as_system():
        return make_world(clock.now())


def cookie(world: World, name: str) -> str:
    with acting_as_system():
        return sign_in(world.people[name])


def tell(topic: str, scope_path: str, **facts: object) -> None:
    with transaction.atomic():
        publish(topic, scope_path=scope_path, **facts)  # type: ignore[arg-type]


async def off_loop(work: Callable[[], object]) -> None:
    """Run database work as the code under test would run it: in a thread, with a connection of its own."""

    def and_close() -> None:
        try:
            work()
        finally:
            connections.close_all()

    await asyncio.to_thread(and_close)


def test_a_change_reaches_those_above_it_and_nobody_beside_it(live_anru: LiveAnru, world: World) -> None:
    names = ("officer", "town_officer", "principal", "other_town_officer", "stranger", "foreign_officer")
    keys = {name: cookie(world, name) for name in names}

    async def story() -> None:
        streams = {name: await open_stream(live_anru.port, key) for name, key in keys.items()}
        await off_loop(lambda: tell("todo", world.enterprise.scope_path))
        for name in ("officer", "town_officer", "principal"):
            assert await streams[name].event() == {"event": "message", "topic": "todo"}, name
        for name in ("other_town_officer", "stranger", "foreign_officer"):
            assert await streams[name].silent(), name
        person = world.people["stranger"].person_id
        await off_loop(lambda: tell("job:1", "", person_id=person))
        assert await streams["stranger"].event() == {"event": "message", "topic": "job:1"}
        assert await streams["officer"].silent()

    play(story)


def test_an_event_that_is_rolled_back_reaches_nobody(live_anru: LiveAnru, world: World) -> None:
    key = cookie(world, "officer")

    def give_up() -> None:
        with transaction.atomic():
            publish("cockpit", scope_path=world.district.path)
            transaction.set_rollback(True)

    async def story() -> None:
        stream = await open_stream(live_anru.port, key)
        await off_loop(give_up)
        assert await stream.silent()
        await off_loop(lambda: tell("cockpit", world.district.path))
        assert (await stream.event())["topic"] == "cockpit"

    play(story)


def test_nobody_listens_without_a_live_session_and_membership(live_anru: LiveAnru, world: World) -> None:
    good = cookie(world, "officer")
    disabled = cookie(world, "principal")
    unready = cookie(world, "worker")
    former = cookie(world, "guardian")
    stale = cookie(world, "approver")
    with acting_as_system():
        Person.objects.filter(pk=world.people["principal"].person_id).update(is_active=False)
        Person.objects.filter(pk=world.people["worker"].person_id).update(must_change_password=True)
        Membership.objects.filter(pk=world.people["guardian"].pk).update(ended_at=clock.now())
        Session.objects.filter(pk=stale).update(expire_date=clock.now())

    async def story() -> None:
        for key in ("", "nonsense", str(new_id()), disabled, unready, former, stale):
            assert (await open_stream(live_anru.port, key)).status == 401, key
        assert (await open_stream(live_anru.port, good, method="POST")).status == 405
        stream = await open_stream(live_anru.port, good)
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"

    play(story)


def test_listening_does_not_keep_an_idle_session_alive(live_anru: LiveAnru, world: World) -> None:
    key = cookie(world, "officer")
    before = Session.objects.get(pk=key)

    async def story() -> None:
        stream = await open_stream(live_anru.port, key)
        await off_loop(lambda: tell("cockpit", world.district.path))
        await stream.event()

    play(story)
    after = Session.objects.get(pk=key)
    assert (after.expire_date, after.session_data) == (before.expire_date, before.session_data)


def test_two_hundred_pages_hear_of_one_change_over_one_database_connection(live_anru: LiveAnru, world: World) -> None:
    key = cookie(world, "officer")

    async def story() -> None:
        streams = await asyncio.gather(*(open_stream(live_anru.port, key) for _ in range(CLIENTS_N)))
        assert {stream.status for stream in streams} == {200}
        began = time.monotonic()
        await off_loop(lambda: tell("cockpit", world.district.path))
        events = await asyncio.gather(*(stream.event() for stream in streams))
        took_s = time.monotonic() - began
        assert [event["topic"] for event in events] == ["cockpit"] * CLIENTS_N
        assert took_s < 5, took_s
        await off_loop(lambda: count_listeners(live_anru.database.name, 1))
        for stream in streams:
            stream.close()

    play(story)


def count_listeners(database: str, expected: int) -> None:
    # Only an administrator sees what the connections of others are doing.
    with CLUSTER.cluster.connect() as administrator:
        found = administrator.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND query ~ '^LISTEN anru_live'", [database]
        ).fetchone()
    assert found == (expected,)


def test_after_a_lost_connection_every_page_is_told_to_ask_again(live_anru: LiveAnru, world: World) -> None:
    key = cookie(world, "officer")

    def cut() -> None:
        with CLUSTER.cluster.connect() as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND query ~ '^LISTEN anru_live'",
                [live_anru.database.name],
            )

    async def story() -> None:
        stream = await open_stream(live_anru.port, key)
        await off_loop(cut)
        assert (await stream.event())["event"] == "resync"
        await off_loop(lambda: tell("cockpit", world.district.path))
        assert (await stream.event())["topic"] == "cockpit"

    play(story)


def test_a_page_that_stops_reading_is_cut_off_and_the_others_go_on(live_anru: LiveAnru, world: World) -> None:
    key = cookie(world, "officer")

    def flood() -> None:
        # More than any machine's network buffers hold, in portions that a page which reads keeps up with.
        for _portion in range(FLOOD_N // PORTION_N):
            with transaction.atomic():
                for number in range(PORTION_N):
                    tell(f"job:{number:04d}" + "x" * 7000, world.district.path)

    async def story() -> None:
        deaf = await open_stream(live_anru.port, key)
        deaf.reader._transport.pause_reading()  # type: ignore[attr-defined]
        awake = await open_stream(live_anru.port, key)

        async def read_all() -> int:
            read = 0
            while read < FLOOD_N:
                await awake.event(30)
                read += 1
            return read

        reading = asyncio.create_task(read_all())
        await off_loop(flood)
        assert await reading == FLOOD_N
        deaf.reader._transport.resume_reading()  # type: ignore[attr-defined]
        assert await deaf.ended(20)

    play(story)


def test_the_server_stops_within_seconds_while_streams_are_open(live_anru: LiveAnru, world: World) -> None:
    key = cookie(world, "officer")

    async def story() -> None:
        streams = await asyncio.gather(*(open_stream(live_anru.port, key) for _ in range(20)))
        began = time.monotonic()
        await asyncio.to_thread(live_anru.stop)
        assert time.monotonic() - began < 5
        for stream in streams:
            assert await stream.ended()

    play(story)


def test_pages_are_served_beside_the_streams_and_a_raw_query_does_no_harm(live_anru: LiveAnru, world: World) -> None:
    async def story() -> None:
        for target in (b"/healthz?q=%E5%AE%89", "/healthz?q=安".encode(), b"/healthz?q=\xff"):
            reader, writer = await asyncio.open_connection("127.0.0.1", live_anru.port)
            writer.write(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            status = (await reader.readline()).split()[1]
            # The parser may refuse raw bytes; an error of ours must not come of them.
            assert status in {b"200", b"400"}, target
            writer.close()

    play(story)
