"""Queries that count how a notice stands, by unit and over time; and the figures that were counted before."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    cast,
    extract,
    func,
    literal_column,
    or_,
    select,
)

from messages.deliveries import DeliveryState
from messages.figures import POINTS, Course, Figures, UnitFigures, from_json, to_json
from messages.notices import FIRST_WAVE, Counts, Notice
from messages.scopes import EVERYWHERE, Scope
from messages.store import notice_standing
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.notice_standing import BEST_FIRST
from messages.store.planning import prepare
from messages.store.tables import (
    acknowledgements,
    assignments,
    deliveries,
    figures,
    obligations,
    posts,
    units,
    waves,
)
from messages.store.upsert import insert_new

MISSED: Final = (DeliveryState.UNREACHABLE, DeliveryState.UNCONFIRMED, DeliveryState.EXPIRED)
"""What a person calls missed: nothing arrived that we know of, and nothing more is tried."""
_GONE: Final = (*MISSED, DeliveryState.CANCELLED)
_GROUPS: Final[Mapping[str, Collection[DeliveryState]]] = {
    "delivered": (DeliveryState.DELIVERED,),
    "waiting": tuple(state for state in BEST_FIRST if state not in (DeliveryState.DELIVERED, *_GONE)),
    "missed": MISSED,
}


def rank() -> ColumnElement[int]:
    """Of ``deliveries``: the place of its state among ``BEST_FIRST``."""
    return case({state.value: place for place, state in enumerate(BEST_FIRST)}, value=deliveries.c.state)


async def is_small(conn: Connection, notice_id: int, most: int) -> bool:
    """Whether a notice has at most so many deliveries here, and obliges at most so many posts: a bounded look."""
    for table in (deliveries, obligations):
        found = select(literal_column("1")).where(table.c.notice_id == notice_id).limit(most + 1).subquery()
        if int(await conn.scalar(select(func.count()).select_from(found)) or 0) > most:
            return False
    return True


async def count(conn: Connection, notice: Notice, at: datetime) -> Figures:
    """Count how a notice stands at this moment: of a million deliveries that takes seconds."""
    await prepare(conn)
    return Figures(
        notice_id=notice.id,
        at=at,
        seconds=0,
        counts=await notice_standing.counts(conn, notice.id),
        units=await by_unit(conn, notice),
        delivered_over_time=await delivered_over_time(conn, notice),
        acknowledged_over_time=await acknowledged_over_time(conn, notice),
    )


async def by_unit(conn: Connection, notice: Notice) -> tuple[UnitFigures, ...]:
    """How a notice stands in each unit that it has anybody or any post in, in the order of the tree."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in await conn.execute(_people(notice)):
        state = BEST_FIRST[row.place]
        found[row.unit_id]["people"] += row.number
        for name, states in _GROUPS.items():
            found[row.unit_id][name] += row.number if state in states else 0
    for row in await conn.execute(_posts(notice)):
        found[row.unit_id] |= {name: getattr(row, name) for name in ("obligations", "acknowledged", "late", "passed")}
    named = select(units.c.id, units.c.name, units.c.path).order_by(units.c.path)
    return tuple(
        UnitFigures(unit_id=row.id, unit=row.name, path=row.path, **found[row.id])
        for row in await conn.execute(named)
        if row.id in found
    )


def told_in_units(notice: Notice) -> Subquery:
    """Whom a notice tells in which unit, each once, as (unit_id, person_id).

    By the posts that it obliges; where it obliges none, by the posts that its people held when it was sent.
    """
    if notice.acknowledge:
        whose = (
            select(posts.c.unit_id, obligations.c.person_id)
            .join(posts, posts.c.id == obligations.c.post_id)
            .where(obligations.c.notice_id == notice.id)
        )
    else:
        whose = (
            select(posts.c.unit_id, assignments.c.person_id)
            .join(posts, posts.c.id == assignments.c.post_id)
            .where(held_since(notice))
        )
    return whose.distinct().subquery("told")


def held_since(notice: Notice) -> ColumnElement[bool]:
    """Of ``assignments``: not ended before a notice was sent, and begun by the time at which its people were chosen."""
    first = waves.c.notice_id == notice.id, waves.c.number == FIRST_WAVE
    chosen = select(waves.c.planned_at).where(*first).scalar_subquery()
    return and_(
        or_(assignments.c.ended_at.is_(None), assignments.c.ended_at > notice.send_at),
        assignments.c.started_at <= func.coalesce(chosen, assignments.c.started_at),
    )


def _people(notice: Notice) -> Select[Any]:
    """People by unit and by the best state that any wave reached."""
    best = (
        select(deliveries.c.person_id, func.min(rank()).label("place"))
        .where(deliveries.c.notice_id == notice.id)
        .group_by(deliveries.c.person_id)
        .subquery("best")
    )
    told = told_in_units(notice)
    return (
        select(told.c.unit_id, best.c.place, func.count().label("number"))
        .join_from(best, told, told.c.person_id == best.c.person_id)
        .group_by(told.c.unit_id, best.c.place)
    )


