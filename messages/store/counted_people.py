"""Queries of what notices have come to by person, in one unit: counted from what became of them, for few at a time."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, join, or_, select

from messages.notices import Category
from messages.statistics import PersonLine, Tally
from messages.store.counting import COUNTS, Judged, Of, best_of, meant, number_of, reached
from messages.store.database import Connection
from messages.store.obligations import is_kept
from messages.store.own_days import Dated, Step, parameters_of
from messages.store.own_days import reached as of_reached
from messages.store.sets import among
from messages.store.tables import acknowledgements, assignments, notices, obligations, people, posts


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is looked at: one unit's people, by the notices sent since an instant and before another."""

    unit_id: int
    since: datetime
    until: datetime
    category: Category | None


@dataclass(frozen=True, kw_only=True)
class Member:
    """Who holds posts of a unit, or did so in the time that is looked at; ``posts`` are their titles."""

    id: int
    code: str
    name: str
    posts: tuple[str, ...]


async def total(conn: Connection, sought: Sought) -> int:
    """How many people there are."""
    return int(await conn.scalar(select(func.count()).select_from(_members(sought).subquery())) or 0)


async def page(conn: Connection, sought: Sought, *, limit: int, offset: int) -> list[Member]:
    """Some of them, by their codes."""
    found = (await conn.execute(_members(sought).order_by(people.c.code).limit(limit).offset(offset))).all()
    held = await conn.execute(
        select(assignments.c.person_id, posts.c.title)
        .join(posts, posts.c.id == assignments.c.post_id)
        .where(among(conn, assignments.c.person_id, [row.id for row in found]), _held(sought))
        .order_by(posts.c.code, assignments.c.id)
    )
    titles: dict[int, dict[str, None]] = {row.id: {} for row in found}
    for row in held:
        titles[row.person_id][row.title] = None
    return [Member(id=row.id, code=row.code, name=row.name, posts=(*titles[row.id],)) for row in found]


async def dated(conn: Connection, sought: Sought, members: Sequence[Member]) -> list[Dated]:
    """The notices with a day to acknowledge them that have reached these."""
    return await of_reached(conn, and_(_sent(sought), COUNTS), [one.id for one in members])


async def lines(
    conn: Connection, sought: Sought, members: Sequence[Member], now: datetime, steps: Sequence[Step]
) -> list[PersonLine]:
    """What the notices have come to for each of these, by their own days."""
    ids = [one.id for one in members]
    of = Of(
        now=now,
        notices=_sent(sought),
        posts=posts.c.unit_id == sought.unit_id,
        people=lambda column: among(conn, column, ids),
        steps=steps,
    )
    found = await _by_person(conn, of) if ids else {}
    return [
        PersonLine(code=one.code, name=one.name, posts=one.posts, tally=Tally(**found.get(one.id, Counter())))
        for one in members
    ]


def _sent(sought: Sought) -> ColumnElement[bool]:
    sent = and_(notices.c.send_at >= sought.since, notices.c.send_at < sought.until)
    return and_(sent, notices.c.category == sought.category.value) if sought.category else sent


async def _by_person(conn: Connection, of: Of) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for query, given in ((_asked(conn, of), parameters_of(conn, of.steps)), (_meant(of), {})):
        for person_id, *figures in await conn.execute(query, given):
            found[person_id].update(dict(zip(query.selected_columns.keys()[1:], figures, strict=True)))
    return found


def _asked(conn: Connection, of: Of) -> Select[Any]:
    """People who are to acknowledge, with what their posts have come to: all in one go over what is theirs.

    Acknowledgements are looked for by person, not by post: whose post it is has acknowledged.
    """
    best, theirs = best_of(of), _acknowledged(of)
    judged = Judged.of(conn, of, theirs.c.at, best.c.arrived)
    told = case((notices.c.acknowledge, obligations.c.notice_id))
    people_told = {name: and_(one, told.is_not(None)) for name, one in reached(best).items()}
    joined = join(notices, obligations, obligations.c.notice_id == notices.c.id).join(
        posts, posts.c.id == obligations.c.post_id
    )
    joined = joined.outerjoin(theirs, _same(theirs, "assignment_id")).outerjoin(best, _same(best, "person_id"))
    return (
        select(
            obligations.c.person_id,
            *(func.count(case((one, told)).distinct()).label(name) for name, one in people_told.items()),
            *(number_of(and_(one, is_kept())).label(name) for name, one in judged.kinds(of.now).items()),
        )
        .select_from(judged.joined(joined))
        .where(of.notices, COUNTS, of.posts, of.about(obligations.c.person_id))
        .group_by(obligations.c.person_id)
    )


def _meant(of: Of) -> Select[Any]:
    """People whom notices tell that oblige nobody."""
    best, them = best_of(replace(of, notices=and_(of.notices, ~notices.c.acknowledge))), meant(of).distinct().subquery()
    same = and_(them.c.notice_id == best.c.notice_id, them.c.person_id == best.c.person_id)
    figures = (number_of(one).label(name) for name, one in reached(best).items())
    return select(them.c.person_id, *figures).join_from(best, them, same).group_by(them.c.person_id)


def _acknowledged(of: Of) -> Subquery:
    columns = acknowledgements.c.notice_id, acknowledgements.c.assignment_id, acknowledgements.c.at
    return select(*columns).where(of.about(acknowledgements.c.person_id)).subquery("theirs")


def _same(found: Subquery, name: str) -> ColumnElement[bool]:
    return and_(found.c.notice_id == obligations.c.notice_id, found.c[name] == obligations.c[name])


def _members(sought: Sought) -> Select[Any]:
    held = (
        select(assignments.c.person_id).join(posts, posts.c.id == assignments.c.post_id).where(_held(sought)).distinct()
    )
    return select(people.c.id, people.c.code, people.c.name).where(people.c.id.in_(held))


def _held(sought: Sought) -> Any:  # noqa: ANN401 -- a condition
    """Of ``assignments`` and ``posts``: a post of the unit held in the time that is looked at."""
    return and_(
        posts.c.unit_id == sought.unit_id,
        assignments.c.started_at < sought.until,
        or_(assignments.c.ended_at.is_(None), assignments.c.ended_at > sought.since),
    )
