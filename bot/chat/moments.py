"""Days and times that people write: ``10月12日 9:30``, ``2026-10-12``, ``明天9点半``, ``下午3点``."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.chat.days import day_written
from messages.errors import Refused, refused
from messages.text.phrase import phrase

NO_MOMENT: Final = phrase("A day is accepted, with or without a time, such as 10-12 9:30 or 2026-10-12.")
_NO_TIME: Final = phrase("A time is accepted, such as 9:30.")
_FARTHEST: Final = 20
"""Years: what lies further off is a slip of the pen."""
_LATER: Final = frozenset({"下午", "晚上", "傍晚", "pm"})
_EARLY: Final = frozenset({"凌晨", "am"})
_EVENING: Final = frozenset({"晚上", "傍晚"})
_NOON: Final = 12
_NOON_BEGINS: Final = 10
"""An hour of 中午 before it is one of the afternoon: 中午1点."""
_HALF: Final = 30
_CLOCK: Final = re.compile(
    r"(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上)?\s*(?P<hour>\d{1,2})"
    r"(?:\s*:\s*(?P<minute>\d{2})(?::\d{2})?|[点时](?:(?P<half>半)|(?P<said>\d{1,2})分?|整)?|(?=\s*[ap]m))\s*(?P<late>[ap]m)?",
    re.IGNORECASE,
)
_WHOLE: Final = re.compile(rf"(?P<day>.*?)[\s,，T]*(?P<clock>{_CLOCK.pattern})", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was written: a day, a time, or both; what was not is None."""

    day: date | None
    clock: time | None


def moment_written(words: str, today: date, zone: ZoneInfo) -> Written:
    """The day, the time or both that somebody wrote. Raises ``Refused``.

    A day without its year is the nearest to ``today``: what is entered may be planned or done.
    """
    plain = " ".join(unicodedata.normalize("NFKC", words.replace("\0", "")).split())
    if (instant := _instant(plain, zone)) is not None:
        return Written(day=_near(instant.date(), today, words), clock=_minute(instant))
    found = _WHOLE.fullmatch(plain)
    clock = _clock(found) if found else None
    rest = found["day"] if found else plain
    if not rest and clock is not None:
        return Written(day=None, clock=clock)
    try:
        return Written(day=_near(_nearest(rest, today), today, words), clock=clock)
    except Refused:
        raise refused(NO_MOMENT, column="date", value=words) from None


def _instant(plain: str, zone: ZoneInfo) -> datetime | None:
    """An instant as machines write it; only such has a T in it."""
    if "T" not in plain:
        return None
    try:
        given = datetime.fromisoformat(plain)
    except ValueError:
        return None
    return given.astimezone(zone) if given.tzinfo else given


def _minute(instant: datetime) -> time:
    return instant.time().replace(tzinfo=None, second=0, microsecond=0)


def _clock(found: re.Match[str]) -> time:
    half = _HALF if found["half"] else 0
    try:
        return time(_hour(found), int(found["minute"] or found["said"] or half))
    except ValueError:
        raise refused(_NO_TIME, column="date", value=found[0]) from None


def _hour(found: re.Match[str]) -> int:
    """The hour of the day; twelve in the evening may be of the day before or after, and is refused."""
    hour, part = int(found["hour"]), found["part"] or (found["late"] or "").lower()
    if part in _EVENING and hour == _NOON:
        raise refused(_NO_TIME, column="date", value=found[0])
    if part in _EARLY and hour == _NOON:
        return 0
    noon_past = part in _LATER or (part == "中午" and hour < _NOON_BEGINS)
    return hour + _NOON if noon_past and hour < _NOON else hour


def _nearest(words: str, today: date) -> date:
    """A day without its year may be ahead or behind: whichever is nearer; one of 29 February may be only one."""
    days: list[date] = []
    for ahead in (True, False):
        try:
            days.append(day_written(words, today, ahead=ahead))
        except Refused:
            continue
    if not days:
        raise refused(NO_MOMENT, column="date", value=words)
    return min(days, key=lambda day: abs(day - today))


def _near(day: date, today: date, words: str) -> date:
    if abs(day.year - today.year) > _FARTHEST:
        raise refused(NO_MOMENT, column="date", value=words)
    return day
