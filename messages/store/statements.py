"""Queries of closed periods: who closed them, and the statements of what they came to for each person."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, insert, or_, select, update

from messages.scopes import Scope
from messages.scores.kept import scored_json, scored_of
from messages.scores.periods import Period
from messages.scores.records import Closing, Scored, ScorePerson, Statement
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import assignments, closings, people, posts, statement_units, statements, units
from messages.store.upsert import insert_new

_HUNDREDTHS: Final = 100
_CLOSER: Final = people.alias("closer")


# Closings


@dataclass(frozen=True, kw_only=True)
class NewClosing:
    """A closing that begins; the fields are those of ``Closing``, ``closed_by`` is the person's id."""

    period: Period
    revision: int
    at: datetime
    closed_by: int
    rules: str
    upto: int
    why: str | None
    object_by: date


async def begin(conn: Connection, new: NewClosing) -> bool:
    """Begin to close a period; gives whether nobody has begun the same revision before."""
    values = {**vars(new), "period": new.period.label, "object_by": new.object_by.isoformat()}
    made = insert_new(conn, closings).values(**values)
    made = made.on_conflict_do_nothing(index_elements=["period", "revision"])
    return await conn.scalar(made.returning(closings.c.id)) is not None


async def hold(conn: Connection, closing_id: int) -> Closing | None:
    """A closing that nobody else goes on with before this transaction ends."""
    await conn.execute(select(closings.c.id).where(closings.c.id == closing_id).with_for_update())
    row = (await conn.execute(_closings().where(closings.c.id == closing_id))).one_or_none()
    return _closing(row) if row else None


async def end(conn: Connection, closing_id: int, now: datetime) -> None:
    """Every statement of it is made."""
    await conn.execute(update(closings).where(closings.c.id == closing_id).values(ended_at=now))


async def latest(conn: Connection, period: Period) -> Closing | None:
    """The last revision of a period's closing, ended or not."""
    query = _closings().where(closings.c.period == period.label).order_by(closings.c.revision.desc()).limit(1)
    row = (await conn.execute(query)).one_or_none()
    return _closing(row) if row else None


async def every(conn: Connection) -> list[Closing]:
    """All closings, the newest first."""
    return [_closing(row) for row in await conn.execute(_closings().order_by(closings.c.id.desc()))]


async def closed_periods(conn: Connection) -> list[Period]:
    """The periods that are closed, or of which the closing has begun, the earliest first."""
    labels = await conn.scalars(select(closings.c.period).distinct())
    return sorted(period for label in labels if (period := Period.read(label)))


def _closings() -> Select[Any]:
    return select(*_of_closing()).join(_CLOSER, _CLOSER.c.id == closings.c.closed_by)


def _of_closing() -> list[ColumnElement[Any]]:
    return [closings, _CLOSER.c.name.label("closer")]  # type: ignore[list-item]  # a table stands for its columns


def _closing(row: Row[Any]) -> Closing:
    period = Period.read(row.period)
    if period is None:
        raise ValueError(row.period)
    return Closing(
        id=row.id,
        period=period,
        revision=row.revision,
        at=row.at,
        closed_by=row.closer,
        rules=row.rules,
        upto=row.upto,
        why=row.why,
        object_by=date.fromisoformat(row.object_by),
        ended_at=row.ended_at,
    )


# Statements


async def put(conn: Connection, closing_id: int, scored: Mapping[int, Scored]) -> dict[int, int]:
    """Make the statements of people, by their ids; gives the statements' ids by person."""
    rows = [{"closing_id": closing_id, "person_id": person, **_values(one)} for person, one in scored.items()]
    made = await conn.execute(insert(statements).returning(statements.c.id, statements.c.person_id), rows)
    return {row.person_id: row.id for row in made}


def _values(scored: Scored) -> dict[str, Any]:
    return {
        "total": int(scored.total * _HUNDREDTHS),
        "addressed": scored.addressed,
        "asked": scored.asked,
        "acknowledged": scored.acknowledged,
        "in_time": scored.in_time,
        "body": scored_json(scored),
    }


async def put_units(conn: Connection, made: Mapping[int, int], within: Mapping[int, Collection[int]]) -> None:
    """In which units each person held posts, for the statements by person."""
    rows = [
        {"statement_id": statement, "unit_id": unit}
        for person, statement in made.items()
        for unit in sorted(within.get(person, ()))
    ]
    if rows:
        await conn.execute(insert(statement_units), rows)


async def told_by(conn: Connection, notices_of: Mapping[int, int]) -> None:
    """Which notice tells each statement, by its id."""
    if notices_of:
        by_id = case(notices_of, value=statements.c.id)
        await conn.execute(update(statements).where(statements.c.id.in_(notices_of)).values(notice_id=by_id))


async def number(conn: Connection, closing_id: int) -> int:
    """How many statements of a closing are made."""
    query = select(func.count()).select_from(statements).where(statements.c.closing_id == closing_id)
    return int(await conn.scalar(query) or 0)


async def stated(conn: Connection, closing_id: int, persons: Sequence[int]) -> set[int]:
    """Those of these people whose statement is made."""
    query = select(statements.c.person_id).where(statements.c.closing_id == closing_id)
    return {int(found) for found in await conn.scalars(query.where(among(conn, statements.c.person_id, persons)))}


