"""The organisation's pages: the roster by unit, and the people whom nothing reaches."""

from typing import Any, Final

from aiohttp import web

from bot.web.reception import Reception, Visit
from messages.organisation import views
from messages.organisation.lost_units import LostUnits
from messages.organisation.records import kind_said
from messages.rights import Act
from messages.store.database import Database

_UNIT: Final = r"/units/{unit:\d{1,9}}"


class OrganisationPages:
    """Draws units, their posts, and who cannot be reached."""

    def __init__(self, reception: Reception, db: Database) -> None:
        """Everything is asked of ``db`` anew."""
        self._reception = reception
        self._db = db
        self.lost = LostUnits(db)

    def routes(self) -> list[web.RouteDef]:
        """The pages' addresses."""
        signed_in = self._reception.signed_in
        return [
            web.get("/roster", signed_in(self._roster)),
            web.get(f"/roster{_UNIT}", signed_in(self._posts)),
            web.get("/unreachable", signed_in(self._unreachable)),
            web.get(f"/unreachable{_UNIT}", signed_in(self._lost)),
        ]

    async def _roster(self, visit: Visit) -> web.Response:
        named = visit.word("unit")
        page = await views.units_of(self._db, visit.viewer.id, named, visit.count("page"), visit.now)
        may_import = Act.IMPORT_ROSTER in visit.viewer.acts
        return self._answer(visit, "roster", "roster", named=named, page=page, may_import=may_import)

    async def _unreachable(self, visit: Visit) -> web.Response:
        named, number = visit.word("unit"), visit.count("page")
        page = await views.lost_units_of(self._db, visit.viewer.id, self.lost, named, number, visit.now)
        return self._answer(visit, "unreachable", "unreachable", named=named, page=page)

    async def _posts(self, visit: Visit) -> web.Response:
        seen = await views.posts_of(self._db, visit.viewer.id, visit.part("unit"), visit.count("page"), visit.now)
        return self._answer(visit, "roster_unit", "roster", unit=seen.unit, page=seen.page)

    async def _lost(self, visit: Visit) -> web.Response:
        seen = await views.lost_in(self._db, visit.viewer.id, visit.part("unit"), visit.count("page"), visit.now)
        return self._answer(visit, "unreachable_unit", "unreachable", unit=seen.unit, page=seen.page)

    def _answer(self, visit: Visit, template: str, section: str, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        return self._reception.answer(visit, template, section=section, kind_said=kind_said, **values)
