"""What there is to choose from: units, risk nodes and posts, found by parts of what they are called."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from messages.items.records import AboutPost
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.items import about_post, about_posts
from messages.store.tables import nodes, people, posts, units


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A unit or a risk node that can be chosen."""

    id: int
    name: str


async def units_within(
    conn: Connection, scope: Scope, search: str, *, offset: int, limit: int
) -> tuple[list[Choice], int]:
    """A page of the units within a scope whose names hold ``search``, from above downwards; and how many there are."""
    mine = within(scope), units.c.ended_at.is_(None), units.c.name.icontains(search, autoescape=True)
    total = int(await conn.scalar(select(func.count()).select_from(units).where(*mine)) or 0)
    query = select(units.c.id, units.c.name).where(*mine).order_by(units.c.path).offset(offset).limit(limit)
    return [Choice(id=row.id, name=row.name) for row in await conn.execute(query)], total


async def nodes_named(conn: Connection, search: str, *, offset: int, limit: int) -> tuple[list[Choice], int]:
    """A page of the risk nodes whose names hold ``search``, the one of just this name first; and how many there are."""
    mine = nodes.c.name.icontains(search, autoescape=True)
    total = int(await conn.scalar(select(func.count()).select_from(nodes).where(mine)) or 0)
    begins = ~nodes.c.name.istartswith(search, autoescape=True)
    found = select(nodes.c.id, nodes.c.name).where(mine).order_by(nodes.c.name != search, begins, nodes.c.name)
    query = found.offset(offset).limit(limit)
    return [Choice(id=row.id, name=row.name) for row in await conn.execute(query)], total


async def name_of(conn: Connection, kind: str, chosen: int, scope: Scope) -> str | None:
    """The name of the risk node of an id, or of the unit, where that lies within a scope and has not ended."""
    query = select(nodes.c.name).where(nodes.c.id == chosen)
    if kind == "unit":
        query = select(units.c.name).where(units.c.id == chosen, within(scope), units.c.ended_at.is_(None))
    name: str | None = await conn.scalar(query)
    return name


async def posts_within(
    conn: Connection, scope: Scope, search: str, *, offset: int, limit: int
) -> tuple[list[AboutPost], int]:
    """A page of the posts in units within a scope, from above downwards; and how many there are.

    Each word of ``search`` is in the unit's name, the post's title or code, or the holder's name.
    """
    mine = within(scope), posts.c.ended_at.is_(None), *map(_called, search.split())
    found = about_posts().where(*mine)
    total = int(await conn.scalar(select(func.count()).select_from(found.subquery())) or 0)
    page = found.order_by(units.c.path, posts.c.level, posts.c.code).offset(offset).limit(limit)
    return [about_post(row) for row in await conn.execute(page)], total


async def post_of(conn: Connection, post_id: int, scope: Scope) -> AboutPost | None:
    """The post of an id, where its unit lies within a scope and it has not ended."""
    query = about_posts().where(posts.c.id == post_id, within(scope), posts.c.ended_at.is_(None))
    row = (await conn.execute(query)).one_or_none()
    return about_post(row) if row else None


async def posts_of(conn: Connection, codes: Sequence[str]) -> list[AboutPost]:
    """The posts of these codes, in their order; those that are not there are left out."""
    found = {row.code: about_post(row) for row in await conn.execute(about_posts().where(posts.c.code.in_(codes)))}
    return [found[code] for code in codes if code in found]


def _called(word: str) -> ColumnElement[bool]:
    names = units.c.name, posts.c.title, posts.c.code, people.c.name
    return or_(*(name.icontains(word, autoescape=True) for name in names))
