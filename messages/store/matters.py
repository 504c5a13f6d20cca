"""Queries of matters: found, held, added and changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select, update

from messages.store import matter_dates
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import matters, units
from messages.store.upsert import insert_new
from messages.tenders.kept import Kept, Standing
from messages.tenders.milestones import MatterKind
from messages.tenders.records import OVER, Matter, MatterState, Method, Source

RUNS: Final[ColumnElement[bool]] = matters.c.state.in_([state.value for state in MatterState if state not in OVER])
"""Of ``matters``: one that goes on."""


def listed() -> Select[Any]:
    """Matters, with their units."""
    of_unit = units.c.name.label("unit"), units.c.path.label("unit_path")
    return select(matters, *of_unit).outerjoin_from(matters, units, units.c.id == matters.c.unit_id)


def matter_of(row: Row[Any]) -> Matter:
    """A row of ``listed``, or of what selects its columns too."""
    return Matter(
        id=row.id,
        ref=row.ref,
        version=row.version,
        kind=MatterKind(row.kind),
        title=row.title,
        buyer=row.buyer,
        unit_id=row.unit_id,
        unit=row.unit,
        unit_path=row.unit_path,
        amount=row.amount,
        currency=row.currency,
        method=Method(row.method),
        method_said=row.method_said,
        state=MatterState(row.state),
        source=Source(row.source),
        why=row.why,
        created_at=row.created_at,
        changed_at=row.changed_at,
        created_by=row.created_by,
        released_at=row.released_at,
    )


async def find(conn: Connection, which: int | str) -> Matter | None:
    """A matter by id or ref."""
    if not (is_id(which) if isinstance(which, int) else which.isprintable()):
        return None  # PostgreSQL takes neither such numbers nor a NUL
    mine = matters.c.id == which if isinstance(which, int) else matters.c.ref == which
    row = (await conn.execute(listed().where(mine))).one_or_none()
    return matter_of(row) if row else None


async def found(conn: Connection, ids: Sequence[int]) -> dict[int, Matter]:
    """Matters by their ids."""
    rows = await conn.execute(listed().where(among(conn, matters.c.id, ids)))
    return {row.id: matter_of(row) for row in rows}


async def hold(conn: Connection, refs: Collection[str]) -> dict[str, Kept]:
    """Matters by ref, as they are kept; nobody else changes them until this transaction ends."""
    return {one.standing.ref: one for one in await _hold(conn, matters.c.ref.in_(refs))}


async def hold_one(conn: Connection, matter_id: int) -> Kept | None:
    """A matter, as it is kept, which nobody else changes until this transaction ends."""
    return next(iter(await _hold(conn, matters.c.id == matter_id)), None) if is_id(matter_id) else None


async def hold_to_place(
    conn: Connection, buyer: str, unit_id: int, before_id: int | None, matter_id: int | None, most: int
) -> list[Kept]:
    """So many of a buyer's matters, likewise, that are not of a unit yet: those of none, of the one before, and one."""
    of_none, of_before = matters.c.unit_id.is_(None), matters.c.unit_id == before_id
    to_place = or_(of_none, of_before, matters.c.id == matter_id) if matter_id else or_(of_none, of_before)
    return await _hold(conn, and_(matters.c.buyer == buyer, to_place, or_(of_none, matters.c.unit_id != unit_id)), most)


async def _hold(conn: Connection, which: ColumnElement[bool], most: int | None = None) -> list[Kept]:
    # The rows first, and what hangs on them when they are held: as it was before, it may be another's by now.
    found = select(matters.c.id).where(which).order_by(matters.c.ref).limit(most).with_for_update()
    ids = list(await conn.scalars(found))
    if not ids:
        return []
    facts, posts = await matter_dates.kept(conn, ids), await matter_dates.posts(conn, ids)
    return [
        Kept(
            id=row.id,
            version=row.version,
            unit=row.unit,
            unit_path=row.unit_path,
            created_at=row.created_at,
            standing=_standing(row),
            facts={one.place: one for one in facts.get(row.id, ())},
            posts=posts.get(row.id, frozenset()),
        )
        for row in await conn.execute(listed().where(among(conn, matters.c.id, ids)).order_by(matters.c.ref))
    ]


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        ref=row.ref,
        kind=MatterKind(row.kind),
        title=row.title,
        buyer=row.buyer,
        unit_id=row.unit_id,
        amount=row.amount,
        currency=row.currency,
        method=Method(row.method),
        method_said=row.method_said,
        state=MatterState(row.state),
        source=Source(row.source),
        why=row.why,
        released_at=row.released_at,
        told=row.told or {},
    )


def _json(told: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {source: dict(words) for source, words in told.items()}


def _values(standing: Standing) -> dict[str, Any]:
    return {
        "kind": standing.kind.value,
        "title": standing.title,
        "buyer": standing.buyer,
        "unit_id": standing.unit_id,
        "amount": standing.amount,
        "currency": standing.currency,
        "method": standing.method.value,
        "method_said": standing.method_said,
        "state": standing.state.value,
        "source": standing.source.value,
        "why": standing.why,
        "released_at": standing.released_at,
        "told": _json(standing.told),
    }


async def add(conn: Connection, new: Iterable[Standing], person_id: int | None, now: datetime) -> dict[str, int]:
    """Add matters in their first version; gives the ids of those whose refs nobody has added meanwhile."""
    first: dict[str, Any] = {"version": 1, "created_at": now, "created_by": person_id, "changed_at": now}
    rows = [{"ref": one.ref, **_values(one), **first} for one in sorted(new, key=lambda one: one.ref)]
    if not rows:
        return {}
    adding = insert_new(conn, matters).on_conflict_do_nothing(index_elements=["ref"])
    return {row.ref: row.id for row in await conn.execute(adding.returning(matters.c.id, matters.c.ref), rows)}


async def change(conn: Connection, changed: Mapping[int, tuple[Standing, int]], now: datetime) -> None:
    """Have matters, by their ids, be otherwise, and in these versions."""
    rows = [
        {"the_id": matter_id, **_values(standing), "version": version, "changed_at": now}
        for matter_id, (standing, version) in changed.items()
    ]
    if rows:
        await conn.execute(update(matters).where(matters.c.id == bindparam("the_id")), rows)


async def note(conn: Connection, noted: Mapping[int, Standing]) -> None:
    """Keep what sources told of matters, by their ids, that changes nothing."""
    rows = [
        {"the_id": matter_id, "told_now": _json(one.told), "released": one.released_at}
        for matter_id, one in noted.items()
    ]
    if rows:
        mine = update(matters).where(matters.c.id == bindparam("the_id"))
        await conn.execute(mine.values(told=bindparam("told_now"), released_at=bindparam("released")), rows)


async def count_unplaced(conn: Connection, refs: Sequence[str]) -> int:
    """How many of these matters are of no unit."""
    query = select(func.count()).where(matters.c.ref.in_(refs), matters.c.unit_id.is_(None))
    return int(await conn.scalar(query) or 0) if refs else 0


async def mark_reckoned(conn: Connection, ids: Sequence[int], digest: str) -> None:
    """Note by which rules and days the limits of matters were reckoned."""
    if ids:
        await conn.execute(update(matters).where(among(conn, matters.c.id, ids)).values(reckoned_by=digest))


async def follow_anew(conn: Connection, ids: Sequence[int]) -> None:
    """Have it be looked at anew who was told other dates of matters; calendars know by the version that they moved."""
    if ids:
        later = {"followed": 0, "version": matters.c.version + 1}
        await conn.execute(update(matters).where(among(conn, matters.c.id, ids)).values(later))
