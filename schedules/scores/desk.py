"""Scores of one office: the one place where they are computed, closed, computed anew and looked at."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from messages.scores.records import (
    Closed,
    Closing,
    PastScore,
    RankingSwitch,
    Recomputed,
    Score,
    Statement,
    UnitScores,
)
from messages.store.database import Database
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.policy import Policy
from schedules.tools import Tools


class Scores:
    """All acts about scores, and what follows of them by itself.

    A period is given by its label, such as ``2026-10``; another text is ``Refused``, and so is a period of which there
    are no rules. ``NotEntitled`` is raised for who may not do it (that is recorded), ``NotFound`` for a period or a
    statement that is not there.
    """

    def __init__(self, *, db: Database, policy: Policy, calendars: Calendars, zone: ZoneInfo, apart: Apart) -> None:
        """Go by ``policy``, in the office's ``zone``; what is due is done ``apart`` from other things."""
        self._tools = Tools(db=db, policy=policy, calendars=calendars, zone=zone)
        self._apart = apart

    # Looking

    async def of(self, person_id: int, period: str | None, viewer_id: int, now: datetime) -> Score:
        """A person's score of a period (None: the present one), for the person and for who supervises the person.

        A look at somebody else's is recorded.
        """
        raise NotImplementedError

    async def periods(self, now: datetime) -> Sequence[str]:
        """The labels of the periods that have rules, the present one first."""
        raise NotImplementedError

    async def history(self, person_id: int, now: datetime, *, most: int) -> Sequence[PastScore]:
        """What the last periods came to for a person, at ``most`` so many, the oldest first, the present one last."""
        raise NotImplementedError

    async def statement(self, statement_id: int, viewer_id: int, now: datetime) -> Statement:
        """A statement, for the person and for who supervises the person; a look at somebody else's is recorded."""
        raise NotImplementedError

    async def closings(self) -> Sequence[Closing]:
        """The periods that were closed, the newest first, each revision apart."""
        raise NotImplementedError

    async def units(self, period: str | None, viewer_id: int, now: datetime) -> UnitScores:
        """The units of a closed period (None: the one closed last) in the viewer's scope, by name."""
        raise NotImplementedError

    # The office

    async def close(self, period: str, person_id: int, now: datetime) -> Closed:
        """Close a period that is over: a statement for everybody. One that was ended midway is finished.

        Raises ``Refused`` before the period's end, while the ledger is behind, and for a period that is closed.
        """
        raise NotImplementedError

    async def recompute(self, period: str, person_id: int, why: str, now: datetime, *, dry: bool) -> Recomputed:
        """Compute a closed period anew, by the policy's present rules and all that the ledger says by now.

        ``dry`` only shows the difference; otherwise it is a revision, and whose total is another is told.
        """
        raise NotImplementedError

    async def ranking(self, period: str | None, viewer_id: int, now: datetime) -> UnitScores:
        """The same units as ``units``, the highest points per person first. Raises ``Refused`` while it is off."""
        raise NotImplementedError

    async def ranking_switch(self) -> RankingSwitch:
        """Whether units are ranked."""
        raise NotImplementedError

    async def switch_ranking(self, *, on: bool, person_id: int, now: datetime) -> RankingSwitch:
        """Turn the ranking on or off; who does so has seen ``RANKING_NOTICE``. It is recorded."""
        raise NotImplementedError

    # By itself

    async def sweep(self, now: datetime) -> None:
        """Have the rules of a period that has begun hold for it."""
        del now
