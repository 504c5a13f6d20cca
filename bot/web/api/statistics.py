"""Statistics over the interface, as far as the token's person sees them; the command line shows the same."""

from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.web.api.door import Call, query_as
from bot.web.api.keys import shaped
from bot.web.api.statistics_shapes import By, Parts, StatisticsAnswer, StatisticsWanted
from messages.errors import NotFound, refused
from messages.notices import Category
from messages.scores.periods import Period, PeriodKind
from messages.statistics import Chosen, Overview
from messages.store import organisation
from messages.store.database import Database
from messages.text.phrase import phrase
from schedules.statistics.desk import Statistics


class StatisticsCalls:
    """Answers requests about statistics."""

    def __init__(self, db: Database, statistics: Statistics, zone: ZoneInfo) -> None:
        """Instants are shown in the office's ``zone``."""
        self._db = db
        self._statistics = statistics
        self._zone = zone

    async def show(self, call: Call) -> web.Response:
        """A period, and it by units, categories, periods or days."""
        wanted = query_as(StatisticsWanted, call.request)
        return shaped(await self.answer(wanted, call.who.person_id, call.now))

    async def answer(self, wanted: StatisticsWanted, viewer: int | None, now: datetime) -> StatisticsAnswer:
        """What is wanted, as somebody sees it. Raises ``Refused``, and what ``Statistics`` raises."""
        seen, parts = await self.look(wanted, viewer, now)
        return StatisticsAnswer.of(seen, parts, self._zone)

    async def look(self, wanted: StatisticsWanted, viewer: int | None, now: datetime) -> tuple[Overview, Parts]:
        """The same as it is counted."""
        period, chosen, statistics = self._period(wanted.period, now), await self._chosen(wanted), self._statistics
        seen = await statistics.overview(viewer, period, now, chosen=chosen)
        match wanted.by:
            case By.UNIT:
                return seen, Parts(units=await statistics.units(viewer, period, now, chosen=chosen))
            case By.CATEGORY:
                return seen, Parts(categories=await statistics.categories(viewer, period, now, chosen=chosen))
            case By.PERIOD:
                return seen, Parts(periods=await statistics.periods(viewer, period, now, chosen=chosen))
            case By.DAY:
                days = await statistics.year(viewer, period.first.year, now, chosen=chosen)
                return seen, Parts(days=tuple(days.values()))
        return seen, Parts()

    def _period(self, label: str | None, now: datetime) -> Period:
        if label is None:
            return self._statistics.period(PeriodKind.MONTH, now)
        if (period := Period.read(label)) is None:
            accepted = phrase("A year (2026), a quarter (2026-Q4) or a month (2026-11) is accepted.")
            raise refused(accepted, column="period", value=label)
        return period

    async def _chosen(self, wanted: StatisticsWanted) -> Chosen:
        category = Category(wanted.category) if wanted.category else None
        if wanted.unit is None:
            return Chosen(category=category)
        async with self._db.reading() as conn:
            unit = await organisation.find_unit(conn, wanted.unit)
        if unit is None:
            raise NotFound(phrase("There is no such unit."))
        return Chosen(unit_id=unit.id, unit=unit.name, category=category)
