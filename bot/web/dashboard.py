"""The dashboard: put together from its sections, and hung below ``/web`` of the service's own server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from bot.office import Office
from bot.web.campaigns import CampaignPages
from bot.web.entrance import Entrance
from bot.web.exporting import ExportPages
from bot.web.forecast import ForecastPage
from bot.web.guard import Guard
from bot.web.hosts import names_of
from bot.web.importing import ImportPages
from bot.web.ledger import LedgerPage
from bot.web.live import Live
from bot.web.notices import NoticePages
from bot.web.organisation import OrganisationPages
from bot.web.pages import ROOT, Pages, Static
from bot.web.reception import Reception
from bot.web.records import RecordPages
from bot.web.register import RegisterPages
from bot.web.scores import ScorePages
from bot.web.seals import Seals, key_of
from bot.web.statistics import StatisticsPages
from bot.web.statistics_exports import StatisticsExports
from bot.web.steering import SteeringPages
from bot.web.tenders import TenderPages
from bot.web.warnings import WarningPages
from schedules.figures import Counting


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the dashboard works with; ``wake`` tells the planner and the sender of work."""

    office: Office
    counting: Counting
    wake: Callable[[], None]


class _Section(Protocol):
    """Pages that belong together."""

    def routes(self) -> list[web.RouteDef]:
        """Their addresses."""
        ...


def _reception_of(office: Office, static: Static) -> Reception:
    settings = office.settings
    public = urlsplit(str(settings.public_url or ""))
    return Reception(
        db=office.db,
        clock=office.clock,
        pages=Pages(office.catalog, settings.zone, static, public.path.rstrip("/")),
        seals=Seals(key_of(settings)),
        guard=Guard(names_of(settings)),
        secure=public.scheme == "https",
    )


class Dashboard:
    """All the pages."""

    def __init__(self, tools: Tools) -> None:
        """Nothing is served before ``hang``."""
        self._tools = tools
        self._static = Static()
        self._reception = _reception_of(tools.office, self._static)
        self._live = Live(self._reception, tools.office.db)
        self._forecast = self._forecast_page()
        self._organisation = OrganisationPages(self._reception, tools.office.db)
        self._sections = (
            Entrance(self._reception, tools.office.db),
            *self._of_notices(),
            *self._of_oversight(),
            *self._of_evaluation(),
            *self._of_people(),
        )

    def _forecast_page(self) -> ForecastPage:
        office = self._tools.office
        return ForecastPage(
            self._reception,
            office.db,
            renderer=office.renderer,
            calendars=office.calendars,
            policy=office.policy,
            zone=office.settings.zone,
        )

    def _of_notices(self) -> tuple[_Section, ...]:
        tools, office, reception = self._tools, self._tools.office, self._reception
        notices = NoticePages(reception, office.db, renderer=office.renderer, counting=tools.counting, live=self._live)
        steering = SteeringPages(
            reception, office.db, notices, policy=office.policy, calendars=office.calendars, wake=tools.wake
        )
        exports = ExportPages(reception, office.db, notices, counting=tools.counting, zone=office.settings.zone)
        return notices, steering, exports, self._forecast

    def _of_oversight(self) -> tuple[_Section, ...]:
        """Warnings, items and matters; and the risks that they are about."""
        office, reception = self._tools.office, self._reception
        return (
            WarningPages(reception, office.db, office.items),
            TenderPages(reception, office, self._tools.wake),
            RegisterPages(reception, office.db, office.policy),
            CampaignPages(reception, office.campaigns),
        )

    def _of_evaluation(self) -> tuple[_Section, ...]:
        office, reception = self._tools.office, self._reception
        db, zone = office.db, office.settings.zone
        return (
            StatisticsPages(reception, db, office.statistics, zone),
            StatisticsExports(reception, db, office.statistics, zone),
            ScorePages(reception, db, scores=office.scores, objections=office.objections, renderer=office.renderer),
            LedgerPage(reception, db),
        )

    def _of_people(self) -> tuple[_Section, ...]:
        office, db, reception = self._tools.office, self._tools.office.db, self._reception
        return (
            self._organisation,
            RecordPages(reception, db, office.policy.legal_bases),
            ImportPages(reception, db, default_language=office.settings.locale),
        )

    def hang(self, app: web.Application) -> None:
        """Serve the pages below ``/web``."""
        inside = web.Application(middlewares=[self._reception.middleware])
        inside.router.add_get("/static/{name}", self._static.serve)
        for section in self._sections:
            inside.add_routes(section.routes())
        inside.on_shutdown.append(self._stop)
        inside.on_cleanup.append(self._close)
        for address in ("/", ROOT):  # before what is below: it would answer for its own beginning that nothing is there
            app.router.add_get(address, self._begin)
        app.add_subapp(ROOT, inside)

    async def _begin(self, _request: web.Request) -> web.Response:
        return self._reception.go("/")

    async def _stop(self, _app: web.Application) -> None:
        await self._live.stop()

    async def _close(self, _app: web.Application) -> None:
        await self._forecast.sizes.close()
        await self._organisation.lost.close()
