"""Absences of one office: the one place where leave is asked for, entered, granted, taken back and looked at."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from messages import rights
from messages.absences import LIVE, Absence, AbsencePage, AbsenceState
from messages.absences_read import AbsenceRow
from messages.notices import Json
from messages.rights import Act
from messages.store import absences
from messages.store.database import Database
from schedules.absences import asking, deciding, importing
from schedules.absences.deciding import Entered, Wanted
from schedules.absences.entitling import found, may_grant, missing, sees
from schedules.absences.importing import Imported
from schedules.absences.noting import note_look
from schedules.absences.telling import card
from schedules.calendars import Calendars
from schedules.policy import Policy
from schedules.tools import Along, Tools

PAGE: Final = 8
_OWN: Final = 12
"""So many of the own absences are shown."""


class Absences:
    """Leave, as everybody sees and decides it."""

    def __init__(self, *, db: Database, policy: Policy, calendars: Calendars, zone: ZoneInfo) -> None:
        """Days are those of the office's ``zone``."""
        self._tools = Tools(db=db, policy=policy, calendars=calendars, zone=zone)

    async def ask(self, wanted: Wanted, now: datetime, along: Along | None = None) -> tuple[Absence, tuple[str, ...]]:
        """Ask for leave; gives it, and the names of those who are asked first, none where nobody can be.

        Raises ``Refused``.
        """
        absence = await deciding.ask(self._tools, wanted, now, along)
        async with self._tools.db.reading() as conn:
            return absence, tuple(one.name for one in await asking.asked(conn, absence))

    async def check(self, wanted: Wanted, now: datetime) -> None:
        """Raises ``Refused`` for days that cannot be asked for."""
        await deciding.check(self._tools, wanted, now)

    async def enter(self, wanted: Wanted, by: int | None, now: datetime) -> Entered:
        """Enter leave of somebody as who may grant it, or (None) as the operator."""
        return await deciding.enter(self._tools, wanted, by, now)

    async def import_rows(
        self, rows: Sequence[AbsenceRow], by: int | None, now: datetime, *, dry_run: bool
    ) -> Imported:
        """Enter the rows of a file, all or none; raises ``Refused`` with each fault."""
        return await importing.import_rows(self._tools, rows, by, now, dry_run=dry_run)

    async def grant(self, absence_id: int, version: int, by: int, now: datetime) -> Absence:
        """Grant what was asked for, as it was seen."""
        return await deciding.grant(self._tools, absence_id, version, by, now)

    async def refuse(
        self, absence_id: int, version: int, by: int, why: str, now: datetime, message_id: int | None = None
    ) -> Absence:
        """Do not grant it, for a reason."""
        return await deciding.refuse(self._tools, absence_id, version, by, why, now, message_id)

    async def take_back(
        self, absence_id: int, by: int | None, now: datetime, last: date | None = None
    ) -> tuple[Absence, ...]:
        """Take it back, all of it or the days after ``last``; gives it, and what of it stays granted."""
        return await deciding.take_back(self._tools, absence_id, by, now, last)

    # Looking

    async def of(self, absence_id: int, viewer_id: int) -> Absence:
        """An absence, for its person and for who may grant it. Raises ``NotFound``."""
        async with self._tools.db.reading() as conn:
            absence = await found(conn, absence_id)
            if not await sees(conn, absence, viewer_id):
                raise missing()
        return absence

    async def may_grant(self, absence: Absence, person_id: int) -> bool:
        """Whether this waits for a decision that this person may make."""
        async with self._tools.db.reading() as conn:
            return absence.waits and await may_grant(conn, absence.person_id, absence.path, person_id)

    async def own(self, person_id: int) -> tuple[Absence, ...]:
        """A person's own absences, the last days first."""
        async with self._tools.db.reading() as conn:
            return await absences.of_person(conn, person_id, limit=_OWN)

    async def waiting(self, person_id: int, number: int, now: datetime, *, size: int = PAGE) -> AbsencePage:
        """A page of what waits for this person's decision. Raises ``NotEntitled`` for who decides nothing."""
        scope = await rights.entitle(self._tools.db, person_id, Act.GRANT_ABSENCE, now)
        states = (AbsenceState.ASKED,)
        async with self._tools.db.reading() as conn:
            return await absences.page_in(conn, scope, states=states, but=person_id, number=number, size=size)

    async def list(self, person_id: int, number: int, now: datetime, *, size: int = PAGE) -> AbsencePage:
        """A page of leave asked for and granted, from today on, of people whose leave this person may grant.

        That it was looked at is recorded, and those who are on it can see it.
        """
        scope, today = await rights.entitle(self._tools.db, person_id, Act.GRANT_ABSENCE, now), self._tools.today(now)
        async with self._tools.db.reading() as conn:
            page = await absences.page_in(
                conn, scope, states=LIVE, but=person_id, since=today, number=number, size=size
            )
        if page.absences:
            async with self._tools.db.writing() as conn:
                await note_look(conn, page, person_id, now)
        return page

    async def card(self, absence: Absence) -> dict[str, Json]:
        """What the template ``absence_card`` shows of an absence."""
        return card(await self._tools.calendars.current(), absence, deputy=False)

    # By itself

    async def sweep(self, now: datetime) -> None:
        """What waits is laid before those who may grant it, found by state."""
        await asking.ask(self._tools, now)
