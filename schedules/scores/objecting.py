"""Objections of one office: the one place where they are made, answered and looked at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from messages import reasons, rights
from messages.drafting import digest_of
from messages.errors import CHANGED, DecidedBefore, NotFound, Outdated, Refused
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.records import Role
from messages.rights import Act
from messages.scores.objections import Objection, ObjectionEvent, ObjectionState, checked_points, text_of
from messages.scores.records import Entry, Statement, Uncounted
from messages.store import ledger, notices, objections, statements
from messages.store import rights as stored
from messages.store.columns import is_id
from messages.store.database import Connection, Database
from messages.text.phrase import phrase
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.deadlines import acknowledge_by
from schedules.policy import Policy
from schedules.scores.answerers import answerers, may_answer, stands_in_for
from schedules.scores.answering import Sweep, call_off, lines_of, meant, note
from schedules.scores.telling import answered_notice
from schedules.tools import Tools

OBJECT: Final = "object"
"""What the ledger calls a refused objection."""
_MISSING: Final = phrase("There is no such objection, or it is not open to you.")
_OWN: Final = phrase("Nobody answers the own objection: another administrator does, or who supervises you.")


class Objections:
    """All acts about objections, and what follows from them by itself.

    Each act is one transaction with its row of the ledger and what is told of it. All raise ``NotFound`` for what is
    not there or not open to the person, and ``NotEntitled`` for who may not do it; that is recorded.
    """

    def __init__(self, *, db: Database, policy: Policy, calendars: Calendars, zone: ZoneInfo, apart: Apart) -> None:
        """Go by ``policy`` on the official calendar, in the office's ``zone``; what is due is done ``apart``."""
        self._tools = Tools(db=db, policy=policy, calendars=calendars, zone=zone)
        self._apart = apart

    # Who objects

    async def to_object(self, statement_id: int, person_id: int, now: datetime) -> Statement:
        """A statement of the person's to which an objection is taken now.

        Raises ``Outdated`` where a later one was published, and ``Refused`` when its time is over.
        """
        async with self._tools.db.reading() as conn:
            statement = await statements.find(conn, statement_id) if is_id(statement_id) else None
            if statement is not None and statement.person.id == person_id:
                await self._check_taken(conn, statement, now)
                return statement
        await rights.record_refused(self._tools.db, person_id, OBJECT, now, statement=statement_id)
        raise NotFound(phrase("There is no such statement, or it is not yours."))

    async def _check_taken(self, conn: Connection, statement: Statement, now: datetime) -> None:
        newest = await statements.of_person(conn, statement.person.id, statement.closing.period)
        if newest is not None and newest.id != statement.id:
            raise Outdated(phrase("This period was computed anew: please object to the newest statement."))
        if self._tools.today(now) > statement.closing.object_by:
            day = statement.closing.object_by.isoformat()
            raise Refused(phrase("Objections to this statement were taken until {day}.", day=day))

    async def object(
        self, statement_id: int, entry: int | None, person_id: int, text: str, now: datetime, message: int | None = None
    ) -> Objection:
        """Object to the entry of a row of the ledger, or to the whole statement (None), with a reason.

        ``message`` is the message that was it. Raises as ``to_object``, and ``DecidedBefore`` where the person has
        objected to the same before.
        """
        text = text_of(text)
        statement = await self.to_object(statement_id, person_id, now)
        if entry is not None and entry not in lines_of(statement):
            raise NotFound(phrase("There is no such entry in this statement."))
        due_at = await self._due(now)
        async with self._tools.db.writing() as conn:
            before = await objections.objected(conn, statement_id)
            await self._check_taken(conn, statement, now)
            if entry in before:
                raise DecidedBefore(
                    phrase("You have objected to this already: the office answers each objection once.")
                )
            made = await objections.add(conn, statement_id, person_id, entry, text, now, due_at)
            await note(conn, made, ObjectionEvent.MADE, now, by=person_id, digest=digest_of({"text": text}))
            await reasons.stop(conn, person_id, now, message)
        return made

    async def _due(self, now: datetime) -> datetime:
        calendar = await self._tools.calendars.current()
        sent = now.astimezone(self._tools.zone)
        return acknowledge_by(calendar, self._tools.policy, sent, self._tools.policy.scores.answer_within)

    async def of_person(self, person_id: int, period: str) -> Sequence[Objection]:
        """What a person has said against the statements of a period, the oldest first."""
        async with self._tools.db.reading() as conn:
            return await objections.of_person(conn, person_id, period)

    # Who answers

    async def meant(self, objection: Objection) -> Entry | Uncounted | None:
        """What is meant, as its statement has it; None for the whole statement."""
        async with self._tools.db.reading() as conn:
            return await meant(conn, objection)

    async def answered_by(self, objection: Objection) -> Role | None:
        """In which role it is answered: by the office, or by who supervises its only administrator; None: by nobody."""
        async with self._tools.db.reading() as conn:
            return next((one.role for rank in await answerers(conn, objection.person_id) for one in rank), None)

    async def answers(self, person_id: int) -> bool:
        """Whether there may be objections that this person answers."""
        async with self._tools.db.reading() as conn:
            office = await rights.reach(conn, person_id, Act.CLOSE_SCORES)
            return bool(office) or await stands_in_for(conn, person_id) is not None

    async def find(self, objection_id: int, viewer_id: int, now: datetime) -> Objection:
        """An objection, for who has made it and for who may answer it."""
        async with self._tools.db.reading() as conn:
            objection = await _find(conn, objection_id)
        if objection.person_id != viewer_id:
            await self._entitle(objection, viewer_id, now)
        return objection

    async def to_answer(self, objection_id: int, version: int, person_id: int, now: datetime) -> Objection:
        """One that this person may answer now. Raises ``DecidedBefore``, and ``Outdated`` for another ``version``."""
        objection = await self.find(objection_id, person_id, now)
        await self._entitle(objection, person_id, now)
        _check_waits(objection, version)
        return objection

    async def waiting(self, viewer_id: int, now: datetime, page: int, *, size: int) -> tuple[Sequence[Objection], int]:
        """A page of those that this person may answer, what is due first; and how many there are."""
        async with self._tools.db.reading() as conn:
            only = await stands_in_for(conn, viewer_id)
        if only is None:
            await rights.entitle(self._tools.db, viewer_id, Act.CLOSE_SCORES, now)
        async with self._tools.db.reading() as conn:
            total = await objections.count_waiting(conn, viewer_id, only)
            some = await objections.waiting(conn, viewer_id, only, limit=size, offset=(page - 1) * size)
        return some, total

    async def seen(self, viewer_id: int, now: datetime, *, most: int) -> Sequence[Objection]:
        """Those that wait, and those answered late, of people whom the viewer supervises; at ``most`` so many.

        That they were looked at is recorded. What people wrote is not for who supervises them.
        """
        scope = await rights.entitle(self._tools.db, viewer_id, Act.SEE_SCORES, now)
        async with self._tools.db.reading() as conn:
            found = await objections.seen_in(conn, scope, most=most)
        await self._note_look(viewer_id, [one.code for one in found if one.person_id != viewer_id], now)
        return found

    async def _note_look(self, viewer_id: int, codes: Sequence[str], now: datetime) -> None:
        if codes:
            body: dict[str, Json] = {"what": "objections", "people": [*dict.fromkeys(codes)]}
            async with self._tools.db.writing() as conn:
                await ledger.append(conn, at=now, kind=Kind.RECORDS_VIEWED, person_id=viewer_id, body=body)

    async def of_period(self, period: str, viewer_id: int, now: datetime) -> Sequence[Objection]:
        """All objections to the statements of a period, the oldest first, for who may answer them."""
        await rights.entitle(self._tools.db, viewer_id, Act.CLOSE_SCORES, now)
        async with self._tools.db.reading() as conn:
            return await objections.of_period(conn, period)

    async def correct(
        self,
        objection_id: int,
        version: int,
        person_id: int,
        points: Decimal,
        why: str,
        now: datetime,
        message: int | None = None,
    ) -> Objection:
        """Give or take ``points``, as an entry of its own, with a reason; who has objected is told."""
        checked_points(points)
        return await self._answer(objection_id, version, person_id, points, why, now, message)

    async def refuse(
        self, objection_id: int, version: int, person_id: int, why: str, now: datetime, message: int | None = None
    ) -> Objection:
        """Leave it as it is, with a reason; who has objected is told."""
        return await self._answer(objection_id, version, person_id, None, why, now, message)

    async def _answer(
        self,
        objection_id: int,
        version: int,
        person_id: int,
        points: Decimal | None,
        why: str,
        now: datetime,
        message: int | None,
    ) -> Objection:
        why = reasons.reason_of(why)
        await self.to_answer(objection_id, version, person_id, now)
        async with self._tools.db.writing() as conn:
            objection = await objections.lock(conn, objection_id)
            if objection is None:
                raise NotFound(_MISSING)
            _check_waits(objection, version)
            state = ObjectionState.REFUSED if points is None else ObjectionState.CORRECTED
            decided = replace(objection, state=state, version=version + 1, decided_at=now, points=points, why=why)
            await objections.decide(conn, decided, person_id)
            await _record(conn, decided, person_id, now)
            await call_off(conn, objection, now)
            await reasons.stop(conn, person_id, now, message)
            decided = await _find(conn, objection_id)
            await notices.add(conn, answered_notice(decided, await meant(conn, decided), now))
        return decided

    async def _entitle(self, objection: Objection, person_id: int, now: datetime) -> None:
        about: dict[str, Json] = {"objection": objection.id}
        async with self._tools.db.reading() as conn:
            may = await may_answer(conn, objection.person_id, person_id)
        if not may:
            await rights.record_refused(self._tools.db, person_id, Act.CLOSE_SCORES.value, now, **about)
            raise NotFound(_MISSING)
        if objection.person_id == person_id:
            raise await rights.refuse(self._tools.db, person_id, Act.CLOSE_SCORES, now, _OWN, **about)

    # By itself

    async def sweep(self, now: datetime) -> None:
        """Ask the office about new objections, remind it, and tell of those that are overdue."""
        await Sweep(self._tools, self._apart, now).run()


