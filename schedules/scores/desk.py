"""Scores of one office: the one place where they are computed, closed, computed anew and looked at."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from messages.scores.periods import Period
from messages.scores.records import (
    Closed,
    Closing,
    PastScore,
    Recomputed,
    Rules,
    Score,
    Statement,
)
from messages.scores.units import RankingSwitch, UnitScores
from messages.store import score_events, statements
from messages.store.database import Database
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.policy import Policy
from schedules.scores import adopting, closing, looking, ranking, recomputing
from schedules.tools import Tools


class Scores:
    """All acts about scores, and what follows of them by itself.

    A period is given by its label, such as ``2026-10``; another text is ``Refused``, and so is a period of which there
    are no rules. ``NotEntitled`` is raised for who may not do it (that is recorded), ``NotFound`` for a period or a
    statement that is not there. A viewer None is the operator at the command line, who is asked for no right.
    """

    def __init__(self, *, db: Database, policy: Policy, calendars: Calendars, zone: ZoneInfo, apart: Apart) -> None:
        """Go by ``policy``, in the office's ``zone``; what is due is done ``apart`` from other things."""
        self._tools = Tools(db=db, policy=policy, calendars=calendars, zone=zone)
        self._apart = apart
        self._held: Period | None = None

    # Looking

    async def of(self, person_id: int, period: str | None, viewer_id: int | None, now: datetime) -> Score:
        """A person's score of a period (None: the present one), for the person and for who supervises the person.

        A look at somebody else's is recorded.
        """
        return await looking.of(self._tools, person_id, period, viewer_id, now)

    async def periods(self, now: datetime) -> Sequence[str]:
        """The labels of the periods that have rules, the present one first."""
        async with self._tools.db.reading() as conn:
            return await looking.periods(conn, self._tools, now)

    async def history(self, person_id: int, now: datetime, *, most: int) -> Sequence[PastScore]:
        """What the last periods came to for a person, at ``most`` so many, the oldest first, the present one last."""
        return await looking.history(self._tools, person_id, now, most)

    async def statement(self, statement_id: int, viewer_id: int | None, now: datetime) -> Statement:
        """A statement, for the person and for who supervises the person; a look at somebody else's is recorded."""
        return await looking.statement(self._tools, statement_id, viewer_id, now)

    async def rules(self, period: str | None, now: datetime) -> Rules:
        """The rules of a period (None: the present one)."""
        async with self._tools.db.reading() as conn:
            return (await adopting.which(conn, self._tools, period, now))[1]

    async def closings(self) -> Sequence[Closing]:
        """The periods that were closed, the newest first, each revision apart."""
        async with self._tools.db.reading() as conn:
            return await statements.every(conn)

    async def units(self, period: str | None, viewer_id: int | None, now: datetime) -> UnitScores:
        """The units of a closed period (None: the one closed last) in the viewer's scope, by name."""
        return await ranking.units(self._tools, period, viewer_id, now)

    # The office

    async def close(self, period: str, person_id: int, now: datetime) -> Closed:
        """Close a period that is over: a statement for everybody. One that was ended midway is finished.

        Raises ``Refused`` before the period's end, while the ledger is behind, and for a period that is closed.
        """
        return await closing.close(self._tools, period, person_id, now)

    async def recompute(self, period: str, person_id: int, why: str, now: datetime, *, dry: bool) -> Recomputed:
        """Compute a closed period anew, by the policy's present rules and all that the ledger says by now.

        ``dry`` only shows the difference; otherwise it is a revision, and whose total is another is told.
        """
        return await recomputing.recompute(self._tools, period, person_id, why, now, dry=dry)

    async def ranking(self, period: str | None, viewer_id: int | None, now: datetime) -> UnitScores:
        """The same units as ``units``, the highest points per person first. Raises ``Refused`` while it is off."""
        return await ranking.ranked(self._tools, period, viewer_id, now)

    async def ranking_switch(self) -> RankingSwitch:
        """Whether units are ranked."""
        async with self._tools.db.reading() as conn:
            return await score_events.ranking(conn)

    async def switch_ranking(self, *, on: bool, person_id: int, now: datetime) -> RankingSwitch:
        """Turn the ranking on or off; who does so has seen ``RANKING_NOTICE``. It is recorded."""
        return await ranking.switch(self._tools, person_id, now, on=on)

    # By itself

    async def sweep(self, now: datetime) -> None:
        """Have the rules of a period that has begun hold for it."""
        if self._held is None or self._held.after <= self._tools.today(now):
            with self._apart.doing("the rules of a period"):
                self._held = await adopting.adopt(self._tools, now)
