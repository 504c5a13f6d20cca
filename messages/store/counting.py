"""What notices come to, counted from what became of them: the one place that says what counts as what."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, Self, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    join,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from messages.deliveries import DeliveryState
from messages.notices import FIRST_WAVE, Category
from messages.statistics import BOUNDS, Tally
from messages.store.database import Connection
from messages.store.figures import MISSED, epoch, rank
from messages.store.notice_standing import BEST_FIRST
from messages.store.obligations import is_kept
from messages.store.own_days import Step, own_days, parameters_of
from messages.store.sets import among
from messages.store.tables import (
    acknowledgements,
    assignments,
    deliveries,
    earlier_messages,
    notices,
    obligations,
    posts,
    waves,
)
from messages.store.types import Instant

COUNTS: Final = and_(notices.c.category != Category.REPORT.value, notices.c.cancelled_at.is_(None))
"""Of ``notices``: whether one counts. What the service reports of itself is no work; what was cancelled is void."""
_PEOPLE: Final = ("people", "delivered", "missed")
_POSTS: Final = ("obligations", "in_time", "late", "overdue", "excused")
_DELIVERED: Final = BEST_FIRST.index(DeliveryState.DELIVERED)
_MISSED: Final = tuple(BEST_FIRST.index(state) for state in MISSED)
_PLACE: Final = ("notice_id", "unit_id")

Place: TypeAlias = tuple[int, int]
"""A notice and a unit."""


@dataclass(frozen=True, kw_only=True)
class Of:
    """What is counted: some notices, as far as they concern some posts and some people; as of an instant.

    ``notices`` and ``posts`` are conditions over these tables. ``people`` gives one over a column that holds their ids.
    ``steps`` are the own days of whom the notices reached late.
    """

    now: datetime
    notices: ColumnElement[bool]
    posts: ColumnElement[bool] = field(default_factory=true)
    people: Any = None
    steps: Sequence[Step] = ()

    def about(self, column: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a column names one of the people."""
        found: ColumnElement[bool] = true() if self.people is None else self.people(column)
        return found


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What one place of the count comes to; ``times`` are how many acknowledgements took how long, by class."""

    tally: Tally = Tally()  # noqa: RUF009 -- frozen
    times: Counter[int] = field(default_factory=Counter)


async def by_place(conn: Connection, of: Of) -> dict[Place, Counted]:
    """What notices come to by notice and unit."""
    figures: dict[Place, Counter[str]] = defaultdict(Counter)
    times: dict[Place, Counter[int]] = defaultdict(Counter)
    for row in await conn.execute(_people(of)):
        figures[row.notice_id, row.unit_id].update({name: getattr(row, name) for name in _PEOPLE})
    for row in await conn.execute(_posts(conn, of), parameters_of(conn, of.steps)):
        place = row.notice_id, row.unit_id
        figures[place].update({name: getattr(row, name) for name in _POSTS})
        if row.took is not None:
            times[place][row.took] += row.in_time + row.late
    return {place: Counted(tally=Tally(**one), times=times.get(place, Counter())) for place, one in figures.items()}


def told(of: Of) -> Subquery:
    """Whom notices tell in which unit, each once, as (notice_id, unit_id, person_id).

    By the posts that they oblige; where they oblige none, by the posts that their people held when they were sent.
    """
    obliged = (
        select(notices.c.id.label("notice_id"), posts.c.unit_id, obligations.c.person_id)
        .join_from(notices, obligations, obligations.c.notice_id == notices.c.id)
        .join(posts, posts.c.id == obligations.c.post_id)
        .where(of.notices, COUNTS, notices.c.acknowledge, of.posts, of.about(obligations.c.person_id))
    )
    return union_all(obliged.distinct(), meant(of).distinct()).subquery("told")


def meant(of: Of) -> Select[Any]:
    """Whom notices that oblige nobody tell in which unit, once for each post."""
    first = and_(waves.c.notice_id == notices.c.id, waves.c.number == FIRST_WAVE)
    held = and_(
        or_(assignments.c.ended_at.is_(None), assignments.c.ended_at > notices.c.send_at),
        assignments.c.started_at <= func.coalesce(waves.c.planned_at, assignments.c.started_at),
    )
    return (
        select(notices.c.id.label("notice_id"), posts.c.unit_id, assignments.c.person_id)
        .join_from(notices, waves, first)
        .join(assignments, held)
        .join(posts, posts.c.id == assignments.c.post_id)
        .where(of.notices, COUNTS, ~notices.c.acknowledge, of.posts, of.about(assignments.c.person_id))
    )


def best_of(of: Of) -> Subquery:
    """The best that any wave reached, and when the notice first arrived, by notice and person."""
    arrived = case((deliveries.c.state == DeliveryState.DELIVERED.value, deliveries.c.settled_at))
    earlier, e = earlier_messages.c.message_id.is_not(None), earlier_messages
    waves_of = (
        select(deliveries.c.notice_id, deliveries.c.person_id, rank().label("place"), arrived.label("arrived"))
        .join_from(notices, deliveries, deliveries.c.notice_id == notices.c.id)
        .where(of.notices, COUNTS, of.about(deliveries.c.person_id))
    )
    sent_before = (
        select(e.c.notice_id, e.c.person_id, null(), e.c.sent_at)
        .join_from(notices, e, e.c.notice_id == notices.c.id)
        .where(of.notices, COUNTS, of.about(e.c.person_id), earlier)
    )
    each = union_all(waves_of, sent_before).subquery("each")
    key = each.c.notice_id, each.c.person_id
    return (
        select(*key, func.min(each.c.place).label("place"), func.min(each.c.arrived).label("arrived"))
        .group_by(*key)
        .subquery("best")
    )


def reached(best: Subquery) -> dict[str, ColumnElement[bool]]:
    """Of whom notices tell: who counts as what, see ``messages.statistics.Tally``."""
    place = best.c.place
    return {"people": place.is_not(None), "delivered": place == _DELIVERED, "missed": place.in_(_MISSED)}


def _people(of: Of) -> Select[Any]:
    best, them = best_of(of), told(of)
    key = [them.c[name] for name in _PLACE]
    return (
        select(*key, *(number_of(one).label(name) for name, one in reached(best).items()))
        .join_from(best, them, and_(them.c.notice_id == best.c.notice_id, them.c.person_id == best.c.person_id))
        .group_by(*key)
    )


def _posts(conn: Connection, of: Of) -> Select[Any]:
    """Posts asked and what became of that, by place and by class of time."""
    best = best_of(of)
    key = notices.c.id.label("notice_id"), posts.c.unit_id
    mine = and_(
        acknowledgements.c.notice_id == obligations.c.notice_id,
        acknowledgements.c.assignment_id == obligations.c.assignment_id,
    )
    arrived = and_(best.c.notice_id == obligations.c.notice_id, best.c.person_id == obligations.c.person_id)
    joined = join(notices, obligations, obligations.c.notice_id == notices.c.id).join(
        posts, posts.c.id == obligations.c.post_id
    )
    joined = joined.outerjoin(acknowledgements, mine).outerjoin(best, arrived)
    judged = Judged.of(conn, of, acknowledgements.c.at, best.c.arrived)
    took = _class(conn, best.c.arrived).label("took")
    figures = (number_of(one).label(name) for name, one in judged.kinds(of.now).items())
    return (
        select(*key, took, *figures)
        .select_from(judged.joined(joined))
        .where(of.notices, COUNTS, of.posts, of.about(obligations.c.person_id), is_kept())
        .group_by(*key, took)
    )


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Posts that are asked, by when it was acknowledged and had ``arrived``, and by each person's ``own`` day."""

    at: ColumnElement[datetime]
    arrived: ColumnElement[datetime]
    own: FromClause | None

    @classmethod
    def of(cls, conn: Connection, of: Of, at: ColumnElement[datetime], arrived: ColumnElement[datetime]) -> Self:
        """Without own days where nobody was told late: they cost a comparison for each post."""
        return cls(at=at, arrived=arrived, own=own_days(conn) if of.steps else None)

    def joined(self, table: FromClause) -> FromClause:
        """A table of posts with what is asked of own days."""
        if self.own is None:
            return table
        mine = self.own.c.since <= self.arrived, self.arrived < self.own.c.until
        return table.outerjoin(self.own, and_(self.own.c.notice_id == notices.c.id, *mine))

    def kinds(self, now: datetime) -> dict[str, ColumnElement[bool]]:
        """Which post counts as what, see ``messages.statistics.Tally``."""
        by: ColumnElement[datetime] = notices.c.acknowledge_by
        provisional: ColumnElement[bool] = notices.c.provisional
        if self.own is not None:
            by = func.coalesce(self.own.c.due, by, type_=Instant())
            provisional = func.coalesce(self.own.c.provisional, provisional, type_=Boolean())
        done, passed = self.at.is_not(None), and_(by.is_not(None), by < literal(now, Instant()))
        late = and_(done, by.is_not(None), self.at > by, ~provisional)
        excused = or_(self.arrived.is_(None), and_(passed, provisional))
        return {
            "obligations": is_kept(),
            "in_time": and_(done, ~func.coalesce(late, False)),
            "late": late,
            "overdue": and_(~done, passed, ~excused),
            "excused": and_(~done, excused),
        }


