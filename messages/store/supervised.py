"""Queries of people whom somebody supervises: who holds a post in some units, by a part of the name, or by the code."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, true

from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.tables import assignments, people, posts, units


@dataclass(frozen=True, kw_only=True)
class Supervised:
    """A person, with a unit and a post that the person holds there: the highest."""

    id: int
    code: str
    name: str
    unit: str
    post: str


async def called(conn: Connection, scope: Scope, words: str, *, most: int) -> list[Supervised]:
    """At ``most`` so many within ``scope`` who are called so; who has just this code or this name comes first."""
    exactly = case((or_(people.c.code == words, people.c.name == words), 0), else_=1)
    place = func.row_number().over(partition_by=people.c.id, order_by=(posts.c.level, posts.c.code))
    names = people.c.id, people.c.code, people.c.name, units.c.name.label("unit"), posts.c.title.label("post")
    found = _called(scope, words).with_only_columns(*names, exactly.label("rank"), place.label("place")).subquery()
    query = select(found).where(found.c.place == 1).order_by(found.c.rank, found.c.code).limit(most)
    return [
        Supervised(id=row.id, code=row.code, name=row.name, unit=row.unit, post=row.post)
        for row in await conn.execute(query)
    ]


async def count_called(conn: Connection, scope: Scope, words: str) -> int:
    """How many there are of these."""
    each = _called(scope, words).with_only_columns(people.c.id).distinct().subquery()
    return int(await conn.scalar(select(func.count()).select_from(each)) or 0)


def _called(scope: Scope, words: str) -> Select[Any]:
    named = and_(true(), *(people.c.name.icontains(word, autoescape=True) for word in words.split()))
    return (
        select(people.c.id)
        .join_from(people, assignments, assignments.c.person_id == people.c.id)
        .join(posts, posts.c.id == assignments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(assignments.c.ended_at.is_(None), within(scope), or_(people.c.code == words, named))
    )
