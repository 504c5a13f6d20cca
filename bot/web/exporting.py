"""A notice's exports in the browser: the workbook and the chart, in the reader's language.

That a workbook was handed out is recorded: it names people. A chart names nobody, and is not.
"""

import asyncio
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.web.notices import NOTICE, NoticePages
from bot.web.reception import Reception, Visit
from messages.exports import Reader, charted, file_name, workbook
from messages.figures import Figures
from messages.notice_views import notice_of
from messages.notices import Notice
from messages.rights import Act
from messages.store.database import Database
from messages.text.phrase import Phrase
from schedules.figures import Counting

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportPages:
    """Hands out files."""

    def __init__(
        self, reception: Reception, db: Database, notices: NoticePages, *, counting: Counting, zone: ZoneInfo
    ) -> None:
        """``counting`` says how a notice stands at this moment; instants are those of ``zone``."""
        self._reception = reception
        self._db = db
        self._notices = notices
        self._counting = counting
        self._zone = zone

    def routes(self) -> list[web.RouteDef]:
        """The files' addresses."""
        signed_in = self._reception.signed_in
        return [
            web.get(rf"{NOTICE}/export.xlsx", signed_in(self._workbook)),
            web.get(rf"{NOTICE}/export.png", signed_in(self._chart)),
        ]

    async def _workbook(self, visit: Visit) -> web.Response:
        figures = await self._figures(visit)
        reader = Reader(say=partial(self._say, visit), title=partial(self._title, visit), zone=self._zone)
        book = await workbook(self._db, visit.viewer.id, visit.now, figures, reader)
        return self._file(visit, book, "xlsx", _XLSX)

    async def _chart(self, visit: Visit) -> web.Response:
        from bot.chart import png  # noqa: PLC0415 -- see there

        figures = await self._figures(visit)
        shown = await charted(self._db, visit.viewer.id, visit.now, figures)
        title = self._title(visit, shown.notice)
        drawn = await asyncio.to_thread(
            png, shown, title, say=partial(self._say, visit), zone=self._zone, language=visit.language
        )
        return self._file(visit, drawn, "png", "image/png")

    async def _figures(self, visit: Visit) -> Figures:
        """Whether the person may is asked before anything is counted."""
        seen = await notice_of(self._db, visit.viewer.id, visit.part("notice"), visit.now, Act.EXPORT)
        return await self._counting.now(seen.notice.id)

    def _say(self, visit: Visit, what: Phrase) -> str:
        return self._reception.pages.say(what, visit.language)

    def _title(self, visit: Visit, notice: Notice) -> str:
        return self._notices.title(notice, visit.language)

    def _file(self, visit: Visit, content: bytes, ending: str, kind: str) -> web.Response:
        name = file_name(visit.part("notice"), visit.now.astimezone(self._zone), ending)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=content, content_type=kind, headers=headers)
