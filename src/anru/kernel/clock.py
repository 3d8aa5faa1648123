"""The only place that reads the wall clock. Services take the moment as an argument; edges call `now`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the current instant in UTC."""
    return datetime.now(UTC)


def legal_date(at: datetime) -> date:
    """Return the calendar day of an instant in Asia/Shanghai, the zone in which every legal date is read."""
    return at.astimezone(LEGAL_ZONE).date()


def end_of_legal_day(day: date) -> datetime:
    """Return the first instant after `day` in Asia/Shanghai: a duty due on `day` is late from this instant on."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=LEGAL_ZONE).astimezone(UTC)
