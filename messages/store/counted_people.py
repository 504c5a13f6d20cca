"""Queries of what notices have come to by person, in one unit: counted from what became of them, for few at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, true

from messages.notices import Category
from messages.statistics import PersonLine
from messages.store import counting
from messages.store.counting import Counted, Of
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import assignments, notices, people, posts


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


async def lines(conn: Connection, sought: Sought, members: Sequence[Member], now: datetime) -> list[PersonLine]:
    """What the notices have come to for each of these."""
    ids = [one.id for one in members]
    sent = and_(notices.c.send_at >= sought.since, notices.c.send_at < sought.until)
    of_category = notices.c.category == sought.category.value if sought.category else true()
    of = Of(
        now=now,
        notices=and_(sent, of_category),
        posts=posts.c.unit_id == sought.unit_id,
        people=lambda column: among(conn, column, ids),
    )
    found = await counting.by_person(conn, of) if ids else {}
    return [
        PersonLine(code=one.code, name=one.name, posts=one.posts, tally=found.get(one.id, Counted()).tally)
        for one in members
    ]


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
