"""Queries of where items are placed: units by their paths, posts by their codes."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from messages.items.records import AboutPost
from messages.store.database import Connection
from messages.store.items import AT_ONCE, about_post, about_posts
from messages.store.tables import assignments, posts, units


@dataclass(frozen=True, kw_only=True)
class PostPlace:
    """A post that an item may be about: its unit's path, and who holds it."""

    post: AboutPost
    path: str
    person_id: int | None


async def units_at(conn: Connection, paths: Collection[str]) -> dict[str, tuple[int, str]]:
    """The ids and names of units by their paths."""
    query = select(units.c.id, units.c.name, units.c.path).where(units.c.path.in_(paths))
    return {row.path: (row.id, row.name) for row in await conn.execute(query)}


async def posts_of(conn: Connection, codes: Collection[str]) -> dict[str, PostPlace]:
    """The posts that there are now of these codes."""
    wanted, found = sorted(codes), dict[str, PostPlace]()
    for start in range(0, len(wanted), AT_ONCE):
        some = posts.c.code.in_(wanted[start : start + AT_ONCE])
        query = about_posts(units.c.path, assignments.c.person_id).where(some, posts.c.ended_at.is_(None))
        for row in await conn.execute(query):
            found[row.code] = PostPlace(post=about_post(row), path=row.path, person_id=row.person_id)
    return found