def _posts(notice: Notice) -> Select[Any]:
    """Posts obliged, and what became of that, by unit."""
    passed = obligations.c.passed_at.is_not(None)
    done = and_(acknowledgements.c.id.is_not(None), ~passed)
    mine = and_(
        acknowledgements.c.notice_id == obligations.c.notice_id,
        acknowledgements.c.assignment_id == obligations.c.assignment_id,
    )
    late = and_(done, acknowledgements.c.at > notice.acknowledge_by) if notice.acknowledge_by else literal_column("0=1")
    return (
        select(
            posts.c.unit_id,
            _number_of(~passed).label("obligations"),
            _number_of(done).label("acknowledged"),
            _number_of(late).label("late"),
            _number_of(passed).label("passed"),
        )
        .join_from(obligations, posts, posts.c.id == obligations.c.post_id)
        .outerjoin(acknowledgements, mine)
        .where(obligations.c.notice_id == notice.id)
        .group_by(posts.c.unit_id)
    )


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((condition, 1), else_=0)), BigInteger)


async def delivered_over_time(conn: Connection, notice: Notice, scope: Scope = EVERYWHERE) -> Course:
    """How many people of a scope's units a notice had been delivered to by when."""
    mine = deliveries.c.notice_id == notice.id, deliveries.c.state == DeliveryState.DELIVERED.value
    people = select(func.min(deliveries.c.settled_at).label("at")).where(*mine).group_by(deliveries.c.person_id)
    if not scope.everything:
        told = told_in_units(notice)
        inside = select(told.c.person_id).join(units, units.c.id == told.c.unit_id).where(within(scope))
        people = people.where(deliveries.c.person_id.in_(inside))
    return await _course(conn, people.subquery("told_at"))


async def acknowledged_over_time(conn: Connection, notice: Notice, scope: Scope = EVERYWHERE) -> Course:
    """How many posts of a scope's units had acknowledged a notice by when."""
    done = select(acknowledgements.c.at).where(acknowledgements.c.notice_id == notice.id)
    if not scope.everything:
        done = done.join(posts, posts.c.id == acknowledgements.c.post_id).join(units, units.c.id == posts.c.unit_id)
        done = done.where(within(scope))
    return await _course(conn, done.subquery("done_at"))


async def _course(conn: Connection, happened: Subquery) -> Course:
    """Cut the time from the first to the last into equal steps, and count up to each."""
    first, last = (await conn.execute(select(func.min(happened.c.at), func.max(happened.c.at)))).one()
    if first is None:
        return ()
    begin = int(first.timestamp())
    width = max(1, -(-int((last - first).total_seconds() + 1) // POINTS))
    step = (epoch(conn, happened.c.at) - begin) / literal_column(str(width))
    number = cast(func.floor(step) if conn.dialect.name != "sqlite" else step, BigInteger).label("step")
    rows = (await conn.execute(select(number, func.count()).group_by(number).order_by(number))).all()
    began = datetime.fromtimestamp(begin, UTC)
    ends = [began + timedelta(seconds=(row[0] + 1) * width) for row in rows]
    ends[-1] = last
    return ((first, 0) if width > 1 else (began, 0), *zip(ends, accumulate(row[1] for row in rows), strict=True))


def epoch(conn: Connection, instant: ColumnElement[datetime]) -> ColumnElement[int]:
    """Whole seconds since 1970."""
    if conn.dialect.name == "sqlite":
        return cast(func.strftime("%s", instant), BigInteger)
    return cast(func.floor(extract("epoch", instant)), BigInteger)


async def stored(conn: Connection, notice_id: int) -> Figures | None:
    """The figures that were counted last."""
    row = (await conn.execute(select(figures).where(figures.c.notice_id == notice_id))).one_or_none()
    return from_json(notice_id, row.at, row.seconds, row.counts, row.body) if row else None


async def stored_at(conn: Connection, notice_id: int) -> datetime | None:
    """When a notice was counted last."""
    at: datetime | None = await conn.scalar(select(figures.c.at).where(figures.c.notice_id == notice_id))
    return at


async def stored_counts(conn: Connection, notice_ids: Collection[int]) -> dict[int, Counts]:
    """How notices stood as a whole when they were counted last; those that never were are left out."""
    query = select(figures.c.notice_id, figures.c.counts).where(figures.c.notice_id.in_(notice_ids))
    return {row.notice_id: Counts(**row.counts) for row in await conn.execute(query)}


async def store(conn: Connection, counted: Figures) -> None:
    """Keep figures in the place of those counted before."""
    row = {"at": counted.at, "seconds": counted.seconds, **to_json(counted)}
    new = insert_new(conn, figures).values(notice_id=counted.notice_id, **row)
    await conn.execute(new.on_conflict_do_update(index_elements=["notice_id"], set_=row))
