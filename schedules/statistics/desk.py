"""Statistics of one office: the one place where they are looked at and kept current."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from messages.notices import Category
from messages.scores.periods import Period, PeriodKind
from messages.statistics import ALL, CategoryLine, Chosen, DayLine, Overview, PeoplePage, Summary, UnitLine
from messages.store.database import Database
from schedules.clock import Clock
from schedules.statistics import looking, persons, recounting, verifying
from schedules.statistics.keeping import Keeping
from schedules.statistics.own_days import Stepping
from schedules.statistics.recounting import Recounted
from schedules.statistics.verifying import Verified


class Statistics:
    """What notices have come to, for those who look after units.

    A viewer is a person's id, or None for the operator, who sees everything. What is looked at is ``chosen``: a unit
    with all below it, a category; otherwise all that the viewer may see. All raise ``NotFound`` for a unit that is not
    there, and ``NotEntitled`` for who sees no statistics, or not of this unit; that is recorded.
    """

    def __init__(self, *, db: Database, zone: ZoneInfo, clock: Clock, stepping: Stepping) -> None:
        """The days are those of the office's ``zone``; ``clock`` measures how long counting takes.

        Who was told late is judged by the own day, which ``stepping`` finds.
        """
        self._db = db
        self._zone = zone
        self._clock = clock
        self._stepping = stepping
        self._keeping = Keeping(db=db, zone=zone, clock=clock, stepping=stepping)

    async def sweep(self, now: datetime) -> bool:
        """Count what has changed up to ``now``; gives whether there is more to do at once."""
        return await self._keeping.sweep(now)

    async def verify(self, now: datetime) -> Verified:
        """Compare all that was counted with a recount: of a million deliveries that takes some seconds."""
        return await verifying.verify(self._db, self._zone, self._clock, self._stepping, now)

    async def recount(self) -> Recounted:
        """Mend the sums at once, and have every notice counted anew by whoever plans, in steps."""
        return await recounting.recount(self._db)

    def period(self, kind: PeriodKind, now: datetime) -> Period:
        """The present period of a kind."""
        return Period.of(kind, now.astimezone(self._zone).date())

    async def overview(self, viewer: int | None, period: Period, now: datetime, *, chosen: Chosen = ALL) -> Overview:
        """A period beside the one before it, and how things stand at this moment."""
        return await looking.overview(self._db, viewer, period, now, chosen)

    async def units(
        self, viewer: int | None, period: Period, now: datetime, *, chosen: Chosen = ALL
    ) -> tuple[UnitLine, ...]:
        """Every unit that notices told or asked somebody in, with those above it, in the order of the tree."""
        return await looking.units(self._db, viewer, period, now, chosen)

    async def periods(
        self, viewer: int | None, upto: Period, now: datetime, *, count: int = 12, chosen: Chosen = ALL
    ) -> tuple[Summary, ...]:
        """Up to ``count`` periods of one kind, the last is ``upto``; in order."""
        return await looking.periods(self._db, viewer, upto, now, count, chosen)

    async def categories(
        self, viewer: int | None, period: Period, now: datetime, *, chosen: Chosen = ALL
    ) -> tuple[CategoryLine, ...]:
        """Each category of work, also one of which there was nothing."""
        return await looking.categories(self._db, viewer, period, now, chosen)

    async def year(
        self, viewer: int | None, year: int, now: datetime, *, chosen: Chosen = ALL
    ) -> Mapping[date, DayLine]:
        """The days of a year on which notices were sent, in order."""
        return await looking.year(self._db, viewer, year, now, chosen)

    async def people(
        self,
        viewer: int | None,
        unit_id: int,
        period: Period,
        now: datetime,
        *,
        page: int = 1,
        category: Category | None = None,
    ) -> PeoplePage:
        """The people of one unit by what a period's notices have come to for them; that somebody looked is recorded.

        Deliveries that are in the archive are not told apart by person: only posts asked are counted of them.
        """
        return await persons.page(
            self._db, self._stepping, viewer, unit_id, period, now, number=page, category=category
        )
