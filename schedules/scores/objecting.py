"""Objections of one office: the one place where they are made, answered and looked at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from messages import reasons, rights
from messages.errors import CHANGED, DecidedBefore, NotEntitled, NotFound, Outdated, Refused
from messages.ledger import Kind
from messages.notices import Json
from messages.rights import Act
from messages.scores.objections import Objection, ObjectionEvent, ObjectionState, checked_points, text_of
from messages.scores.records import Statement
from messages.store import ledger, notices, objections
from messages.store import rights as stored
from messages.store.database import Connection
from messages.text.phrase import phrase
from schedules.apart import Apart
from schedules.deadlines import acknowledge_by
from schedules.scores.answering import Sweep, call_off, note
from schedules.scores.desk import Scores
from schedules.scores.telling import answered_notice
from schedules.tools import Tools

_MISSING: Final = phrase("There is no such objection, or it is not open to you.")
_OWN: Final = phrase("Nobody answers the own objection: another administrator does.")


class Objections:
    """All acts about objections, and what follows from them by itself.

    Each act is one transaction with its row of the ledger and what is told of it. All raise ``NotFound`` for what is not
    there or not open to the person, and ``NotEntitled`` for who may not do it; that is recorded.
    """

    def __init__(self, tools: Tools, scores: Scores, apart: Apart) -> None:
        """Of what ``scores`` has stated; what is due is done ``apart`` from other things."""
        self._tools = tools
        self._scores = scores
        self._apart = apart

    # Who objects

    async def to_object(self, statement_id: int, person_id: int, now: datetime) -> Statement:
        """A statement of the person's to which an objection is taken now.

        Raises ``Outdated`` where a later one was published, and ``Refused`` when its time is over.
        """
        statement = await self._scores.statement(statement_id, person_id, now)
        if statement.person.id != person_id:
            raise await rights.refuse(
                self._tools.db, person_id, Act.SEE_SCORES, now, _NOT_YOURS, statement=statement_id
            )
        async with self._tools.db.reading() as conn:
            latest = await objections.is_latest(conn, statement_id)
        if not latest:
            raise Outdated(phrase("This period was computed anew: please object to the newest statement."))
        if self._tools.today(now) > statement.object_by:
            day = statement.object_by.isoformat()
            raise Refused(phrase("Objections to this statement were taken until {day}.", day=day))
        return statement

    async def object(
        self, statement_id: int, entry: int | None, person_id: int, text: str, now: datetime, message: int | None = None
    ) -> Objection:
        """Object to the entry of a row of the ledger, or to the whole statement (None), with a reason.

        ``message`` is the message that was it. Raises as ``to_object``, and ``DecidedBefore`` where the person has
        objected to the same before.
        """
        text = text_of(text)
        statement = await self.to_object(statement_id, person_id, now)
        if entry is not None and entry not in events_of(statement):
            raise NotFound(phrase("There is no such entry in this statement."))
        due_at = await self._due(now)
        async with self._tools.db.writing() as conn:
            if entry in await objections.objected(conn, statement_id):
                raise DecidedBefore(phrase("You have objected to this already: the office answers each objection once."))
            made = await objections.add(conn, statement_id, person_id, entry, text, now, due_at)
            await note(conn, made, ObjectionEvent.MADE, now, by=person_id, text=text, due=due_at.isoformat())
            await reasons.stop(conn, person_id, now, message)
        return made

    async def _due(self, now: datetime) -> datetime:
        calendar = await self._tools.calendars.current()
        sent = now.astimezone(self._tools.zone)
        return acknowledge_by(calendar, self._tools.policy, sent, self._tools.policy.scores.answer_within)
