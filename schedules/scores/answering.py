"""The office's side of objections: laying them before administrators, and what follows where nobody answers in time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from messages.ledger import Kind
from messages.notices import Json, NewNotice
from messages.scores.objections import Objection, ObjectionEvent
from messages.scores.records import Entry, Statement, Uncounted
from messages.store import ledger, notices, objections, statements, steering
from messages.store import rights as stored
from messages.store.database import Connection
from schedules.apart import Apart
from schedules.deadlines import local_instant
from schedules.deputies import Rank
from schedules.laying import lay, one_key
from schedules.scores.answerers import answerers
from schedules.scores.telling import asked_notice, late_notice, waiting_notice
from schedules.tools import Tools

_REMINDED_BEFORE: Final = 1
"""Working days before the day by which an objection is to be answered, in the morning."""


async def meant(conn: Connection, objection: Objection) -> Entry | Uncounted | None:
    """What is meant, as its statement has it: an entry, or what has none; None for the whole statement."""
    statement = await statements.find(conn, objection.statement_id) if objection.entry is not None else None
    return lines_of(statement).get(objection.entry) if statement and objection.entry is not None else None


def lines_of(statement: Statement) -> dict[int, Entry | Uncounted]:
    """What a statement speaks of, by the ledger's rows: entries, and what has none."""
    return {one.event: one for one in statement.scored.entries} | {one.event: one for one in statement.scored.uncounted}


async def note(
    conn: Connection, objection: Objection, event: ObjectionEvent, now: datetime, *, by: int | None, **more: Json
) -> None:
    """Record what happened to an objection, about who has made it; ``by`` whom, None for what follows by itself.

    The ledger does not say what the person wrote, but holds it to that by a digest.
    """
    body: dict[str, Json] = {
        "event": event.value,
        "objection": objection.id,
        "statement": objection.statement_id,
        "period": objection.period,
        "entry": objection.entry,
        "by": await stored.person_code(conn, by) if by is not None else None,
        **more,
    }
    await ledger.append(conn, at=now, kind=Kind.OBJECTION, person_id=objection.person_id, body=body)


async def call_off(conn: Connection, objection: Objection, now: datetime) -> None:
    """Send no card any more of an objection that was answered."""
    asked = one_key(objection.key, deputy=False)
    people = [one for rank in await answerers(conn, objection.person_id) for one in rank]
    await steering.call_off(conn, [f"{asked}:{one.code}" for one in people], now)


class _Desk:
    """Objections as they are laid before the office: all of it is asked at once, so nobody is a deputy."""

    name = "objections"

    async def unasked(self, conn: Connection, *, held: bool) -> list[Objection]:
        return await objections.unasked(conn, held=held)

    async def shaken(self, conn: Connection, *, held: bool) -> list[Objection]:
        return await objections.shaken(conn, held=held)

    async def asked_before(self, conn: Connection, at: datetime, *, held: bool) -> list[Objection]:
        del conn, at, held
        return []

    async def ranks(self, conn: Connection, one: Objection) -> Sequence[Rank]:
        return await answerers(conn, one.person_id)

    async def notices(
        self, conn: Connection, some: Sequence[Objection], code: str, now: datetime, *, deputy: bool
    ) -> list[NewNotice]:
        del deputy
        return [asked_notice(one, await meant(conn, one), code, now) for one in some]

    async def mark(self, conn: Connection, some: Sequence[Objection], now: datetime, *, deputy: bool) -> None:
        del deputy
        await objections.mark(conn, [one.id for one in some], "asked_at", now)


class Sweep:
    """What follows of objections by itself. All is found by state, and each thing done once, whenever a pass comes."""

    def __init__(self, tools: Tools, apart: Apart, now: datetime) -> None:
        """What is due at ``now``."""
        self._tools = tools
        self._apart = apart
        self._now = now

    async def run(self) -> None:
        """Ask who was not asked, remind of what is due soon, tell of what is overdue."""
        async with self._tools.db.reading() as conn:
            if not await objections.count_waiting(conn, None):
                return
        with self._apart.doing("objections that the office is asked about"):
            await lay(self._tools, _Desk(), self._now)
        with self._apart.doing("objections that are due soon"):
            await self._remind()
        with self._apart.doing("objections that are overdue"):
            await self._tell_late()

    async def _remind(self) -> None:
        """What is overdue by now is told as that."""
        async with self._tools.db.writing() as conn:
            open_ = await objections.unreminded(conn)
            some = [one for one in open_ if self._reminded_at(one) <= self._now]
            await self._tell_office(conn, [one for one in some if one.due_at > self._now], late=False)
            await objections.mark(conn, [one.id for one in some], "reminded_at", self._now)

    def _reminded_at(self, objection: Objection) -> datetime:
        """In the morning of the working day before; one that was made later is not reminded of before the next pass."""
        due, zone = objection.due_at.astimezone(self._tools.zone), self._tools.zone
        day = self._tools.calendars.latest.add_workdays(due.date(), -_REMINDED_BEFORE)
        return local_instant(day, self._tools.policy.working_hours.start, zone)

    async def _tell_late(self) -> None:
        async with self._tools.db.writing() as conn:
            some = await objections.overdue(conn, self._now)
            await self._tell_office(conn, some, late=True)
            for one in some:
                await note(conn, one, ObjectionEvent.OVERDUE, self._now, by=None)
                await notices.add(conn, late_notice(one, self._now))
            await objections.mark(conn, [one.id for one in some], "overdue_at", self._now)

    async def _tell_office(self, conn: Connection, some: Sequence[Objection], *, late: bool) -> None:
        """Each administrator is told of those together that the administrator may answer."""
        by_code: dict[str, list[Objection]] = defaultdict(list)
        for one in some:
            for person in {
                person.code: person for rank in await answerers(conn, one.person_id) for person in rank
            }.values():
                by_code[person.code].append(one)
        for code, waiting in by_code.items():
            await notices.add(conn, waiting_notice(waiting, code, self._now, late=late))
