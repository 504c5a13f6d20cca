"""What a roster's import reads: the whole organisation as it stands."""

from sqlalchemy import select, true

from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.change import Grant, Holding, Kept, Person, Post, Standing, Tie, Unit
from messages.store.database import Connection
from messages.store.tables import assignments, nodes, people, post_nodes, posts, roles, units


async def standing(conn: Connection) -> Standing:
    """The organisation as it stands, ended units and posts included."""
    return Standing(
        units=await _units(conn),
        posts=await _posts(conn),
        people=await _people(conn),
        chose_language=frozenset(await conn.scalars(select(people.c.code).where(people.c.language_chosen))),
        holders=await _holders(conn),
        roles=await _roles(conn),
        granted=frozenset(await _roles(conn, granted=True)),
        nodes=await _ties(conn),
    )


async def _units(conn: Connection) -> dict[str, Kept[Unit]]:
    above = units.alias("above")
    query = select(units.c.id, units.c.name, above.c.name.label("parent"), units.c.kind, units.c.ended_at).join_from(
        units, above, above.c.id == units.c.parent_id, isouter=True
    )
    return {
        row.name: Kept(row.id, Unit(row.name, row.parent, UnitKind(row.kind)), row.ended_at is not None)
        for row in await conn.execute(query.order_by(units.c.id))
    }


async def _posts(conn: Connection) -> dict[str, Kept[Post]]:
    above = posts.alias("above")
    query = (
        select(
            posts.c.id,
            posts.c.code,
            units.c.name.label("unit"),
            posts.c.title,
            posts.c.level,
            posts.c.risk,
            above.c.code.label("reports_to"),
            posts.c.ended_at,
        )
        .join_from(posts, units, units.c.id == posts.c.unit_id)
        .join(above, above.c.id == posts.c.reports_to_id, isouter=True)
        .order_by(posts.c.id)
    )
    return {
        row.code: Kept(
            row.id,
            Post(row.code, row.unit, row.title, row.level, bool(row.risk), row.reports_to),
            row.ended_at is not None,
        )
        for row in await conn.execute(query)
    }


async def _people(conn: Connection) -> dict[str, Kept[Person]]:
    query = select(people.c.id, people.c.code, people.c.name, people.c.language)
    return {row.code: Kept(row.id, Person(row.code, row.name, row.language)) for row in await conn.execute(query)}


async def _holders(conn: Connection) -> dict[str, Kept[Holding]]:
    query = (
        select(assignments.c.id, posts.c.code.label("post"), people.c.code.label("person"))
        .join_from(assignments, posts, posts.c.id == assignments.c.post_id)
        .join(people, people.c.id == assignments.c.person_id)
        .where(assignments.c.ended_at.is_(None))
    )
    return {row.post: Kept(row.id, Holding(row.post, row.person)) for row in await conn.execute(query)}


async def _roles(conn: Connection, *, granted: bool | None = None) -> dict[Grant, int]:
    """The roles borne now, with their rows' ids; all of them, or those that people ``granted``."""
    query = (
        select(roles.c.id, people.c.code, roles.c.role, units.c.name)
        .join_from(roles, people, people.c.id == roles.c.person_id)
        .join(units, units.c.id == roles.c.unit_id)
        .where(roles.c.ended_at.is_(None), true() if granted is None else roles.c.granted)
    )
    return {Grant(row.code, Role(row.role), row.name): row.id for row in await conn.execute(query)}


async def _ties(conn: Connection) -> dict[Tie, int]:
    query = (
        select(posts.c.id, posts.c.code, nodes.c.name)
        .join_from(post_nodes, posts, posts.c.id == post_nodes.c.post_id)
        .join(nodes, nodes.c.id == post_nodes.c.node_id)
    )
    return {Tie(row.code, row.name): row.id for row in await conn.execute(query)}
