"""Queries of objections to statements of scores, and of the statements that they are to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from messages.organisation.records import Role
from messages.scopes import Scope
from messages.scores.objections import Objection, ObjectionState, hundredths, of_hundredths
from messages.store.audience import within
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import closings, notices, objections, people, roles, statement_units, statements, units

_decider = people.alias("decider")
_OPEN: Final = objections.c.decided_at.is_(None)


def _objections() -> Select[Any]:
    return (
        select(objections, closings.c.period, people.c.code, people.c.name, _decider.c.name.label("decider"))
        .join(statements, statements.c.id == objections.c.statement_id)
        .join(closings, closings.c.id == statements.c.closing_id)
        .join(people, people.c.id == objections.c.person_id)
        .outerjoin(_decider, _decider.c.id == objections.c.decided_by)
    )


def _objection(row: Row[Any]) -> Objection:
    own = ("id", "version", "statement_id", "period", "person_id", "code", "name", "text", "at", "due_at")
    later = ("asked_at", "overdue_at", "decided_at", "decider", "why")
    return Objection(
        **{name: getattr(row, name) for name in (*own, *later)},
        entry=row.event_id,
        state=ObjectionState(row.state),
        points=None if row.points is None else of_hundredths(row.points),
    )


async def find(conn: Connection, objection_id: int) -> Objection | None:
    """An objection as it stands."""
    found = await _read(conn, objections.c.id == objection_id) if is_id(objection_id) else []
    return found[0] if found else None


async def lock(conn: Connection, objection_id: int) -> Objection | None:
    """The same, which nobody else changes before this transaction has ended."""
    if not is_id(objection_id):
        return None
    held = select(objections.c.id).where(objections.c.id == objection_id).with_for_update()
    return await find(conn, objection_id) if await conn.scalar(held) is not None else None


async def of_person(conn: Connection, person_id: int, period: str) -> list[Objection]:
    """What a person has said against the statements of a period, the oldest first."""
    return await _read(conn, objections.c.person_id == person_id, closings.c.period == period)


async def of_period(conn: Connection, period: str) -> list[Objection]:
    """Objections to the statements of a period, the oldest first."""
    return await _read(conn, closings.c.period == period)


async def waiting(
    conn: Connection, without: int | None, of: int | None = None, *, limit: int, offset: int = 0
) -> list[Objection]:
    """Objections that wait for an answer, what is due first; ``without`` a person's own, or ``of`` one person only."""
    query = _objections().where(*_waiting(without, of))
    rows = await conn.execute(query.order_by(objections.c.due_at, objections.c.id).limit(limit).offset(offset))
    return [_objection(row) for row in rows]


async def count_waiting(conn: Connection, without: int | None, of: int | None = None) -> int:
    """How many there are of these."""
    return int(await conn.scalar(select(func.count()).select_from(objections).where(*_waiting(without, of))) or 0)


async def seen_in(conn: Connection, scope: Scope, *, most: int) -> list[Objection]:
    """Objections of people of a scope that wait for an answer, what is due first, and then those answered late.

    At ``most`` so many; a person is of the units in which the person held posts in the period of the statement.
    """
    theirs = (
        select(statement_units.c.statement_id)
        .join(units, units.c.id == statement_units.c.unit_id)
        .where(within(scope), statement_units.c.statement_id == objections.c.statement_id)
    )
    query = _objections().where(theirs.exists(), or_(_OPEN, objections.c.overdue_at.is_not(None)))
    waits_first = case((_OPEN, 0), else_=1)
    rows = await conn.execute(query.order_by(waits_first, objections.c.due_at, objections.c.id).limit(most))
    return [_objection(row) for row in rows]


def _waiting(without: int | None, of: int | None) -> list[ColumnElement[bool]]:
    theirs = [] if of is None else [objections.c.person_id == of]
    return [_OPEN, objections.c.person_id.is_distinct_from(without), *theirs]


