"""Who may hear of a change."""

from __future__ import annotations

import uuid

import pytest
from tests.web.live.listeners import play

from anru.kernel.actor import Actor
from anru.web.live.hub import QUEUE_LIMIT, Client, Hub, covers, frame

PERSON = uuid.uuid4()
FIRM = "33/3302/330212/330212110/" + "a" * 32 + "/"


def actor(scope_path: str, *review_paths: str) -> Actor:
    return Actor(PERSON, uuid.uuid4(), uuid.uuid4(), "x", "x", scope_path, review_paths)


@pytest.mark.parametrize(
    ("own", "reviewing", "body", "hears"),
    [
        ("33/3302/330212/", (), {"scope": FIRM}, True),
        ("33/3302/330212/330212110/", (), {"scope": FIRM}, True),
        (FIRM, (), {"scope": FIRM}, True),
        ("33/3302/330212/330212105/", (), {"scope": FIRM}, False),
        ("33/3302/33021/", (), {"scope": FIRM}, False),
        (FIRM, (), {"scope": "33/3302/330212/"}, False),
        ("33/3302/330203/", ("33/3302/330212/",), {"scope": FIRM}, True),
        ("33/3302/330203/", ("33/3302/330212/330212105/",), {"scope": FIRM}, False),
        ("33/3302/330203/", (), {"scope": FIRM, "person": str(PERSON)}, True),
        ("33/3302/330203/", (), {"scope": "", "person": str(PERSON)}, True),
        ("33/3302/330203/", (), {"person": str(uuid.uuid4())}, False),
        ("", (), {"scope": FIRM}, False),
        ("", ("",), {"scope": FIRM}, False),
        ("33/3302/330212/", (), {}, False),
        ("33/3302/330212/", (), {"scope": 33}, False),
    ],
)
def test_an_event_reaches_whoever_covers_it(
    own: str, reviewing: tuple[str, ...], body: dict[str, object], hears: bool
) -> None:
    assert covers(actor(own, *reviewing), body) is hears


def test_the_wire_carries_the_topic_and_its_facts_but_not_whose_it_is() -> None:
    sent = frame({"topic": "cockpit", "scope": FIRM, "person": str(PERSON), "n": 3})
    assert sent == b'data: {"topic": "cockpit", "n": 3}\n\n'


def test_a_client_that_does_not_read_is_cut_off_and_holds_no_more_than_the_limit() -> None:
    async def story() -> None:
        client = Client(actor("33/"))
        for number in range(QUEUE_LIMIT + 5):
            client.offer(b"%d;" % number)
        assert client.over
        assert (await client.wait(1)).count(b";") == QUEUE_LIMIT

    play(story)


@pytest.mark.parametrize("payload", ["", "not json", "[]", "{}", '{"topic": 3}', '"topic"'])
def test_a_notification_that_nobody_of_ours_wrote_is_ignored(payload: str) -> None:
    async def story() -> None:
        hub = Hub({})
        client = Client(actor("33/"))
        hub.clients.add(client)
        hub.deliver(payload)
        assert await client.wait(0.01) == b""
        hub.deliver('{"topic": "todo", "scope": "33/3302/"}')
        assert await client.wait(1) == b'data: {"topic": "todo"}\n\n'

    play(story)
