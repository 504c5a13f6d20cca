"""The pages of scores (积分): the own one, those of people whom one supervises, units by their rates, and the ranking.

A score is private to the person and to those who supervise the person. Ranking is off, unless the office turns it on
after having read why it should not.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.web.reception import Reception, Visit
from messages import rights
from messages.errors import NotFound
from messages.rights import Act
from messages.scores import supervised
from messages.scores.objections import objection_state_said, points_said
from messages.scores.periods import Period
from messages.scores.records import Entry, Uncounted
from messages.scores.sources import Named, names
from messages.scores.units import UnitScores
from messages.scores.words import kind_said, reason_said, why_said
from messages.searches import words_of
from messages.store.database import Database
from messages.text.rendering import Renderer
from schedules.scores.desk import Scores
from schedules.scores.objecting import Objections
from schedules.scores.ranking import RANKING_NOTICE

_PAST: Final = 12
_FOUND: Final = 50
_OBJECTIONS: Final = 100
_LONGEST_PERIOD: Final = 10

_SAYING: Final[Mapping[str, Any]] = {
    "kind_said": kind_said,
    "why_said": why_said,
    "reason_said": reason_said,
    "points_said": points_said,
    "objection_state_said": objection_state_said,
    "period_of": Period.read,
}
"""What the templates say things with."""


class ScorePages:
    """Draws scores for who may see them."""

    def __init__(
        self, reception: Reception, db: Database, *, scores: Scores, objections: Objections, renderer: Renderer
    ) -> None:
        """Everything is asked of ``scores`` and ``objections``; ``renderer`` knows what notices are called."""
        self._reception = reception
        self._db = db
        self._scores = scores
        self._objections = objections
        self._renderer = renderer

    def routes(self) -> list[web.RouteDef]:
        """The pages' addresses."""
        signed_in, posted = self._reception.signed_in, self._reception.posted
        return [
            web.get("/scores", signed_in(self._own)),
            web.get("/scores/people", signed_in(self._people)),
            web.get("/scores/people/{code}", signed_in(self._of_person)),
            web.get("/scores/objections", signed_in(self._objected)),
            web.get("/scores/units", signed_in(self._units)),
            web.get("/scores/ranking", signed_in(self._ranking)),
            web.post("/scores/ranking", posted(self._switch)),
        ]

    async def _own(self, visit: Visit) -> web.Response:
        return await self._person(visit, visit.viewer.id)

    async def _of_person(self, visit: Visit) -> web.Response:
        """Somebody's whom the reader supervises; that it was looked at is recorded."""
        async with self._db.reading() as conn:
            person_id = await rights.person_of(conn, visit.request.match_info["code"])
        return await self._person(visit, person_id)

    async def _person(self, visit: Visit, person_id: int) -> web.Response:
        score = await self._scores.of(person_id, self._period(visit), visit.viewer.id, visit.now)
        found: list[Entry | Uncounted] = [*score.scored.entries, *score.scored.uncounted]
        return self._answer(
            visit,
            "score",
            score=score,
            own=person_id == visit.viewer.id,
            reads_objections=person_id == visit.viewer.id or Act.CLOSE_SCORES in visit.viewer.acts,
            today=visit.now.astimezone(self._reception.pages.zone).date(),
            periods=[Period.read(label) for label in await self._scores.periods(visit.now)],
            objections=await self._objections.of_person(person_id, score.period.label),
            history=await self._scores.history(person_id, visit.now, most=_PAST),
            titles=await self._titles(found, visit.language),
        )

    async def _people(self, visit: Visit) -> web.Response:
        """People whom the reader supervises, by a part of the name or by the code."""
        words = words_of(visit.word("words"))
        found, total = await supervised.find(self._db, visit.viewer.id, words, visit.now, most=_FOUND)
        return self._answer(visit, "score_people", words=words, found=found, total=total)

    async def _objected(self, visit: Visit) -> web.Response:
        """Objections that wait or were answered late, without what people wrote: nobody lets one lie unseen."""
        found = await self._objections.seen(visit.viewer.id, visit.now, most=_OBJECTIONS)
        return self._answer(visit, "score_objections", found=found)

    async def _units(self, visit: Visit) -> web.Response:
        return await self._of_units(visit, "score_units", found=await self._closed(visit, self._scores.units))

    async def _ranking(self, visit: Visit) -> web.Response:
        """The units by their points, where that is on; and, for the office, the switch with what speaks against it."""
        await rights.entitle(self._db, visit.viewer.id, Act.SEE_SCORES, visit.now)
        switch = await self._scores.ranking_switch()
        found = await self._closed(visit, self._scores.ranking) if switch.on else None
        return await self._of_units(visit, "score_ranking", found=found, switch=switch, notice=RANKING_NOTICE)

    async def _switch(self, visit: Visit) -> web.Response:
        """Who turns it on has read the notice: it stands above the button."""
        await self._scores.switch_ranking(on=visit.form.get("on") == "yes", person_id=visit.viewer.id, now=visit.now)
        return self._reception.go("/scores/ranking")

    async def _closed(
        self, visit: Visit, look: Callable[[str | None, int, datetime], Awaitable[UnitScores]]
    ) -> UnitScores | None:
        """A closed period's units; None where no period is closed yet. Raises ``NotFound`` for one that is not."""
        label = self._period(visit)
        try:
            return await look(label, visit.viewer.id, visit.now)
        except NotFound:
            if label is not None:
                raise
            return None

    async def _of_units(self, visit: Visit, template: str, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        closings = await self._scores.closings()
        closed = list(dict.fromkeys(one.period for one in closings if one.ended_at is not None))
        return self._answer(
            visit, template, closings=closings, closed=closed, may_close=Act.CLOSE_SCORES in visit.viewer.acts, **values
        )

    async def _titles(self, some: Sequence[Entry | Uncounted], language: str) -> Mapping[int, str]:
        """What each came from is called, by its row of the ledger."""
        found = await names(self._db, some)
        return {event: self._title(named, language) for event, named in found.items()}

    def _title(self, named: Named, language: str) -> str:
        sent = named.notice
        if sent is None:
            return named.name or ""
        return self._renderer.title(sent.template, language, sent.title, **sent.params)

    @staticmethod
    def _period(visit: Visit) -> str | None:
        return visit.word("period", _LONGEST_PERIOD) or None

    def _answer(self, visit: Visit, template: str, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        supervises, sees_notices = (act in visit.viewer.acts for act in (Act.SEE_SCORES, Act.SEE_NOTICES))
        return self._reception.answer(
            visit,
            template,
            section="scores",
            supervises=supervises,
            sees_notices=sees_notices,
            now=visit.now,
            **_SAYING,
            **values,
        )
