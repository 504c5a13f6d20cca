"""Queries of what releases told of matters: kept, because a matter is compiled of all that are known of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from messages.store.database import Connection
from messages.store.tables import buyers, matter_releases, matters, units
from messages.store.upsert import insert_new
from messages.tenders.ocds.statements import Statement

_KEY = "ref", "release", "at", "compiled"


async def of(conn: Connection, refs: Sequence[str]) -> dict[str, list[Statement]]:
    """What is known of these matters, by ref."""
    found: dict[str, list[Statement]] = {}
    for row in await conn.execute(select(matter_releases).where(matter_releases.c.ref.in_(refs))):
        one = Statement(ref=row.ref, release=row.release, at=row.at, compiled=row.compiled, body=row.body)
        found.setdefault(row.ref, []).append(one)
    return found


async def add(conn: Connection, statements: Sequence[Statement]) -> None:
    """Keep what was told; what says otherwise than one of the same key before takes its place.

    What was compiled takes the place of all before it, which is not kept any more.
    """
    if not statements:
        return
    new = insert_new(conn, matter_releases)
    kept = new.on_conflict_do_update(index_elements=_KEY, set_={"body": new.excluded.body})
    rows = [
        {"ref": one.ref, "release": one.release, "at": one.at, "compiled": one.compiled, "body": dict(one.body)}
        for one in statements
    ]
    await conn.execute(kept, rows)
    for one in (one for one in statements if one.compiled):
        await conn.execute(delete(matter_releases).where(matter_releases.c.ref == one.ref, _before(one)))


async def with_many(conn: Connection, most: int) -> list[str]:
    """The refs of the matters of which more than so many releases are kept."""
    query = select(matter_releases.c.ref).group_by(matter_releases.c.ref).having(func.count() > most)
    return [*(await conn.scalars(query))]


async def keys(conn: Connection, ref: str) -> set[tuple[str, datetime, bool]]:
    """By what the releases of a matter are known that are kept."""
    release = matter_releases.c
    query = select(release.release, release.at, release.compiled).where(release.ref == ref)
    return {(row.release, row.at, row.compiled) for row in await conn.execute(query)}


def _before(one: Statement) -> ColumnElement[bool]:
    release = matter_releases.c
    same_date = and_(release.at == one.at, or_(~release.compiled, release.release != one.release))
    return or_(release.at < one.at, same_date)


async def placed(conn: Connection, refs: Sequence[str]) -> dict[str, bool]:
    """Which of these matters are known already, and whether each has its unit."""
    rows = await conn.execute(select(matters.c.ref, matters.c.unit_id).where(matters.c.ref.in_(refs)))
    return {row.ref: row.unit_id is not None for row in rows}


async def known_buyers(conn: Connection, names: Sequence[str]) -> set[str]:
    """Those of these names that are a unit's, or of which the office has said which unit is meant."""
    of_units = select(units.c.name).where(units.c.name.in_(names), units.c.ended_at.is_(None))
    of_buyers = select(buyers.c.name).where(buyers.c.name.in_(names))
    return {*(await conn.scalars(of_units)), *(await conn.scalars(of_buyers))}
