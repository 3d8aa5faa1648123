"""Logs are structured and hold nothing personal."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from anru.ops.logs import HIDDEN, configure, scrub, scrub_text


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the process logs as JSON while the test runs; the logging of the test run is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    kept = structlog.get_config()
    configure(json_lines=True)
    out = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**kept)
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("身份证 330212199001011234 已登记", "330212199001011234"),
        ("id 33021219900101123X.", "33021219900101123X"),
        ("一代证330212900101123", "330212900101123"),
        ("call 13800138000 now", "13800138000"),
        ("电话+86 138 0013 8000", "138 0013 8000"),
        ("电话138-0013-8000", "138-0013-8000"),
        ("postgres://anru_app:Geheim-1@db/anru", "Geheim-1"),
        ("Authorization: Bearer abcDEF0123456789", "abcDEF0123456789"),
        ("login?token=Zm9vYmFy&x=1", "Zm9vYmFy"),
        ('{"password": "hunter2"}', "hunter2"),
        ("key tQ8yfW0nD3kq7mS5vA1xR6zJ2hL9cB4e end", "tQ8yfW0nD3kq7mS5vA1xR6zJ2hL9cB4e"),
    ],
)
def test_a_personal_or_secret_text_is_hidden(text: str, secret: str) -> None:
    scrubbed = scrub_text(text)
    assert secret not in scrubbed
    assert HIDDEN in scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "0192f3a4-7c1d-7e3f-8a9b-0c1d2e3f4a5b",
        "campaigns/<uuid:pk>/obligations/",
        "1.25 s, 293 enterprises, 2026-06-30T04:00:00Z",
        "13800 rows",
        "330212110",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_an_ordinary_text_is_kept(text: str) -> None:
    assert scrub_text(text) == text


def test_values_under_a_telling_name_are_hidden_at_any_depth() -> None:
    found = scrub({"a": [{"phone": "x1"}, {"Set-Cookie": "y2"}], "session_key": "z3", "n": 13800138000, "ok": True})
    assert found == {
        "a": [{"phone": HIDDEN}, {"Set-Cookie": HIDDEN}],
        "session_key": HIDDEN,
        "n": HIDDEN,
        "ok": True,
    }


def test_a_line_is_one_json_object_with_its_request_and_without_the_person(lines: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(request_id="abc12345")
    structlog.get_logger("anru.test").info("request", route="x/<pk>", phone="13800138000", note="打给13900139000")
    (line,) = [json.loads(text) for text in lines.getvalue().splitlines()]
    assert line["event"] == "request"
    assert line["request_id"] == "abc12345"
    assert line["level"] == "info"
    assert line["logger"] == "anru.test"
    assert line["timestamp"].endswith("Z")
    assert line["phone"] == HIDDEN
    assert "13900139000" not in lines.getvalue()


def test_a_librarys_line_and_its_traceback_are_scrubbed_too(lines: io.StringIO) -> None:
    try:
        raise ValueError("cannot send to 13800138000")
    except ValueError:
        logging.getLogger("some.library").exception("sending to %s failed", "13700137000")
    (line,) = [json.loads(text) for text in lines.getvalue().splitlines()]
    assert "Traceback" in line["exception"]
    assert "13800138000" not in lines.getvalue()
    assert "13700137000" not in lines.getvalue()
