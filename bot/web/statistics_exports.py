"""The statistics as files: a workbook for spreadsheets, and a report to print, in the reader's language.

Units are no secret among those who look after them; where a file names people, that it was handed out is recorded.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.tables import Report, workbook
from bot.web.reception import Reception, Visit
from bot.web.statistics_asked import PERIODS, Asked, unit_name
from bot.web.statistics_graphs import rates
from bot.web.statistics_report import Tables
from messages import rights
from messages.ledger import Kind
from messages.notices import Json, category_said
from messages.rights import Act
from messages.statistics import PersonLine
from messages.store import ledger
from messages.store.database import Database
from messages.text.periods import period_said
from messages.text.phrase import Phrase, phrase
from schedules.statistics.desk import Statistics

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PDF: Final = "application/pdf"


class StatisticsExports:
    """Hands out files."""

    def __init__(self, reception: Reception, db: Database, statistics: Statistics, zone: ZoneInfo) -> None:
        """Instants are those of ``zone``."""
        self._reception = reception
        self._db = db
        self._statistics = statistics
        self._zone = zone

    def routes(self) -> list[web.RouteDef]:
        """The files' addresses."""
        signed_in = self._reception.signed_in
        return [
            web.get("/statistics/export.xlsx", signed_in(self._workbook)),
            web.get("/statistics/export.pdf", signed_in(self._print)),
        ]

    async def _workbook(self, visit: Visit) -> web.Response:
        asked = Asked(visit, self._zone)
        report = await self._report(visit, asked, days=True)
        return self._file(visit, asked, await asyncio.to_thread(workbook, report), "xlsx", _XLSX)

    async def _print(self, visit: Visit) -> web.Response:
        from bot.printing import pdf  # noqa: PLC0415 -- see there

        asked = Asked(visit, self._zone)
        report = await self._report(visit, asked, days=False)
        return self._file(visit, asked, await asyncio.to_thread(pdf, report, visit.language), "pdf", _PDF)

    async def _report(self, visit: Visit, asked: Asked, *, days: bool) -> Report:
        """Everything of a period; of one unit its people too."""
        viewer, now, chosen = visit.viewer.id, visit.now, asked.chosen
        await rights.entitle(self._db, viewer, Act.EXPORT, now)
        found = await self._statistics.overview(viewer, asked.period, now, chosen=chosen)
        course = await self._statistics.periods(viewer, asked.period, now, count=PERIODS, chosen=chosen)
        say = self._saying(visit)
        made = Tables(say=say, language=visit.language)
        tables = [
            made.overview(found),
            made.standing(found),
            made.categories(await self._statistics.categories(viewer, asked.period, now, chosen=chosen)),
            made.units(await self._statistics.units(viewer, asked.period, now, chosen=chosen)),
            made.periods(course),
        ]
        if days:
            year = await self._statistics.year(viewer, asked.period.first.year, now, chosen=chosen)
            tables.append(made.days(year.values()))
        if asked.unit_id is not None:
            tables.append(made.people(await self._people(visit, asked, asked.unit_id)))
        return Report(
            title=say(phrase("Statistics of notices and acknowledgements")),
            about=(await self._of_what(visit, asked, say), self._how(visit, say)),
            graph=rates(course, say, visit.language),
            tables=tuple(tables),
        )

    async def _people(self, visit: Visit, asked: Asked, unit_id: int) -> list[PersonLine]:
        """All the people of a unit; that they were handed out is recorded first."""
        found: list[PersonLine] = []
        number, pages = 0, 1
        while number < pages:
            page = await self._statistics.people(
                visit.viewer.id, unit_id, asked.period, visit.now, page=number + 1, category=asked.category
            )
            found += page.items
            number, pages = page.number, page.pages
        body: dict[str, Json] = {"statistics": asked.period.label, "unit": unit_id, "people": len(found)}
        async with self._db.writing() as conn:
            await ledger.append(conn, at=visit.now, kind=Kind.RECORDS_EXPORTED, person_id=visit.viewer.id, body=body)
        return found

    async def _of_what(self, visit: Visit, asked: Asked, say: Callable[[Phrase], str]) -> str:
        name = await unit_name(self._db, asked)
        parts = [name or say(phrase("All units")), period_said(asked.period, visit.language)]
        return " · ".join([*parts, say(category_said(asked.category))] if asked.category else parts)

    def _how(self, visit: Visit, say: Callable[[Phrase], str]) -> str:
        moment = self._reception.pages.moment(visit.now, visit.language)
        return say(
            phrase(
                "Made on {moment}. Notices count on the day on which they are sent; what could not be delivered, and "
                "provisional days, count against nobody.",
                moment=moment,
            )
        )

    def _saying(self, visit: Visit) -> Callable[[Phrase], str]:
        return partial(self._reception.pages.say, language=visit.language)

    def _file(self, visit: Visit, asked: Asked, content: bytes, ending: str, kind: str) -> web.Response:
        unit = f"-unit{asked.unit_id}" if asked.unit_id else ""
        name = f"statistics-{asked.period.label}{unit}-{visit.now.astimezone(self._zone):%Y%m%d-%H%M}.{ending}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=content, content_type=kind, headers=headers)