def _points(total: int) -> Decimal:
    return Decimal(total) / _HUNDREDTHS


async def of_revision(conn: Connection, period: Period, revision: int, persons: Sequence[int]) -> Mapping[int, Scored]:
    """What a revision of a period's closing came to for these people, as far as they had a statement."""
    query = (
        select(statements.c.person_id, statements.c.body)
        .join(closings, closings.c.id == statements.c.closing_id)
        .where(closings.c.period == period.label, closings.c.revision == revision)
        .where(among(conn, statements.c.person_id, persons))
    )
    return {row.person_id: scored_of(row.body) for row in await conn.execute(query)}


async def find(conn: Connection, statement_id: int) -> Statement | None:
    """A statement by its id."""
    row = (await conn.execute(_statements().where(statements.c.id == statement_id))).one_or_none()
    return _statement(row) if row else None


async def of_person(conn: Connection, person_id: int, period: Period) -> Statement | None:
    """The last statement of a period for a person."""
    mine = statements.c.person_id == person_id, closings.c.period == period.label
    query = _statements().where(*mine).order_by(closings.c.revision.desc()).limit(1)
    row = (await conn.execute(query)).one_or_none()
    return _statement(row) if row else None


def _statements() -> Select[Any]:
    told = statements.c.id.label("statement_id"), statements.c.person_id, statements.c.body, statements.c.notice_id
    return (
        select(*told, people.c.code, people.c.name, *_of_closing())
        .select_from(statements)
        .join(people, people.c.id == statements.c.person_id)
        .join(closings, closings.c.id == statements.c.closing_id)
        .join(_CLOSER, _CLOSER.c.id == closings.c.closed_by)
    )


def _statement(row: Row[Any]) -> Statement:
    return Statement(
        id=row.statement_id,
        person=ScorePerson(id=row.person_id, code=row.code, name=row.name),
        closing=_closing(row),
        scored=scored_of(row.body),
        notice_id=row.notice_id,
    )


# Who and where


async def holders(conn: Connection, begins: datetime, ends: datetime) -> set[int]:
    """Who held a post at any time from one instant until before another."""
    query = select(assignments.c.person_id).distinct().where(*_held(begins, ends))
    return {int(found) for found in await conn.scalars(query)}


async def units_of(
    conn: Connection, persons: Sequence[int], begins: datetime, ends: datetime
) -> Mapping[int, Collection[int]]:
    """In which units each of these people held posts from one instant until before another."""
    query = select(assignments.c.person_id, posts.c.unit_id).join(posts, posts.c.id == assignments.c.post_id)
    found: dict[int, set[int]] = defaultdict(set)
    for row in await conn.execute(query.where(among(conn, assignments.c.person_id, persons), *_held(begins, ends))):
        found[row.person_id].add(row.unit_id)
    return found


def _held(begins: datetime, ends: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        assignments.c.started_at < ends,
        or_(assignments.c.ended_at.is_(None), assignments.c.ended_at > begins),
    )


async def persons(conn: Connection, ids: Sequence[int]) -> list[ScorePerson]:
    """People by their ids."""
    query = select(people.c.id, people.c.code, people.c.name).where(among(conn, people.c.id, ids)).order_by(people.c.id)
    return [ScorePerson(id=row.id, code=row.code, name=row.name) for row in await conn.execute(query)]


async def paths_of(conn: Connection, person_id: int, begins: datetime, ends: datetime) -> list[str]:
    """The paths of the units in which a person holds a post, or held one from one instant until before another."""
    held = (
        select(units.c.path)
        .join(posts, posts.c.unit_id == units.c.id)
        .join(assignments, assignments.c.post_id == posts.c.id)
    )
    then = or_(assignments.c.ended_at.is_(None), and_(*_held(begins, ends)))
    return [str(path) for path in await conn.scalars(held.where(assignments.c.person_id == person_id, then).distinct())]


@dataclass(frozen=True, kw_only=True)
class UnitSums:
    """What the statements of a unit's people come to: how many people were addressed, and their sums."""

    unit_id: int
    unit: str
    people: int
    total: Decimal
    asked: int
    acknowledged: int
    in_time: int


async def by_unit(conn: Connection, closing_id: int, scope: Scope) -> list[UnitSums]:
    """The units within a scope in which somebody was addressed, by name; those below are not counted with a unit."""
    sums = [func.sum(statements.c[name]).label(name) for name in ("total", "asked", "acknowledged", "in_time")]
    query = (
        select(units.c.id, units.c.name, func.count().label("people"), *sums)
        .select_from(statements)
        .join(statement_units, statement_units.c.statement_id == statements.c.id)
        .join(units, units.c.id == statement_units.c.unit_id)
        .where(statements.c.closing_id == closing_id, statements.c.addressed > 0, within(scope))
        .group_by(units.c.id, units.c.name)
        .order_by(units.c.name)
    )
    return [
        UnitSums(
            unit_id=row.id,
            unit=row.name,
            people=row.people,
            total=_points(int(row.total)),
            asked=int(row.asked),
            acknowledged=int(row.acknowledged),
            in_time=int(row.in_time),
        )
        for row in await conn.execute(query)
    ]
