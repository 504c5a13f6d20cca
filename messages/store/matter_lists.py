"""Queries of lists of matters: which are open to somebody and meet a filter, how many by state, what is broken."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, true

from messages.store.database import Connection
from messages.store.matter_limits import limit_of
from messages.store.matter_sights import Sight, answers, sees
from messages.store.matters import RUNS, found, listed, matter_of
from messages.store.sets import among
from messages.store.tables import assignments, matter_limits, matter_posts, matters, people, posts, units
from messages.tenders.milestones import Milestone
from messages.tenders.records import Limit, LimitState, Matter, MatterState
from messages.tenders.views import Breach, BreachPage, Filter, Line, NamedPost, Page

_BROKEN: Final = or_(
    matter_limits.c.state == LimitState.BROKEN.value, matter_limits.c.state == LimitState.OVERDUE.value
)

_UNITS: Final = 12
"""So many units are named that have most."""


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """Page ``number``, from 1, of ``size`` rows each."""

    number: int
    size: int

    def of(self, total: int) -> tuple[int, int]:
        """Which page of how many it is, of ``total`` rows: the last one where there are fewer."""
        pages = max(1, -(-total // self.size))
        return min(max(1, self.number), pages), pages


def matching(sight: Sight, wanted: Filter) -> ColumnElement[bool]:
    """Of ``matters``: those that are open to somebody and meet a filter, whatever state they are in."""
    conditions: list[ColumnElement[bool]] = [sees(sight)]
    if wanted.kinds:
        conditions.append(matters.c.kind.in_([one.value for one in wanted.kinds]))
    if wanted.unit is not None:
        conditions.append(matters.c.unit_id.in_(_below(wanted.unit)))
    if wanted.unplaced:
        conditions.append(matters.c.unit_id.is_(None))
    if wanted.words:
        texts = matters.c.title, matters.c.ref, matters.c.buyer
        conditions += [or_(*(one.icontains(word, autoescape=True) for one in texts)) for word in wanted.words.split()]
    if wanted.broken:
        conditions.append(matters.c.id.in_(select(matter_limits.c.matter_id).where(_BROKEN).correlate(None)))
        conditions += [] if wanted.states else [RUNS]
    if wanted.mine:
        conditions.append(answers(sight))
    return and_(*conditions)


def _below(unit: str) -> Select[tuple[int]]:
    above = units.alias()
    path = select(above.c.path).where(above.c.name == unit).scalar_subquery()
    return select(units.c.id).where(units.c.path.startswith(path))


def _in_states(wanted: Filter) -> ColumnElement[bool]:
    return matters.c.state.in_([one.value for one in wanted.states]) if wanted.states else true()


def _ahead_at(now: datetime) -> ColumnElement[bool]:
    """Of limits: one that is still to be kept by a last day; of what need not be done, only while that is to come."""
    of_use = or_(matter_limits.c.required, matter_limits.c.due_at > now)
    return and_(matter_limits.c.state == LimitState.OPEN.value, ~matter_limits.c.earliest, of_use)


async def any_open(conn: Connection, sight: Sight) -> bool:
    """Whether any matter is open to somebody."""
    return await conn.scalar(select(matters.c.id).where(sees(sight)).limit(1)) is not None


async def page(conn: Connection, sight: Sight, wanted: Filter, leaf: Leaf, now: datetime) -> Page:
    """A page of matters, the latest changed first, or the most urgent."""
    which = matching(sight, wanted)
    order = _urgent_first(now) if wanted.urgent else (matters.c.changed_at.desc(), matters.c.id.desc())
    return await _page(conn, which, wanted, leaf, now, listed().where(which, _in_states(wanted)).order_by(*order))


async def mine(conn: Connection, sight: Sight, leaf: Leaf, now: datetime) -> Page:
    """A page of the matters that run and for which somebody answers, the first due first."""
    which = and_(answers(sight), RUNS)
    return await _page(conn, which, Filter(), leaf, now, listed().where(which).order_by(*_due_first(now)))


def _due_first(now: datetime) -> tuple[Any, ...]:
    due = select(func.min(matter_limits.c.due_at)).where(matter_limits.c.matter_id == matters.c.id, _ahead_at(now))
    first = due.correlate(matters).scalar_subquery()
    # NULL stands first on one database and last on the other.
    return case((first.is_(None), 1), else_=0), first, matters.c.id


def _urgent_first(now: datetime) -> tuple[Any, ...]:
    """Those that run, of these those of which a limit is broken or overdue, then by what is due first."""
    broken = matters.c.id.in_(select(matter_limits.c.matter_id).where(_BROKEN).correlate(None))
    return case((RUNS, 0), else_=1), case((broken, 0), else_=1), *_due_first(now)


async def _page(
    conn: Connection, which: ColumnElement[bool], wanted: Filter, leaf: Leaf, now: datetime, query: Select[Any]
) -> Page:
    counted = select(matters.c.state, func.count()).where(which).group_by(matters.c.state)
    by_state = Counter({MatterState(state): count for state, count in await conn.execute(counted)})
    total = sum(by_state[one] for one in (wanted.states or MatterState))
    number, pages = leaf.of(total)
    rows = (await conn.execute(query.limit(leaf.size).offset((number - 1) * leaf.size))).all()
    ids = [row.id for row in rows]
    ahead, broken = await _ahead(conn, ids, now), await _count_broken(conn, ids)
    lines = tuple(Line(matter=matter_of(row), next=ahead.get(row.id), broken=broken.get(row.id, 0)) for row in rows)
    return Page(lines=lines, number=number, pages=pages, total=total, by_state=by_state)


async def _ahead(conn: Connection, ids: Sequence[int], now: datetime) -> dict[int, Limit]:
    """The first of the limits of each matter that are still to be kept; nothing is, when it is over."""
    runs = matter_limits.c.matter_id.in_(select(matters.c.id).where(RUNS))
    query = select(matter_limits).where(among(conn, matter_limits.c.matter_id, ids), runs, _ahead_at(now))
    rows = await conn.execute(query.order_by(matter_limits.c.due_at.desc(), matter_limits.c.id.desc()))
    return {row.matter_id: limit_of(row) for row in rows}


async def _count_broken(conn: Connection, ids: Sequence[int]) -> Mapping[int, int]:
    query = select(matter_limits.c.matter_id, func.count()).where(among(conn, matter_limits.c.matter_id, ids), _BROKEN)
    return dict((await conn.execute(query.group_by(matter_limits.c.matter_id))).all())


async def breaches(conn: Connection, sight: Sight, wanted: Filter, leaf: Leaf) -> BreachPage:
    """A page of the limits that are broken or overdue, the latest first: of those that run, if no state is said."""
    which = and_(matching(sight, wanted), _in_states(wanted) if wanted.states else RUNS, _BROKEN)
    joined = select(matter_limits).join(matters, matters.c.id == matter_limits.c.matter_id).where(which)
    total = int(await conn.scalar(joined.with_only_columns(func.count())) or 0)
    number, pages = leaf.of(total)
    latest = func.coalesce(matter_limits.c.at, matter_limits.c.due_at).desc(), matter_limits.c.id.desc()
    rows = (await conn.execute(joined.order_by(*latest).limit(leaf.size).offset((number - 1) * leaf.size))).all()
    of = await found(conn, [row.matter_id for row in rows])
    by_unit = await _by_unit(conn, joined) if total else ()
    return BreachPage(breaches=_breaches(rows, of), number=number, pages=pages, total=total, by_unit=by_unit)


async def _by_unit(conn: Connection, joined: Select[Any]) -> tuple[tuple[str, int], ...]:
    """How many of the limits are of which unit, the most first; those of matters of no unit are left out."""
    many = func.count().label("many")
    query = (
        joined.join(units, units.c.id == matters.c.unit_id)
        .with_only_columns(units.c.name, many)
        .group_by(units.c.id, units.c.name)
        .order_by(many.desc(), units.c.name)
        .limit(_UNITS)
    )
    return tuple((row.name, row.many) for row in await conn.execute(query))


def _breaches(rows: Sequence[Row[Any]], of: Mapping[int, Matter]) -> tuple[Breach, ...]:
    return tuple(Breach(matter=of[row.matter_id], limit_id=row.id, limit=limit_of(row)) for row in rows)


async def named_posts(conn: Connection, matter_id: int) -> tuple[NamedPost, ...]:
    """The posts that are named for a matter, with who holds them now."""
    query = (
        select(matter_posts.c.milestone, posts.c.id, posts.c.code, posts.c.title, people.c.name.label("holder"))
        .join_from(matter_posts, posts, posts.c.id == matter_posts.c.post_id)
        .outerjoin(assignments, and_(assignments.c.post_id == posts.c.id, assignments.c.ended_at.is_(None)))
        .outerjoin(people, people.c.id == assignments.c.person_id)
        .where(matter_posts.c.matter_id == matter_id)
        .order_by(matter_posts.c.milestone, posts.c.code)
    )
    return tuple(
        NamedPost(
            milestone=Milestone(row.milestone) if row.milestone else None,
            id=row.id,
            code=row.code,
            title=row.title,
            holder=row.holder,
        )
        for row in await conn.execute(query)
    )
