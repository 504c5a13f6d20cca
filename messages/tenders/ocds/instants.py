"""Dates as publishers write them: ISO 8601 in its many shapes, and what is near to it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

_SHAPE: Final = re.compile(
    r"(?P<year>\d{4})(?:(?P<between>[-/])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})|(?P<digits>\d{4}))"
    r"(?:[T\s]+(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+\-−]\d{2}(?::?\d{2}(?::\d{2})?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
_ZONE: Final = re.compile(r"([+\-−])(\d{2}):?(\d{2})?", re.ASCII)
_MICRO: Final = 6
_DAY_ENDS_AT: Final = 24
_LEAP: Final = 60
_LARGEST_OFFSET: Final = timedelta(hours=18)
_FIRST: Final = date(1990, 1, 3)
_LAST: Final = date(2099, 12, 29)
"""Days outside of these are place-holders (0001-01-01, 9999-12-31) or slips, in whatever zone they are looked at."""


@dataclass(frozen=True, kw_only=True)
class Dated:
    """An instant, or (``day`` alone) a day."""

    day: date
    at: datetime | None


def dated(text: str, zone: tzinfo) -> Dated | None:
    """What a date says, or None for what is none; without an offset it is one of ``zone``."""
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        digits = found["digits"]
        month, of_month = (digits[:2], digits[2:]) if digits else (found["month"], found["day"])
        day = date(int(found["year"]), int(month), int(of_month))
        at = None if found["hour"] is None else _instant(day, found, zone)
    except (ValueError, OverflowError):
        return None
    return Dated(day=day, at=at) if _FIRST <= day <= _LAST else None


def _instant(day: date, found: re.Match[str], zone: tzinfo) -> datetime:
    """Raises ``ValueError`` for a time or an offset that there is not."""
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    micro = int((found["part"] or "0")[:_MICRO].ljust(_MICRO, "0"))
    if hour == _DAY_ENDS_AT and not (minute or second or micro):
        day, hour = day + timedelta(days=1), 0
    clock = time(hour, minute, min(second, _LEAP - 1) if second == _LEAP else second, micro)
    return datetime.combine(day, clock, _offset(found["zone"]) or zone)


def _offset(said: str | None) -> tzinfo | None:
    if not said:
        return None
    found = _ZONE.match(said)
    if found is None:
        return UTC
    hours, minutes = int(found[2]), int(found[3] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    if offset > _LARGEST_OFFSET:
        message = f"no offset: {said}"
        raise ValueError(message)
    return timezone(offset if found[1] == "+" else -offset)
