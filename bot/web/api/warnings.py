"""Warnings over the interface: those of a post, for whoever may see its record. Each look is recorded."""

import re
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.web.api.door import Call, query_as
from bot.web.api.keys import shaped
from bot.web.api.shapes import LONGEST_CODE, Paging
from bot.web.api.warning_shapes import PostWarnings
from messages.errors import NotFound
from messages.items import texts
from messages.store.database import Database
from messages.text.phrase import phrase
from messages.warnings import views

_LINE: Final = re.compile(texts.LINE)


class WarningCalls:
    """Answers requests about warnings."""

    def __init__(self, db: Database, zone: ZoneInfo) -> None:
        """Instants are shown in the office's ``zone``."""
        self._db = db
        self._zone = zone

    async def of_post(self, call: Call) -> web.Response:
        """The warnings of a post."""
        wanted = query_as(Paging, call.request)
        code = texts.code(call.request.match_info["code"])
        if len(code) > LONGEST_CODE or not _LINE.fullmatch(code):
            raise NotFound(phrase("There is no such post."))
        seen = await views.of_post(self._db, call.who.person_id, code, wanted.page, call.now, size=wanted.size)
        return shaped(PostWarnings.of(seen, self._zone))
