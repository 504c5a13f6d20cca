"""Queries of the dates of matters, and of the posts that are named for their steps."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, tuple_, update

from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import matter_dates, matter_posts, people
from messages.tenders.kept import KeptFact, Named
from messages.tenders.milestones import Milestone
from messages.tenders.views import KnownFact


async def kept(conn: Connection, matter_ids: Sequence[int]) -> dict[int, list[KeptFact]]:
    """The dates of matters as they are kept, those that were taken away too."""
    facts: dict[int, list[KeptFact]] = defaultdict(list)
    for row in await conn.execute(select(matter_dates).where(among(conn, matter_dates.c.matter_id, matter_ids))):
        facts[row.matter_id].append(_kept(row))
    return facts


def _kept(row: Row[Any]) -> KeptFact:
    return KeptFact(
        id=row.id,
        milestone=Milestone(row.milestone),
        part=row.part,
        at=row.at,
        whole_day=row.whole_day,
        changed_at=row.changed_at,
        person_id=row.person_id,
        told=row.told or {},
    )


async def known(conn: Connection, matter_id: int) -> tuple[KnownFact, ...]:
    """The facts of a matter in the order of time, with who entered them."""
    query = (
        select(matter_dates, people.c.code, people.c.name)
        .outerjoin_from(matter_dates, people, people.c.id == matter_dates.c.person_id)
        .where(matter_dates.c.matter_id == matter_id, matter_dates.c.at.is_not(None))
        .order_by(matter_dates.c.at, matter_dates.c.id)
    )
    return tuple(
        KnownFact(fact=fact, changed_at=row.changed_at, person=row.code, name=row.name)
        for row in await conn.execute(query)
        if (fact := _kept(row).fact)
    )


async def write(conn: Connection, put: Sequence[tuple[int, KeptFact]], drop: Sequence[int]) -> None:
    """Keep dates, each of the matter with this id, and remove others by their ids."""
    if drop:
        await conn.execute(delete(matter_dates).where(among(conn, matter_dates.c.id, drop)))
    new = [{"matter_id": of, **_row(one)} for of, one in put if one.id is None]
    if new:
        await conn.execute(insert(matter_dates), new)
    changed = [{"the_id": one.id, **_row(one)} for _, one in put if one.id is not None]
    if changed:
        await conn.execute(update(matter_dates).where(matter_dates.c.id == bindparam("the_id")), changed)


def _row(one: KeptFact) -> dict[str, Any]:
    return {
        "milestone": one.milestone.value,
        "part": one.part,
        "at": one.at,
        "whole_day": one.whole_day,
        "changed_at": one.changed_at,
        "person_id": one.person_id,
        "told": dict(one.told),
    }


# --- named posts ------------------------------------------------------------------------------------------------------


async def posts(conn: Connection, matter_ids: Sequence[int]) -> dict[int, frozenset[Named]]:
    """The posts that are named for matters."""
    query = select(matter_posts).where(among(conn, matter_posts.c.matter_id, matter_ids))
    found: dict[int, set[Named]] = defaultdict(set)
    for row in await conn.execute(query):
        found[row.matter_id].add((row.milestone, row.post_id))
    return {matter_id: frozenset(named) for matter_id, named in found.items()}


async def name_posts(conn: Connection, matter_id: int, before: frozenset[Named], after: frozenset[Named]) -> None:
    """Have a matter's named posts be these."""
    if gone := before - after:
        mine = matter_posts.c.matter_id == matter_id, tuple_(matter_posts.c.milestone, matter_posts.c.post_id).in_(gone)
        await conn.execute(delete(matter_posts).where(*mine))
    rows = [{"matter_id": matter_id, "milestone": of, "post_id": post_id} for of, post_id in sorted(after - before)]
    if rows:
        await conn.execute(insert(matter_posts), rows)
