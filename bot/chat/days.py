"""A calendar of days to choose from, a month at a time; days off are marked."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from babel.dates import format_date, get_day_names
from telegram import InlineKeyboardButton

from bot.chat.buttons import Forged, button
from bot.chat.cards import Drawn, Rows
from bot.chat.desk import Desk
from messages.errors import Refused, refused
from messages.text.phrase import phrase
from schedules.workdays import WorkCalendar

_WRITTEN: Final = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", re.ASCII)
_SAID: Final = {"今天": 0, "昨天": -1, "前天": -2, "明天": 1, "后天": 2, "today": 0, "yesterday": -1, "tomorrow": 1}
_NO_DAY: Final = phrase("A day is accepted, such as 9-24 or 2026-09-24.")


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days that can be chosen, both ends included; the buttons of others carry the kind ``nothing``."""

    first: date
    last: date
    nothing: str

    def holds(self, day: date) -> bool:
        """Whether a day can be chosen."""
        return self.first <= day <= self.last

    def month_of(self, written: str) -> date:
        """The first day of a month that has such days, as a button carries it; it comes from outside."""
        first = _read(f"{written}-01")
        if not self.first.replace(day=1) <= first <= self.last:
            raise Forged
        return first

    def day_of(self, written: str) -> date:
        """A day that can be chosen, as a button carries it; it comes from outside."""
        day = _read(written)
        if not self.holds(day):
            raise Forged
        return day


def _read(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Forged from None


def day_written(words: str, today: date, *, ahead: bool) -> date:
    """The day that somebody wrote: ``9-24``, ``2026-09-24``, ``9月24日`` or ``昨天``.

    Without its year it is the next such day where days ``ahead`` are wanted, else the last one. Raises ``Refused``.
    """
    words = words.strip()
    if (away := _SAID.get(words.lower())) is not None:
        return today + timedelta(days=away)
    found = _WRITTEN.fullmatch(words)
    if not found:
        raise refused(_NO_DAY, column="date", value=words)
    year, *rest = found.groups()
    day = _date(int(year or today.year), *map(int, rest))
    if year is None and (day < today if ahead else day > today):
        day = _date(today.year + (1 if ahead else -1), *map(int, rest))
    return day


def _date(year: int, month_number: int, day: int) -> date:
    try:
        return date(year, month_number, day)
    except ValueError as error:
        raise Refused(_NO_DAY) from error


def month_said(first: date, language: str) -> str:
    """A month's name with its year."""
    return str(format_date(first, "yyyy年M月" if language.startswith("zh") else "MMMM yyyy", locale=language))


def month(
    desk: Desk,
    days: WorkCalendar,
    first: date,
    span: Span,
    *,
    language: str,
    day: Sequence[str | int],
    turn: Sequence[str | int],
) -> Rows:
    """The days of a month, and the months beside it: a press carries ``day`` and the day, or ``turn`` and the month."""

    def choice(one: date) -> tuple[str, tuple[str, ...]]:
        if one.month != first.month or not span.holds(one):
            return "·", (span.nothing,)
        off = desk.catalog.say(phrase("{day}°", day=one.day), language)
        return str(one.day) if days.is_workday(one) else off, (*map(str, day), one.isoformat())

    names = get_day_names("narrow", locale=language)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    shown = [week for week in weeks if any(one.month == first.month for one in week)]
    beside = _beside(first, span, turn)
    return [
        [button(names[place], span.nothing) for place in range(7)],
        *([button(label, *words) for label, words in map(choice, week)] for week in shown),
        *([beside] if beside else []),
    ]


async def month_card(
    desk: Desk,
    first: date,
    span: Span,
    language: str,
    *,
    day: Sequence[str | int],
    turn: Sequence[str | int],
    back: InlineKeyboardButton,
) -> Drawn:
    """The same as a card, by the official calendar as it is known, with a button that leads ``back``."""
    days = await desk.calendars.current()
    rows = month(desk, days, first, span, language=language, day=day, turn=turn)
    said = desk.renderer.render(
        "calendar", language, title=month_said(first, language), provisional=days.provisional(first.year)
    )
    return Drawn(text=said, rows=[*rows, [back]])


def _beside(first: date, span: Span, turn: Sequence[str | int]) -> list[InlineKeyboardButton]:
    """The buttons of the months beside this one, as far as the span goes."""
    before, after = first - timedelta(days=1), (first + timedelta(days=31)).replace(day=1)
    return [
        button(label, *map(str, turn), f"{there:%Y-%m}")
        for label, there, is_there in (("«", before, before >= span.first), ("»", after, after <= span.last))
        if is_there
    ]
