"""The dashboard: put together from its sections, and hung below ``/web`` of the service's own server."""

from collections.abc import Callable
from dataclasses import dataclass
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


class Dashboard:
    """All the pages."""

    def __init__(self, tools: Tools) -> None:
        """Nothing is served before ``hang``."""
        office = tools.office
        settings, db = office.settings, office.db
        public = urlsplit(str(settings.public_url or ""))
        static = Static()
        pages = Pages(office.catalog, settings.zone, static, public.path.rstrip("/"))
        self._reception = Reception(
            db=db,
            clock=office.clock,
            pages=pages,
            seals=Seals(key_of(settings)),
            guard=Guard(names_of(settings)),
            secure=public.scheme == "https",
        )
        self._static = static
        self._forecast = ForecastPage(
            self._reception,
            db,
            renderer=office.renderer,
            calendars=office.calendars,
            policy=office.policy,
            zone=settings.zone,
        )
        self._organisation = OrganisationPages(self._reception, db)
        self._live = Live(self._reception, db)
        notices = NoticePages(self._reception, db, renderer=office.renderer, counting=tools.counting, live=self._live)
        self._sections = (
            notices,
            SteeringPages(
                self._reception, db, notices, policy=office.policy, calendars=office.calendars, wake=tools.wake
            ),
            ExportPages(self._reception, db, notices, counting=tools.counting, zone=settings.zone),
            Entrance(self._reception, db),
            self._forecast,
            self._organisation,
            LedgerPage(self._reception, db),
            RecordPages(self._reception, db, office.policy.legal_bases),
            RegisterPages(self._reception, db, office.policy),
            CampaignPages(self._reception, office.campaigns),
            TenderPages(self._reception, office, tools.wake),
            ScorePages(
                self._reception, db, scores=office.scores, objections=office.objections, renderer=office.renderer
            ),
            StatisticsPages(self._reception, db, office.statistics, settings.zone),
            StatisticsExports(self._reception, db, office.statistics, settings.zone),
            WarningPages(self._reception, db, office.items),
            ImportPages(self._reception, db, default_language=settings.locale),
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
