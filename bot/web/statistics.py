"""The pages of the statistics (成效评估): overview, units down to people, periods, categories, and the year's days."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from babel.numbers import format_percent

from bot.graphs import year_map
from bot.web.reception import Reception, Visit
from bot.web.statistics_asked import KINDS, PERIODS, Asked, beside, unit_name
from bot.web.statistics_graphs import rates, rates_said
from messages.items.records import grade_said
from messages.notices import Grade, category_said
from messages.rights import Act
from messages.statistics import Chosen, Summary
from messages.store.database import Database
from schedules.statistics.desk import Statistics
from schedules.statistics.looking import WORK


class StatisticsPages:
    """Draws what notices have come to, as far as the reader looks after units."""

    def __init__(self, reception: Reception, db: Database, statistics: Statistics, zone: ZoneInfo) -> None:
        """Everything is asked of ``statistics``; days are those of ``zone``."""
        self._reception = reception
        self._db = db
        self._statistics = statistics
        self._zone = zone

    def routes(self) -> list[web.RouteDef]:
        """The pages' addresses."""
        signed_in = self._reception.signed_in
        return [
            web.get("/statistics", signed_in(self._overview)),
            web.get("/statistics/units", signed_in(self._units)),
            web.get(r"/statistics/units/{unit:\d{1,18}}", signed_in(self._unit)),
            web.get("/statistics/periods", signed_in(self._periods)),
            web.get("/statistics/categories", signed_in(self._categories)),
            web.get("/statistics/year", signed_in(self._year)),
        ]

    async def _overview(self, visit: Visit) -> web.Response:
        asked = Asked(visit, self._zone)
        found = await self._statistics.overview(visit.viewer.id, asked.period, visit.now, chosen=asked.chosen)
        lines = await self._statistics.categories(visit.viewer.id, asked.period, visit.now, chosen=asked.chosen)
        return await self._answer(
            visit,
            "statistics",
            asked,
            found=found,
            by_category=lines,
            grades=Grade,
            grade_said=grade_said,
            **self._graph(visit, await self._course(visit, asked)),
        )

    async def _units(self, visit: Visit) -> web.Response:
        asked = Asked(visit, self._zone)
        lines = await self._statistics.units(
            visit.viewer.id, asked.period, visit.now, chosen=Chosen(category=asked.category)
        )
        return await self._answer(visit, "statistics_units", asked, units=lines)

    async def _unit(self, visit: Visit) -> web.Response:
        """One unit: as a whole, those below it, and its own people; that these were looked at is recorded."""
        asked = Asked(visit, self._zone)
        asked.unit_id = visit.part("unit")
        viewer, period = visit.viewer.id, asked.period
        people = await self._statistics.people(
            viewer, asked.unit_id, period, visit.now, page=visit.count("page"), category=asked.category
        )
        lines = await self._statistics.units(viewer, period, visit.now, chosen=asked.chosen)
        below = [line for line in lines if line.unit_id != people.unit_id]
        return await self._answer(
            visit,
            "statistics_unit",
            asked,
            people=people,
            found=await self._statistics.overview(viewer, period, visit.now, chosen=asked.chosen),
            units=below,
            least=min((line.depth for line in below), default=0),
            sees_scores=Act.SEE_SCORES in visit.viewer.acts,
            **self._graph(visit, await self._course(visit, asked)),
        )

    async def _periods(self, visit: Visit) -> web.Response:
        asked = Asked(visit, self._zone)
        summaries = await self._course(visit, asked)
        other = beside(visit, asked.period)
        compared = next((one for one in summaries if one.period == other), None)
        return await self._answer(
            visit,
            "statistics_periods",
            asked,
            summaries=summaries,
            kind_said=KINDS[asked.period.kind],
            this=summaries[-1],
            beside=compared
            or (await self._statistics.periods(visit.viewer.id, other, visit.now, count=1, chosen=asked.chosen))[0],
            **self._graph(visit, summaries),
        )

    async def _categories(self, visit: Visit) -> web.Response:
        asked = Asked(visit, self._zone)
        asked.category = None
        lines = await self._statistics.categories(visit.viewer.id, asked.period, visit.now, chosen=asked.chosen)
        return await self._answer(visit, "statistics_categories", asked, by_category=lines)

    async def _year(self, visit: Visit) -> web.Response:
        asked = Asked(visit, self._zone)
        year = asked.period.first.year
        days = await self._statistics.year(visit.viewer.id, year, visit.now, chosen=asked.chosen)
        drawn = year_map(year, {day: line.tally.people for day, line in days.items()})
        return await self._answer(visit, "statistics_year", asked, map=drawn, months=drawn.by_month())

    async def _course(self, visit: Visit, asked: Asked) -> Sequence[Summary]:
        """The last periods up to the one that is looked at."""
        return await self._statistics.periods(
            visit.viewer.id, asked.period, visit.now, count=PERIODS, chosen=asked.chosen
        )

    def _graph(self, visit: Visit, summaries: Sequence[Summary]) -> Mapping[str, Any]:
        """The rates of periods as lines, and in words for who does not see them."""
        language = visit.language
        said = rates_said(summaries, lambda value: format_percent(value, "0.#%", locale=language), language)
        say = partial(self._reception.pages.say, language=language)
        return {"graph": rates(summaries, say, language), "graph_said": said}

    async def _answer(self, visit: Visit, template: str, asked: Asked, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        """A page; the statistics have said by now that the reader may see them."""
        compared = values.get("beside")
        return self._reception.answer(
            visit,
            template,
            section="statistics",
            asked=asked,
            unit_name=await unit_name(self._db, asked),
            offered=asked.offered(*([compared.period] if compared else [])),
            categories=WORK,
            category_said=category_said,
            **values,
        )
