"""Queries of warnings as they are looked through: of one post, of units, a page at a time, with what happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select

from messages.notices import Grade
from messages.scopes import EVERYWHERE, Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import items, people, posts, rises, tellings, units, warning_steps, warnings
from messages.store.visibility import POST, PostFound, Sight, post_of, sees, with_holders
from messages.store.warnings import OPEN, course_of
from messages.warnings.awaited import UNANSWERED
from messages.warnings.records import Ladder, RiseCause, Step, WarningState, named

_MOST_UNITS: Final = 100
"""Of so many units that are called alike warnings are looked for."""
_RISING: Final = and_(rises.c.warning_id == warnings.c.id, rises.c.decided_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class Rising:
    """A proposal that nobody has decided: to raise to ``grade``, or, beyond red (None), to decide what follows."""

    grade: Grade | None
    cause: RiseCause


@dataclass(frozen=True, kw_only=True)
class WarningLine:
    """A warning in a list, with its post as it is held now. Dates are None while nobody holds the post."""

    id: int
    item_id: int
    title: str
    post: PostFound
    grade: Grade
    state: WarningState
    turn: int
    ladder: Ladder
    issued_at: datetime
    acknowledge_by: datetime | None
    answer_by: datetime | None
    provisional: bool
    acknowledged_at: datetime | None
    answered_at: datetime | None
    released_at: datetime | None
    rising: Rising | None

    @property
    def open(self) -> bool:
        """Whether it is not released yet."""
        return self.state is not WarningState.RELEASED


@dataclass(frozen=True, kw_only=True)
class ToCome:
    """A step of a warning's ladder that is still to come."""

    at: datetime
    step: Step


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which open warnings are listed: of units whose name holds ``unit`` with all below them, of a grade, a state."""

    unit: str = ""
    grade: Grade | None = None
    state: WarningState | None = None


async def of_holder(conn: Connection, person_id: int) -> list[WarningLine]:
    """The open warnings of the posts that a person holds now, the newest first."""
    mine = OPEN, people.c.id == person_id, posts.c.ended_at.is_(None)
    return [_line(row) for row in await conn.execute(_lines().where(*mine).order_by(warnings.c.id.desc()))]


async def find(conn: Connection, warning_id: int) -> WarningLine | None:
    """One warning, also of a post that has ended."""
    row = (await conn.execute(_lines().where(warnings.c.id == warning_id))).one_or_none()
    return _line(row) if row else None


async def count_of_post(conn: Connection, post_id: int) -> int:
    """How many warnings a post has had."""
    return int(await conn.scalar(select(func.count()).select_from(warnings).where(warnings.c.post_id == post_id)) or 0)


async def of_post(conn: Connection, post_id: int, *, limit: int, offset: int) -> list[WarningLine]:
    """Some of a post's warnings, the open ones first, of these the newest."""
    order = case((OPEN, 0), else_=1), warnings.c.id.desc()
    rows = await conn.execute(
        _lines().where(warnings.c.post_id == post_id).order_by(*order).limit(limit).offset(offset)
    )
    return [_line(row) for row in rows]


async def standing(conn: Connection, post_id: int) -> dict[Grade, dict[WarningState, int]]:
    """How many open warnings a post has, by grade and state."""
    query = (
        select(warnings.c.grade, warnings.c.state, func.count().label("many"))
        .where(warnings.c.post_id == post_id, OPEN)
        .group_by(warnings.c.grade, warnings.c.state)
    )
    found: dict[Grade, dict[WarningState, int]] = {}
    for row in await conn.execute(query):
        found.setdefault(Grade(row.grade), {})[WarningState(row.state)] = row.many
    return found


