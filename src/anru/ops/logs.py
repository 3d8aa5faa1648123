"""Structured logs: one shape for our lines and the libraries', with a request identifier and without personal data."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"
# Names under which a value is hidden whatever it looks like.
SECRET_NAMES = re.compile(
    r"pass(word|wd|phrase)|secret|token|cookie|authorization|api_?key|session|csrf|otp|phone|mobile|id_?(card|number)"
    r"|latitude|longitude|coordinates?|姓名|手机|身份证",
    re.IGNORECASE,
)
# 17 digits and a check character; 15 digits for cards of the first generation. Neighbouring digits would make it a
# part of something longer (an amount in a hash, say), which is left alone.
ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[1-9]\d{16}[\dXx]|[1-9]\d{14})(?![0-9A-Za-z])")
PHONE = re.compile(r"(?<![0-9A-Za-z])(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9A-Za-z])")
URL_SECRET = re.compile(r"(?<=://)([^/\s:@]+):([^/\s@]+)(?=@)")
NAMED_SECRET = re.compile(
    r"(?i)\b(password|passwd|secret|token|sessionid|anru_sid|anru_csrf|api[_-]?key)(\"?\s*[=:]\s*\"?)([^\s\"&;,]+)"
)
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
# Long unbroken strings of mixed letters and digits are keys or tokens; identifiers of ours have dashes or are pure hex.
OPAQUE = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{32,}(?![\w-])")
DEEPEST = 8


def scrub_text(text: str) -> str:
    """Return the text with identity numbers, telephone numbers, keys and tokens hidden."""
    text = URL_SECRET.sub(rf"\1:{HIDDEN}", text)
    text = BEARER.sub(rf"\1 {HIDDEN}", text)
    text = NAMED_SECRET.sub(rf"\1\2{HIDDEN}", text)
    text = ID_NUMBER.sub(HIDDEN, text)
    text = PHONE.sub(HIDDEN, text)
    return OPAQUE.sub(HIDDEN, text)


def scrub(value: Any, depth: int = 0) -> Any:
    """Return a value for the log with everything personal or secret in it hidden, at any depth."""
    if isinstance(value, str):
        return scrub_text(value)
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        # A telephone number is no less personal for being an integer.
        return HIDDEN if scrub_text(str(value)) != str(value) else value
    if depth >= DEEPEST:
        return HIDDEN
    if isinstance(value, Mapping):
        return {scrub_text(str(key)): _named(str(key), item, depth) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [scrub(item, depth + 1) for item in value]
    return scrub_text(str(value))


def scrubber(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The last processor before rendering: the line holds no personal data and no secret."""
    return {name: _named(name, value, 0) for name, value in event.items()}


def configure(*, json_lines: bool, level: str = "INFO") -> None:
    """Every line of this process, ours or a library's, goes through the same processors to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                scrubber,
                _renderer(json_lines),
            ],
        )
    )
    _hand_over(handler, level)


def _hand_over(handler: logging.Handler, level: str) -> None:
    """The handler is the only one left in the process; libraries' loggers pass their lines on to it."""
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "django.db.backends", "procrastinate", "asyncio", "PIL", "fontTools"):
        logging.getLogger(noisy).setLevel("WARNING")
    for name in ("uvicorn", "uvicorn.error", "django", "django.request", "django.server"):
        library = logging.getLogger(name)
        library.handlers[:] = []
        library.propagate = True


def _named(name: str, value: Any, depth: int) -> Any:
    if SECRET_NAMES.search(name) and value not in (None, "", False, True):
        return HIDDEN
    return scrub(value, depth + 1)


def _renderer(json_lines: bool) -> Processor:
    if json_lines:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
