"""Queries of the posts above a post."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, exists, select

from messages.store.database import Connection
from messages.store.tables import accounts, assignments, posts


@dataclass(frozen=True, kw_only=True)
class Superior:
    """The holder of a post further up; ``reachable``: has an account that can be written to."""

    person_id: int
    reachable: bool


async def above(conn: Connection, post_id: int, *, but: int | None) -> list[Superior]:
    """Who holds the posts above a post, by ``reports_to``, from below upwards, as far as one who can be reached.

    Vacant posts are passed over, and so are those that ``but`` holds.
    """
    found: list[Superior] = []
    seen, next_id = {post_id}, await conn.scalar(select(posts.c.reports_to_id).where(posts.c.id == post_id))
    while next_id is not None and next_id not in seen:  # a roster may have two posts report to each other
        seen.add(next_id)
        row = (await conn.execute(_held(next_id))).one()
        if row.person_id not in {None, but}:
            found.append(Superior(person_id=row.person_id, reachable=bool(row.reachable)))
            if row.reachable:
                break
        next_id = row.reports_to_id
    return found


def _held(post_id: int) -> Select[Any]:
    writable = accounts.c.left_at.is_(None), accounts.c.unreachable_since.is_(None)
    current = and_(assignments.c.post_id == posts.c.id, assignments.c.ended_at.is_(None))
    reachable = exists().where(accounts.c.person_id == assignments.c.person_id, *writable).label("reachable")
    return (
        select(posts.c.reports_to_id, assignments.c.person_id, reachable)
        .join(assignments, current, isouter=True)
        .where(posts.c.id == post_id)
    )


async def below(conn: Connection, person_id: int) -> frozenset[int]:
    """The posts that report to one that a person holds, directly or through others."""
    mine = assignments.c.person_id == person_id, assignments.c.ended_at.is_(None)
    held = select(assignments.c.post_id).where(*mine)
    under = select(posts.c.id).where(posts.c.reports_to_id.in_(held)).cte("under", recursive=True)
    under = under.union(select(posts.c.id).join(under, posts.c.reports_to_id == under.c.id))
    return frozenset(await conn.scalars(select(under.c.id)))
