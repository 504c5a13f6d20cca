"""Dates as offices write them: cells of a spreadsheet and texts, with an hour or as whole days."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from messages.sheets.cells import Unreadable, plain, shown
from messages.sheets.lines import Cell
from messages.tenders.dating import day_fact
from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact
from messages.text.phrase import phrase

_DAY: Final = r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})[日号]?"
_WEEKDAY: Final = r"(?:\s*(?:周|星期)[一二三四五六日天])?"
_HALF: Final = "(上午|下午|中午|晚上|晚|早上|凌晨)?"
_SECOND: Final = r"(?::(\d{1,2})(?:\.0+)?秒?|(\d{1,2})秒)?"
_CLOCK: Final = rf"{_HALF}\s*(\d{{1,2}})(?:[:时点](\d{{1,2}})?分?{_SECOND}|时整|点整)"
_WRITTEN: Final = re.compile(rf"{_DAY}{_WEEKDAY}(?:[T\s,]*{_CLOCK})?(?:\s*(Z|[+-]\d\d:?\d\d))?(?:前|止|起)?")
_PLAIN_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_BETWEEN: Final = re.compile(r"\s*(?:至|到|~|—+|–|--+|\s-\s|(?<=[\d日])-(?=\d{4}[-年./])|(?<=日)-(?=\d{1,2}[月日]))\s*")
_ASIDE: Final = re.compile(r"\([^()\d]*\)|北京时间")
_SAME_YEAR: Final = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})日(.*)")
_LATER_HALF: Final = frozenset({"下午", "晚上", "晚"})
_HALF_A_SECOND: Final = timedelta(milliseconds=500)
_NOON: Final = 12
_NIGHT: Final = 24
_YEARS: Final = 30
"""What lies further off than so many years is a slip of the pen."""
_COUNTED: Final = 10
"""A number is no date that is so many years off: it is rather an amount, or a number of something."""

ACCEPTED: Final = phrase("A date is accepted, such as 2026-10-12, 2026-10-12 9:30 or 2026年10月12日 上午9:30.")
_PERIOD: Final = phrase("Two dates are accepted, such as 2026-10-12 至 2026-10-16.")
_TOO_FAR: Final = phrase("A date of this time is accepted: this one is more than {years} years off.", years=_YEARS)


class Dates:
    """Reads dates by the clock of a zone, within reach of an instant ``now``."""

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        """Whatever is written without an offset is meant by the clock of ``zone``."""
        self._zone = zone
        self._now = now

    def counted(self, cell: Cell, *, from_1904: bool) -> Cell:
        """The date that a spreadsheet's number is once it is formatted as one; what can be none stays as it is."""
        if not isinstance(cell, float):
            return cell
        try:
            at = from_excel(cell, MAC_EPOCH if from_1904 else WINDOWS_EPOCH)
        except (ValueError, OverflowError):
            return cell
        is_near = isinstance(at, datetime) and abs(at.year - self._now.year) < _COUNTED
        return (at + _HALF_A_SECOND).replace(microsecond=0) if is_near else cell

    def fact(self, milestone: Milestone, cell: Cell) -> Fact:
        """The date of a milestone. Raises ``Unreadable`` for what is none."""
        return self._of_cell(milestone, cell if isinstance(cell, date) else _clean(plain(cell)))

    def period(self, milestones: Sequence[Milestone], cell: Cell) -> tuple[Fact, ...]:
        """What begins and ends in one cell: ``2026-10-12 至 2026-10-16``; of one date only the beginning."""
        if isinstance(cell, date):
            return (self._of_cell(milestones[0], cell),)
        parts = [part for part in _BETWEEN.split(_clean(plain(cell))) if part]
        if not 1 <= len(parts) <= len(milestones):
            raise Unreadable(_PERIOD, shown(cell))
        begins = self._of_cell(milestones[0], parts[0])
        if len(parts) == 1:
            return (begins,)
        ends = self._of_cell(milestones[1], _with_year(parts[1], begins.at))
        if ends.at < begins.at:
            raise Unreadable(_PERIOD, shown(cell))
        return begins, ends

    def _of_cell(self, milestone: Milestone, written: date | str) -> Fact:
        at = _read(written, self._zone) if isinstance(written, str) else _made(written)
        if at is None:
            raise Unreadable(ACCEPTED, str(written))
        day = at.date() if isinstance(at, datetime) else at
        if abs(day.year - self._now.year) > _YEARS:
            raise Unreadable(_TOO_FAR, str(written))
        if not isinstance(at, datetime):
            return day_fact(milestone, at, self._zone)
        return Fact(milestone=milestone, at=at if at.tzinfo else at.replace(tzinfo=self._zone))


def _clean(text: str) -> str:
    """A text without differences of width, and without what is said beside a date, such as (星期一) and 北京时间."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", text)).strip()


def _with_year(part: str, begins: datetime) -> str:
    """The end of a time, whose year (and month) is that of its beginning where it has none of its own."""
    found = _SAME_YEAR.fullmatch(part)
    return f"{begins.year}年{found[1] or begins.month}月{found[2]}日{found[3]}" if found else part


def _made(cell: date) -> date:
    """A spreadsheet's date; it knows no days without an hour, so that midnight is meant as the whole day."""
    return cell.date() if isinstance(cell, datetime) and cell.time() == time(0) else cell


def _read(text: str, zone: ZoneInfo) -> date | None:
    """A date, or an instant where an hour stands behind it; None for what is neither."""
    if found := _PLAIN_DAY.fullmatch(text):
        return _day(*found.groups())
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    year, *months, last, half, hour, minute, second, spoken, offset = found.groups()
    day = _day(year, next(filter(None, months)), last)
    if day is None or hour is None:
        return None if offset else day
    at = _instant(day, half, int(hour), int(minute or 0), int(second or spoken or 0))
    if at is None or offset is None:
        return at.replace(tzinfo=zone) if at else None
    return datetime.fromisoformat(f"{at.isoformat()}{offset}").astimezone(zone)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _instant(day: date, half: str | None, hour: int, minute: int, second: int) -> datetime | None:
    if half in _LATER_HALF and hour < _NOON:
        hour += _NOON
    if hour == _NIGHT and minute == second == 0:
        return datetime.combine(day, time(0)) + timedelta(days=1)
    try:
        return datetime.combine(day, time(hour, minute, second))
    except ValueError:
        return None