def _class(conn: Connection, arrived: ColumnElement[datetime]) -> ColumnElement[int]:
    """The class of the time from the arrival of a notice to its acknowledgement; none: it is not acknowledged."""
    since = func.coalesce(arrived, notices.c.send_at, type_=Instant())
    seconds = epoch(conn, acknowledgements.c.at) - epoch(conn, since)
    return case((acknowledgements.c.id.is_(None), None), else_=_among_classes(seconds, 0, len(BOUNDS)))


def _among_classes(seconds: ColumnElement[int], low: int, high: int) -> ColumnElement[int]:
    """By halves: where a database reckons the seconds for each comparison, it does so a few times for a row."""
    if low == high:
        return literal(low)
    half = (low + high) // 2
    below, above = _among_classes(seconds, low, half), _among_classes(seconds, half + 1, high)
    return case((seconds <= int(BOUNDS[half]), below), else_=above)


def number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Of a group's rows how many meet a condition."""
    return cast(func.sum(case((condition, 1), else_=0)), BigInteger)


# What is counted together


@dataclass(frozen=True, kw_only=True)
class Sent:
    """When a notice that counts is sent, and its category."""

    at: datetime
    category: str


async def sent(conn: Connection, notice_ids: Sequence[int]) -> dict[int, Sent]:
    """Of some notices those that count."""
    query = select(notices.c.id, notices.c.send_at, notices.c.category)
    rows = await conn.execute(query.where(among(conn, notices.c.id, notice_ids), COUNTS))
    return {row.id: Sent(at=row.send_at, category=row.category) for row in rows}


