"""Laying leave that was asked for before those who may grant it: the unit's leaders, the office, later deputies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from messages.absences import Absence
from messages.notices import NewNotice
from messages.organisation.records import Role
from messages.store import absences, responsible, steering
from messages.store.absences import Waiting
from messages.store.database import Connection
from schedules.absences.telling import card_notice
from schedules.deputies import Rank, asked_first, ranks_of
from schedules.laying import lay, one_key
from schedules.tools import Tools
from schedules.workdays import WorkCalendar

_MAY: Final = (Role.LEADER, Role.OFFICE)


async def ask(tools: Tools, now: datetime) -> None:
    """Ask for each that is new, and ask deputies for what has waited too many working hours."""
    await lay(tools, _Desk(await tools.calendars.current()), now)


async def asked(conn: Connection, absence: Absence) -> Rank:
    """Who is asked first whether this is granted."""
    return asked_first(await _ranks(conn, absence.person_id, absence.path or "/"))


async def call_off(conn: Connection, absence: Absence, now: datetime) -> None:
    """Send no card any more of what was decided or taken back."""
    over = await responsible.over(conn, absence.path or "/", _MAY)
    keys = {f"{one_key(absence.key, deputy=deputy)}:{one.code}" for one in over for deputy in (False, True)}
    await steering.call_off(conn, sorted(keys), now)


async def _ranks(conn: Connection, person_id: int, path: str) -> list[Rank]:
    return ranks_of(await responsible.over(conn, path, _MAY), {person_id})


class _Desk:
    """Absences as they are laid before somebody, each by itself."""

    name = "absences"

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar

    async def unasked(self, conn: Connection, *, held: bool) -> list[Waiting]:
        return await absences.unasked(conn, held=held)

    async def shaken(self, conn: Connection, *, held: bool) -> list[Waiting]:
        return await absences.shaken(conn, held=held)

    async def asked_before(self, conn: Connection, at: datetime, *, held: bool) -> list[Waiting]:
        return await absences.asked_before(conn, at, held=held)

    async def ranks(self, conn: Connection, one: Waiting) -> Sequence[Rank]:
        return await _ranks(conn, one.person_id, one.path)

    async def notices(
        self, conn: Connection, some: Sequence[Waiting], code: str, now: datetime, *, deputy: bool
    ) -> list[NewNotice]:
        found = [await absences.find(conn, one.id) for one in some]
        return [card_notice(self._calendar, one, code, now, deputy=deputy) for one in found if one is not None]

    async def mark(self, conn: Connection, some: Sequence[Waiting], now: datetime, *, deputy: bool) -> None:
        await absences.mark(conn, [one.id for one in some], now, deputy=deputy)
