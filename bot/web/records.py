"""The pages of records: looking up posts and units, one post, and who has looked at the reader's own."""

from typing import Any, Final

from aiohttp import web

from bot.web.reception import Reception, Visit
from bot.web.register import SAYING as POINTS_SAID
from messages import looks, lookup
from messages.items.records import grade_said
from messages.looks import as_said, what_said
from messages.register import point_views
from messages.register.bases import Bases
from messages.searches import words_of
from messages.store.database import Database
from messages.store.visibility import UnitFound
from messages.warnings import views
from messages.warnings.awaited import days_of, happened_said, step_said
from messages.warnings.records import warning_state_said
from messages.warnings.views import rising_said

_FOUND: Final = 30
_POSTS: Final = 50
_WARNINGS: Final = 10
_POINTS: Final = 20
_LOOKS: Final = 30

SAYING: Final = {
    "grade_said": grade_said,
    "state_said": warning_state_said,
    "happened_said": happened_said,
    "step_said": step_said,
    "days_of": days_of,
    "rising_said": rising_said,
}
"""What templates of warnings say things with."""


class RecordPages:
    """Draws what is open to the reader of posts and units; each look at another's record is recorded."""

    def __init__(self, reception: Reception, db: Database, bases: Bases) -> None:
        """Everything is asked of ``db`` anew; ``bases`` are what risk points may cite."""
        self._reception = reception
        self._db = db
        self._bases = bases

    def routes(self) -> list[web.RouteDef]:
        """The pages' addresses."""
        signed_in = self._reception.signed_in
        return [
            web.get("/lookup", signed_in(self._look_up)),
            web.get(r"/lookup/units/{unit:\d{1,18}}", signed_in(self._unit)),
            web.get("/posts/{code}", signed_in(self._post)),
            web.get("/who-saw-me", signed_in(self._who_saw_me)),
        ]

    async def _look_up(self, visit: Visit) -> web.Response:
        words = words_of(visit.word("words"))
        if not words:
            own = await lookup.own(self._db, visit.viewer.id)
            return self._answer(visit, "lookup", "lookup", words=words, page=None, units=(), posts=own)
        page = await lookup.look_up(self._db, visit.viewer.id, words, visit.count("page"), size=_FOUND)
        units = [one for one in page.rows if isinstance(one, UnitFound)]
        posts = [one for one in page.rows if not isinstance(one, UnitFound)]
        return self._answer(visit, "lookup", "lookup", words=words, page=page, units=units, posts=posts)

    async def _unit(self, visit: Visit) -> web.Response:
        number = visit.count("page")
        card = await lookup.unit(self._db, visit.viewer.id, visit.part("unit"), number, visit.now, size=_POSTS)
        return self._answer(visit, "lookup_unit", "lookup", card=card)

    async def _post(self, visit: Visit) -> web.Response:
        code, number = visit.request.match_info["code"], visit.count("page")
        record = await views.of_post(self._db, visit.viewer.id, code, number, visit.now, size=_WARNINGS)
        register = await point_views.of_post(
            self._db,
            visit.viewer.id,
            record.post,
            visit.count("points"),
            visit.now,
            bases=self._bases,
            size=_POINTS,
        )
        return self._answer(visit, "post", "lookup", record=record, register=register, **POINTS_SAID)

    async def _who_saw_me(self, visit: Visit) -> web.Response:
        page = await looks.of_person(self._db, visit.viewer.id, visit.count("page"), visit.now, size=_LOOKS)
        return self._answer(visit, "who_saw_me", "looks", page=page, as_said=as_said, what_said=what_said)

    def _answer(self, visit: Visit, template: str, section: str, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        return self._reception.answer(visit, template, section=section, now=visit.now, **SAYING, **values)