async def after(conn: Connection, notice_id: int, limit: int) -> list[int]:
    """The next notices after one, in the order of their ids."""
    query = select(notices.c.id).where(notices.c.id > notice_id).order_by(notices.c.id).limit(limit)
    return [*await conn.scalars(query)]


async def of_notices(
    conn: Connection, notice_ids: Sequence[int], now: datetime, steps: Sequence[Step]
) -> dict[Place, Counted]:
    """What whole notices come to."""
    return await by_place(conn, Of(now=now, notices=among(conn, notices.c.id, notice_ids), steps=steps))


@dataclass(frozen=True, kw_only=True)
class Some:
    """A notice in the ``units`` in which it concerns some people, with all the ``people`` that it concerns there."""

    units: Sequence[int]
    people: Sequence[int]
    of: Of


async def about(conn: Connection, notice_id: int, people: Sequence[int], now: datetime, *, most: int) -> Some | None:
    """Where a notice concerns some people; None where there are more than ``most`` posts.

    Each of their posts is looked for, so that a notice to a million is not gone through.
    """
    one = notices.c.id == notice_id
    theirs = told(Of(now=now, notices=one, people=partial(among, conn, ids=people)))
    units = [*await conn.scalars(select(theirs.c.unit_id).distinct())]
    inside = select(posts.c.id).where(among(conn, posts.c.unit_id, units))
    post_ids = [*await conn.scalars(inside.limit(most + 1))] if units else []
    if len(post_ids) > most:
        return None
    of = Of(now=now, notices=one, posts=among(conn, posts.c.id, post_ids))
    all_there = [*await conn.scalars(select(told(of).c.person_id).distinct())] if post_ids else []
    return Some(units=units, people=all_there, of=replace(of, people=partial(among, conn, ids=all_there)))


async def of_some(conn: Connection, some: Some, steps: Sequence[Step]) -> dict[Place, Counted]:
    """What a notice comes to there."""
    return await by_place(conn, replace(some.of, steps=steps)) if some.people else {}
