"""The page of the ledger: how far its chain has come, and its daily seals."""

from typing import Final

from aiohttp import web

from bot.web.reception import Reception, Visit
from messages.ledger_views import standing
from messages.store.database import Database

_SEALS: Final = 31


class LedgerPage:
    """Draws the page for administrators of the whole office."""

    def __init__(self, reception: Reception, db: Database) -> None:
        """Everything is asked of ``db`` anew."""
        self._reception = reception
        self._db = db

    def routes(self) -> list[web.RouteDef]:
        """The page's address."""
        return [web.get("/ledger", self._reception.signed_in(self._show))]

    async def _show(self, visit: Visit) -> web.Response:
        found = await standing(self._db, visit.viewer.id, visit.count("page"), visit.now, size=_SEALS)
        return self._reception.answer(visit, "ledger", section="ledger", ledger=found)
