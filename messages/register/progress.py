"""How far the units that somebody looks after have come with the register: by unit, and in a unit by post.

Whoever looks after a unit sees the warnings and the points of its posts; of what was submitted is counted what the
viewer may see, which an inspector does not before the unit has accepted it. Who opens a unit's posts sees who holds
them: that is recorded, as of every list of people.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from messages.errors import NotFound
from messages.ledger import Kind
from messages.notices import Json
from messages.pages import Page, bounded, part_of
from messages.register.bases import Bases
from messages.register.reach import entitle, refused
from messages.register.views import PointSeen, insight_of, record, seen_of
from messages.scopes import EVERYWHERE
from messages.store import ledger, register_lists, register_progress, visibility
from messages.store.database import Connection, Database
from messages.store.register_progress import Figures, PostFigures, UnitFigures
from messages.store.visibility import UnitFound
from messages.store.warning_lists import called
from messages.text.phrase import phrase
from messages.visibility import What


@dataclass(frozen=True, kw_only=True)
class UnitsProgress:
    """A page of units, and ``total``, the figures of all that were found."""

    total: Figures
    page: Page[UnitFigures]


@dataclass(frozen=True, kw_only=True)
class UnitProgress:
    """A unit, its figures, and a page of its posts."""

    unit: UnitFound
    figures: Figures
    page: Page[PostFigures]


async def progress_of(
    db: Database,
    viewer: int | None,
    unit_search: str,
    number: int,
    now: datetime,
    *,
    outdated: Collection[str],
    size: int,
) -> UnitsProgress:
    """A page of the units that a person looks after: of those whose name holds ``unit_search``, with all below them.

    None is the operator at the command line, who sees everything. ``outdated`` are the codes of the laws that are out
    of date (``Bases.superseded``). Raises ``NotEntitled``.
    """
    scope = EVERYWHERE if viewer is None else await entitle(db, viewer, now)
    async with db.reading() as conn:
        who = await insight_of(conn, viewer)
        found = await register_progress.of_units(conn, scope, await called(conn, unit_search), outdated, who)
    return UnitsProgress(total=Figures.sum(one.figures for one in found), page=part_of(found, number, size))


async def unit_progress(
    db: Database, viewer: int, unit_id: int, number: int, now: datetime, *, outdated: Collection[str], size: int
) -> UnitProgress:
    """A unit and a page of its posts with their holders, which is recorded. Raises ``NotFound`` and ``NotEntitled``."""
    scope = await entitle(db, viewer, now)
    async with db.reading() as conn:
        unit = await visibility.unit(conn, unit_id)
    if unit is None:
        raise NotFound(phrase("There is no such unit."))
    if not scope.covers(unit.path):
        raise await refused(db, viewer, now, unit.name)
    async with db.reading() as conn:
        who = await insight_of(conn, viewer)
        figures = await register_progress.of_unit(conn, unit_id, outdated, who)
        number = bounded(number, figures.posts, size)
        where = {"limit": size, "offset": (number - 1) * size}
        rows = tuple(await register_progress.of_posts(conn, unit_id, outdated, who, **where))
    async with db.writing() as conn:
        await _record(conn, viewer, unit, rows, now)
    return UnitProgress(unit=unit, figures=figures, page=Page(rows=rows, total=figures.posts, number=number, size=size))


async def outdated_of(
    db: Database, viewer: int, unit_search: str, number: int, now: datetime, *, bases: Bases, size: int
) -> Page[PointSeen]:
    """A page of the points in the same units that cite a law out of date; that somebody looked is recorded."""
    scope, outdated = await entitle(db, viewer, now), bases.superseded(now.date())
    async with db.reading() as conn:
        where = scope, await called(conn, unit_search), outdated
        total = await register_progress.count_outdated(conn, *where)
        number = bounded(number, total, size)
        ids = await register_progress.outdated_points(conn, *where, limit=size, offset=(number - 1) * size)
        who, lines = await insight_of(conn, viewer), await register_lists.lines(conn, ids)
    await record(db, who, lines, What.REGISTER, now)
    return Page(rows=seen_of(lines, bases, now), total=total, number=number, size=size)


async def _record(conn: Connection, viewer: int, unit: UnitFound, rows: tuple[PostFigures, ...], now: datetime) -> None:
    codes: list[Json] = [*dict.fromkeys(row.post.holder_code for row in rows if row.post.holder_code)]
    if codes:
        body: dict[str, Json] = {"what": "register", "unit": unit.name, "people": codes}
        await ledger.append(conn, at=now, kind=Kind.RECORDS_VIEWED, person_id=viewer, body=body)
