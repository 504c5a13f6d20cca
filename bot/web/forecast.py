"""The forecast calendar: a month's days, which of them are off, and what will be sent on each."""

import calendar as grid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.web.reception import Reception, Visit
from messages.notices import NewNotice, Notice
from messages.official_days import Festival, festival_name
from messages.rights import Act, entitle
from messages.scopes import Scope
from messages.store.database import Database
from messages.text.phrase import Phrase
from messages.text.rendering import Renderer
from schedules.calendars import Calendars
from schedules.deadlines import end_of_day, local_instant
from schedules.forecast import AudienceSizes, coming
from schedules.policy import Policy
from schedules.tools import Tools
from schedules.workdays import DaysOff, WorkCalendar

_YEARS_BACK: Final = 1
_YEARS_AHEAD: Final = 3


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One thing to be sent; ``people`` is None while they are being counted."""

    title: str
    at: datetime
    people: int | None
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of the grid. ``makeup``: a weekend day that is worked."""

    date: date
    inside: bool
    today: bool
    off: bool
    makeup: bool
    festivals: tuple[Phrase, ...]
    occasions: tuple[Occasion, ...]


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month of some year within reach."""

    year: int
    month: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def name(self) -> str:
        """As an address names it."""
        return f"{self.year:04}-{self.month:02}"

    def weeks(self) -> list[list[date]]:
        """Its weeks, Monday first, with the days of the neighbouring months that fill them."""
        return grid.Calendar().monthdatescalendar(self.year, self.month)

    def moved(self, by: int) -> "Month":
        """The month so many before or after."""
        years, month = divmod(self.month - 1 + by, 12)
        return Month(year=self.year + years, month=month + 1)


def month_of(given: str, today: date) -> Month:
    """The month that an address names; this month for anything else, the nearest for one out of reach."""
    try:
        wanted = datetime.strptime(given, "%Y-%m").date()  # noqa: DTZ007 -- a month, not an instant
    except ValueError:
        wanted = today
    year = min(max(wanted.year, today.year - _YEARS_BACK), today.year + _YEARS_AHEAD)
    return Month(year=year, month=wanted.month)


class ForecastPage:
    """Draws the calendar."""

    def __init__(
        self,
        reception: Reception,
        db: Database,
        *,
        renderer: Renderer,
        calendars: Calendars,
        policy: Policy,
        zone: ZoneInfo,
    ) -> None:
        """What is due is reckoned by ``policy`` on the calendar that ``calendars`` gives."""
        self._reception = reception
        self._db = db
        self._renderer = renderer
        self._calendars = calendars
        self._tools = Tools(db=db, policy=policy, calendars=calendars, zone=zone)
        self._zone = zone
        self.sizes = AudienceSizes(db)

    def routes(self) -> list[web.RouteDef]:
        """The page's address."""
        return [web.get("/forecast", self._reception.signed_in(self._show))]

    async def _show(self, visit: Visit) -> web.Response:
        scope = await entitle(self._db, visit.viewer.id, Act.SEE_NOTICES, visit.now)
        today = visit.now.astimezone(self._zone).date()
        month = month_of(visit.word("month"), today)
        calendar = await self._calendars.current()
        days = month.weeks()
        occasions = await self._occasions(visit, scope, days[0][0], days[-1][-1])
        known = _Known(calendar, month, today)
        weeks = [[known.day(day, occasions.get(day, ())) for day in week] for week in days]
        return self._reception.answer(
            visit,
            "forecast",
            section="forecast",
            month=month,
            weeks=weeks,
            agenda=[day for week in weeks for day in week if day.inside and day.occasions],
            provisional=calendar.provisional(month.year),
        )

    async def _occasions(self, visit: Visit, scope: Scope, first: date, last: date) -> Mapping[date, list[Occasion]]:
        """What is still to come on these days: what was due before this office was planned for is not sent."""
        since, until = max(visit.now, local_instant(first, time(0), self._zone)), end_of_day(last, self._zone)
        async with self._db.reading() as conn:
            notices = await coming(conn, self._tools, since=since, until=until, now=visit.now)
        people = await self.sizes.of([notice.audience for notice in notices], visit.now, scope)
        found: dict[date, list[Occasion]] = {}
        for notice in notices:
            reached = people.get(notice.audience)
            if scope.everything or reached:  # of what reaches nobody there the reader is told nothing
                occasion = self._occasion(notice, reached, visit.language)
                found.setdefault(occasion.at.date(), []).append(occasion)
        return found

    def _occasion(self, notice: Notice | NewNotice, people: int | None, language: str) -> Occasion:
        return Occasion(
            title=self._renderer.title(notice.template, language, notice.title, **notice.params),
            at=notice.send_at.astimezone(self._zone),
            people=people,
            provisional=notice.provisional,
        )


class _Known:
    """What the calendar says of a month's days, asked of it once."""

    def __init__(self, calendar: WorkCalendar, month: Month, today: date) -> None:
        years = {month.first.year, month.moved(-1).year, month.moved(1).year}
        self._calendar, self._month, self._today = calendar, month, today
        self._makeup = {day for year in years for day in calendar.makeup_workdays(year)}
        # New Year's days off may begin in the December before.
        runs = [run for year in (*years, max(years) + 1) for run in calendar.festivals(year)]
        self._begun = {run.first: run for run in runs}

    def day(self, day: date, occasions: Sequence[Occasion]) -> Day:
        """A day; what its days off are called stands on the first of them."""
        run = self._begun.get(day)
        return Day(
            date=day,
            inside=day.month == self._month.month,
            today=day == self._today,
            off=not self._calendar.is_workday(day),
            makeup=day in self._makeup,
            festivals=tuple(_named(run, festival) for festival in run.festivals) if run else (),
            occasions=tuple(occasions),
        )


def _named(run: DaysOff, festival: Festival) -> Phrase:
    if festival is Festival.OTHER and run.name:
        return Phrase(message="{name}", values={"name": run.name})  # as the country's calendar calls it
    return festival_name(festival)