async def below(conn: Connection, sight: Sight, path: str) -> dict[Grade, int]:
    """How many open warnings there are in a unit and all below it, by grade, of posts that a person may see."""
    query = (
        select(warnings.c.grade, func.count().label("many"))
        .join(posts, posts.c.id == warnings.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(OPEN, posts.c.ended_at.is_(None), within(Scope(paths=(path,))), sees(sight))
        .group_by(warnings.c.grade)
    )
    return {Grade(row.grade): row.many for row in await conn.execute(query)}


async def count_open(conn: Connection, sight: Sight, filters: Filters) -> int:
    """How many open warnings there are for a person to look through.

    These are of posts in the person's scope, and such as the person was told of and may still see: a superior's.
    """
    ids = await _narrowed(conn, sight, filters)
    return int(await conn.scalar(select(func.count()).select_from(ids.subquery())) or 0)


async def open_within(
    conn: Connection, sight: Sight, filters: Filters, now: datetime, *, limit: int, offset: int
) -> list[WarningLine]:
    """Some of these, those overdue ``now`` first, of these the newest."""
    order = case((_overdue(now), 0), else_=1), warnings.c.id.desc()
    ids = (await _narrowed(conn, sight, filters)).order_by(*order).limit(limit).offset(offset)
    found = among(conn, warnings.c.id, [row.id for row in await conn.execute(ids)])
    return [_line(row) for row in await conn.execute(_lines().where(found).order_by(*order))]


def _overdue(now: datetime) -> ColumnElement[bool]:
    """As ``messages.warnings.awaited.days_of`` says it."""
    unacknowledged = warnings.c.state == WarningState.ISSUED.value, warnings.c.acknowledge_by <= now
    unanswered = warnings.c.state.in_([state.value for state in UNANSWERED]), warnings.c.answer_by <= now
    return and_(~warnings.c.provisional, or_(and_(*unacknowledged), and_(*unanswered)))


async def _narrowed(conn: Connection, sight: Sight, filters: Filters) -> Select[tuple[int]]:
    """The ids of these; posts and units are asked only where something depends on them: of many each costs its time."""
    query = select(warnings.c.id).where(OPEN)
    if filters.grade:
        query = query.where(warnings.c.grade == filters.grade.value)
    if filters.state:
        query = query.where(warnings.c.state == filters.state.value)
    if sight.scope.everything and not filters.unit:
        return query
    query = query.join(posts, posts.c.id == warnings.c.post_id).join(units, units.c.id == posts.c.unit_id)
    mine = within(sight.scope) if sight.scope.everything else or_(within(sight.scope), _told(sight))
    return query.where(mine, within(await called(conn, filters.unit)))


def _told(sight: Sight) -> ColumnElement[bool]:
    told = select(tellings.c.warning_id).where(
        tellings.c.person_id == sight.person_id, tellings.c.notice_id.is_not(None)
    )
    return and_(warnings.c.id.in_(told), posts.c.id.not_in(sight.own), sees(sight))


async def called(conn: Connection, words: str) -> Scope:
    """The units whose name holds these words, with all below them; everything for none."""
    if not words:
        return EVERYWHERE
    named = units.c.ended_at.is_(None), units.c.name.icontains(words, autoescape=True)
    query = select(units.c.path).where(*named).order_by(func.length(units.c.path), units.c.path).limit(_MOST_UNITS)
    return Scope(paths=_topmost(sorted(await conn.scalars(query))))


def _topmost(paths: Iterable[str]) -> tuple[str, ...]:
    """Of sorted paths those that lie below no other one."""
    kept: list[str] = []
    for path in paths:
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)


async def to_come(conn: Connection, ladders: Mapping[int, Ladder]) -> dict[int, list[ToCome]]:
    """The steps still to come of these warnings, by their ids, each with its ladder."""
    mine = among(conn, warning_steps.c.warning_id, [*ladders]), warning_steps.c.settled_at.is_(None)
    found: dict[int, list[ToCome]] = {}
    for row in await conn.execute(select(warning_steps).where(*mine).order_by(warning_steps.c.at, warning_steps.c.id)):
        step = named(ladders[row.warning_id].steps, row.name)
        found.setdefault(row.warning_id, []).append(ToCome(at=row.at, step=step))
    return found


def _lines() -> Select[Any]:
    query = (
        select(
            *POST,
            warnings,
            items.c.title,
            rises.c.id.label("rise_id"),
            rises.c.grade.label("rise_grade"),
            rises.c.cause,
        )
        .select_from(warnings)
        .join(items, items.c.id == warnings.c.item_id)
        .join(posts, posts.c.id == warnings.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .outerjoin(rises, _RISING)
    )
    return with_holders(query)


def _line(row: Row[Any]) -> WarningLine:
    return WarningLine(**course_of(row), post=post_of(row), rising=_rising(row))


def _rising(row: Row[Any]) -> Rising | None:
    if row.rise_id is None:
        return None
    return Rising(grade=Grade(row.rise_grade) if row.rise_grade else None, cause=RiseCause(row.cause))