async def _find(conn: Connection, objection_id: int) -> Objection:
    objection = await objections.find(conn, objection_id)
    if objection is None:
        raise NotFound(_MISSING)
    return objection


def _check_waits(objection: Objection, version: int) -> None:
    name = objection.decider or ""
    if objection.state is ObjectionState.CORRECTED:
        raise DecidedBefore(phrase("{name} has corrected this already.", name=name))
    if objection.state is ObjectionState.REFUSED:
        raise DecidedBefore(phrase("{name} has answered this already.", name=name))
    if objection.version != version:
        raise Outdated(CHANGED)


async def _record(conn: Connection, decided: Objection, by: int, now: datetime) -> None:
    """The answer; a correction is an entry of its own, by an event of its own."""
    corrected = decided.points is not None
    event = ObjectionEvent.CORRECTED if corrected else ObjectionEvent.REFUSED
    await note(conn, decided, event, now, by=by, why=decided.why)
    if corrected:
        body: dict[str, Json] = {
            "period": decided.period,
            "statement": decided.statement_id,
            "event": decided.entry,
            "points": f"{decided.points:f}",
            "why": decided.why,
            "by": await stored.person_code(conn, by),
            "objection": decided.id,
        }
        await ledger.append(conn, at=now, kind=Kind.SCORE_CORRECTED, person_id=decided.person_id, body=body)