async def _read(conn: Connection, *which: ColumnElement[bool]) -> list[Objection]:
    rows = await conn.execute(_objections().where(*which).order_by(objections.c.id))
    return [_objection(row) for row in rows]


async def add(
    conn: Connection,
    statement_id: int,
    person_id: int,
    entry: int | None,
    text: str,
    now: datetime,
    due_at: datetime,
) -> Objection:
    """A person objects to a statement, or to the entry of a row of the ledger in it."""
    values = {
        "statement_id": statement_id,
        "person_id": person_id,
        "event_id": entry,
        "text": text,
        "state": ObjectionState.MADE.value,
        "version": 1,
        "at": now,
        "due_at": due_at,
    }
    made = (await conn.execute(insert(objections).values(values))).inserted_primary_key
    assert made is not None  # noqa: S101 -- the row was put in
    [found] = await _read(conn, objections.c.id == made[0])
    return found


async def decide(conn: Connection, decided: Objection, decided_by: int) -> None:
    """Keep what an objection, which is locked, has come to."""
    values = {
        "state": decided.state.value,
        "version": decided.version,
        "decided_at": decided.decided_at,
        "decided_by": decided_by,
        "points": None if decided.points is None else hundredths(decided.points),
        "why": decided.why,
    }
    await conn.execute(update(objections).where(objections.c.id == decided.id).values(values))


async def objected(conn: Connection, statement_id: int) -> set[int | None]:
    """What was objected to in a statement, by the rows of the ledger; None: the whole.

    Nobody else objects to it before this transaction has ended.
    """
    await conn.execute(select(statements.c.id).where(statements.c.id == statement_id).with_for_update())
    mine = objections.c.statement_id == statement_id
    return set(await conn.scalars(select(objections.c.event_id).where(mine)))


# What is due


async def unasked(conn: Connection, *, held: bool) -> list[Objection]:
    """What was laid before nobody yet; it is ``held``: nobody decides about it before this transaction has ended."""
    return await _due(conn, objections.c.asked_at.is_(None), held=held)


async def shaken(conn: Connection, *, held: bool) -> list[Objection]:
    """What was laid before somebody who bears some role no more since, or before a second administrator was named.

    Whether anybody who was told may still answer is looked at by who asks; ``held`` likewise.
    """
    asked = literal("objection:") + cast(objections.c.id, String) + ":asked:"
    ended = exists().where(
        roles.c.ended_at >= objections.c.asked_at,
        people.c.id == roles.c.person_id,
        notices.c.key == asked + people.c.code,
    )
    office = roles.c.role == Role.OFFICE.value, roles.c.ended_at.is_(None)
    named = exists().where(*office, roles.c.granted_at >= objections.c.asked_at)
    return await _due(conn, or_(ended, named), held=held)


async def unreminded(conn: Connection) -> list[Objection]:
    """What the office was not reminded of; nobody decides about it before this transaction has ended."""
    return await _due(conn, objections.c.reminded_at.is_(None), held=True)


async def overdue(conn: Connection, now: datetime) -> list[Objection]:
    """What was to be answered by now, and is not noted as overdue; nobody decides likewise."""
    return await _due(conn, objections.c.overdue_at.is_(None), objections.c.due_at <= now, held=True)


async def _due(conn: Connection, *which: ColumnElement[bool], held: bool) -> list[Objection]:
    names = select(objections.c.id).where(_OPEN, *which).order_by(objections.c.id)
    ids = list(await conn.scalars(names.with_for_update(skip_locked=True) if held else names))
    return await _read(conn, among(conn, objections.c.id, ids)) if ids else []


async def mark(conn: Connection, ids: Sequence[int], column: str, at: datetime) -> None:
    """Note when the office was asked or reminded, or that something was overdue: ``asked_at`` and the like."""
    await conn.execute(update(objections).where(among(conn, objections.c.id, ids)).values({column: at}))
