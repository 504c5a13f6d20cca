"""The notices' pages: which there are, how one stands, and who stands how with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.web.chart import chart_of
from bot.web.live import Live
from bot.web.navigation import groups_for
from bot.web.reception import Reception, Visit
from messages import notice_views
from messages.deliveries import DeliveryState
from messages.figures import Figures, UnitFigures
from messages.notice_views import NoticesPage, Which
from messages.notices import Counts, Notice
from messages.pages import Page, part_of
from messages.rights import Act
from messages.store.database import Database
from messages.text.phrase import Phrase, phrase
from messages.text.rendering import Renderer
from schedules.figures import Counting
from schedules.possible import possible
from schedules.recaller import foreseen

NOTICE: Final = r"/notices/{notice:\d{1,18}}"
"""The address of one notice."""

_NOTICES: Final = 15
_UNITS: Final = 50
_PEOPLE: Final = 50
_LISTS: Final[dict[Which, Phrase]] = {
    Which.ALL: phrase("All"),
    Which.DELIVERED: phrase("Received"),
    Which.SILENT: phrase("Not acknowledged"),
    Which.ACKNOWLEDGED: phrase("Acknowledged"),
    Which.MISSED: phrase("Not reached"),
    Which.PASSED: phrase("Passed on"),
}
_OF_ANY_NOTICE: Final = (Which.ALL, Which.DELIVERED, Which.MISSED)
_STATES: Final[dict[DeliveryState, Phrase]] = {
    DeliveryState.SENDING: phrase("being sent"),
    DeliveryState.DELIVERED: phrase("delivered"),
    DeliveryState.UNREACHABLE: phrase("unreachable"),
    DeliveryState.UNCONFIRMED: phrase("unconfirmed"),
    DeliveryState.EXPIRED: phrase("expired"),
    DeliveryState.CANCELLED: phrase("cancelled"),
}
_WAITING: Final = phrase("waiting")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A notice in the list; ``counts`` is None while it is being counted for the first time.

    ``waits_until`` says when it goes out, where it waits for that.
    """

    notice: Notice
    title: str
    counts: Counts | None
    waits_until: datetime | None


class NoticePages:
    """Draws notices."""

    def __init__(
        self, reception: Reception, db: Database, *, renderer: Renderer, counting: Counting, live: Live
    ) -> None:
        """``counting`` says how notices stand; ``live`` tells pages that are open."""
        self._reception = reception
        self._db = db
        self._renderer = renderer
        self._counting = counting
        self._live = live

    def routes(self) -> list[web.RouteDef]:
        """The pages' addresses."""
        signed_in = self._reception.signed_in
        return [
            web.get("/", signed_in(self._list)),
            web.get("/live", signed_in(self._list_live)),
            web.get(NOTICE, signed_in(self.show)),
            web.get(f"{NOTICE}/live", signed_in(self._one_live)),
            web.get(rf"{NOTICE}/units/{{unit:\d{{1,18}}}}", signed_in(self._people)),
        ]

    async def _list(self, visit: Visit) -> web.Response:
        """The first page; who may see no notices begins where the navigation does."""
        if Act.SEE_NOTICES not in visit.viewer.acts:
            return self._reception.go(groups_for(visit.viewer.acts)[0].sections[0].address)
        return self._reception.answer(visit, "notices", section="notices", **await self._listed(visit))

    async def _list_live(self, visit: Visit) -> web.StreamResponse:
        return await self._live.tell(visit, "notices_live", self._listed)

    async def _listed(self, visit: Visit) -> dict[str, Any]:
        now = self._reception.clock.now()
        page = await notice_views.notices_of(self._db, visit.viewer.id, visit.count("page"), now, size=_NOTICES)
        counts = await self._counts(page)
        waits = await notice_views.waits(self._db, counts, now)
        lines = [
            Line(
                notice=notice,
                title=self.title(notice, visit.language),
                counts=counts.get(notice.id),
                waits_until=waits.get(notice.id),
            )
            for notice in page.items
        ]
        return {"lines": lines, "page": page, "now": now}

    async def _counts(self, page: NoticesPage) -> dict[int, Counts]:
        if page.scope.everything:
            return await self._counting.counts_of([notice.id for notice in page.items])
        found = [await self._counting.of(notice.id) for notice in page.items]
        return {one.notice_id: one.within(page.scope).counts for one in found if one.counted}

    def title(self, notice: Notice, language: str) -> str:
        """A notice's title in a language."""
        return self._renderer.title(notice.template, language, notice.title, **notice.params)

    async def deletable(self, notice: Notice, visit: Visit) -> Phrase:
        """What a recall of it can still delete."""
        return foreseen(await self._counting.of(notice.id), visit.now)

    async def show(self, visit: Visit, said: Phrase | None = None, refused: Phrase | None = None) -> web.Response:
        """One notice, with what has just been ``said`` of what was done about it, or why it was ``refused``."""
        shown = await self._shown(visit)
        return self._reception.answer(visit, "notice", section="notices", said=said, refused=refused, **shown)

    async def _one_live(self, visit: Visit) -> web.StreamResponse:
        return await self._live.tell(visit, "notice_live", self._shown)

    async def _shown(self, visit: Visit) -> dict[str, Any]:
        now = self._reception.clock.now()
        seen = await notice_views.notice_of(self._db, visit.viewer.id, visit.part("notice"), now)
        figures = (await self._counting.of(seen.notice.id)).within(seen.scope)
        return {
            "notice": seen.notice,
            "title": self.title(seen.notice, visit.language),
            "figures": figures,
            "counts": figures.counts,
            "waits_until": (await notice_views.waits(self._db, {seen.notice.id: figures.counts}, now)).get(
                seen.notice.id
            ),
            "missed": missed_of(figures.counts),
            "chart": chart_of(figures),
            "page": _units(figures, visit.count("page")),
            "partly": not seen.scope.everything,
            "now": now,
            "may": possible(seen.notice, figures, visit.viewer.acts, now),
        }

    async def _people(self, visit: Visit) -> web.Response:
        given = visit.word("which")
        which = Which(given) if given in set(Which) else Which.ALL
        ids = visit.part("notice"), visit.part("unit")
        found = await notice_views.people_of(
            self._db, visit.viewer.id, *ids, which, visit.count("page"), visit.now, size=_PEOPLE
        )
        return self._reception.answer(
            visit,
            "notice_people",
            section="notices",
            notice=found.notice,
            title=self.title(found.notice, visit.language),
            unit=found.unit,
            which=which,
            lists=_LISTS if found.notice.acknowledge else {key: _LISTS[key] for key in _OF_ANY_NOTICE},
            page=Page(rows=found.items, total=found.total, number=found.number, size=_PEOPLE),
            state_said=lambda state: _STATES.get(state, _WAITING),
        )


def missed_of(counts: Counts) -> int:
    """People whom a notice did not reach, however that came."""
    return counts.unreachable + counts.unconfirmed + counts.expired


def _units(figures: Figures, number: int) -> Page[UnitFigures]:
    """A page of the units, those first in which most posts are silent, or most people were missed."""
    ordered: Sequence[UnitFigures] = sorted(figures.units, key=lambda unit: (-unit.silent, -unit.missed, unit.path))
    return part_of(ordered, number, _UNITS)
