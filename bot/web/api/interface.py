"""The interface put together, and hung below ``/api/v1`` of the service's own server."""

from collections.abc import Callable

from aiohttp import web

from bot.office import Office
from bot.web.api.description import written
from bot.web.api.door import ROOT, Door
from bot.web.api.items import ItemCalls
from bot.web.api.matters import MatterCalls
from bot.web.api.problems import Problems
from bot.web.api.rate import Rate
from bot.web.api.statistics import StatisticsCalls
from bot.web.api.warnings import WarningCalls
from messages.api_tokens import ApiScope


class Interface:
    """All the addresses."""

    def __init__(self, office: Office, wake: Callable[[], None]) -> None:
        """Nothing is served before ``hang``. ``wake`` has what came in told of at once."""
        rate, zone = Rate(office.clock.steady, office.policy.interface.requests_a_minute), office.settings.zone
        self._door = Door(db=office.db, clock=office.clock, problems=Problems(office.catalog), rate=rate)
        self._items = ItemCalls(office.db, office.items, zone, wake)
        self._warnings = WarningCalls(office.db, zone)
        self._matters = MatterCalls(
            db=office.db,
            tenders=office.tenders,
            policy=office.policy,
            catalog=office.catalog,
            zone=zone,
            wake=wake,
        )
        self._statistics = StatisticsCalls(office.db, office.statistics, zone)
        self._description = written()

    def hang(self, app: web.Application) -> None:
        """Serve the addresses below ``/api/v1``."""
        inside = web.Application(middlewares=[self._door.middleware])
        open_to, router = self._door.open_to, inside.router
        looking = open_to(ApiScope.SEE_WARNINGS, self._warnings.of_post)
        router.add_post("/items", open_to(ApiScope.SUBMIT, self._items.submit))
        router.add_get("/items", open_to(ApiScope.READ, self._items.mine), allow_head=False)
        router.add_get(r"/items/{id:\d{1,18}}", open_to(ApiScope.READ, self._items.show), allow_head=False)
        router.add_get("/posts/{code}/warnings", looking, allow_head=False)
        router.add_post("/tenders", open_to(ApiScope.TELL_MATTERS, self._matters.submit))
        router.add_get("/tenders", open_to(ApiScope.SEE_MATTERS, self._matters.list), allow_head=False)
        router.add_get("/tenders/{ref}", open_to(ApiScope.SEE_MATTERS, self._matters.show), allow_head=False)
        router.add_get("/statistics", open_to(ApiScope.SEE_STATISTICS, self._statistics.show), allow_head=False)
        router.add_get("/openapi.json", self._describe, allow_head=False)
        app.add_subapp(ROOT, inside)

    async def _describe(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._description, content_type="application/json")
