"""The organisation as somebody may look at it: by unit, a page at a time, within the reader's scope.

Who opens a unit's people sees records of others, so that is in the ledger: who looked, at whom.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic

from messages.errors import NotFound
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.lost_units import LostUnits
from messages.pages import Page, Row, bounded, part_of
from messages.rights import Act, entitle, refuse
from messages.store import browsing, ledger
from messages.store.browsing import LostHolder, PostSeen, UnitSeen
from messages.store.database import Connection, Database
from messages.text.phrase import phrase

UNITS_A_PAGE: Final = 100
ROWS_A_PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class UnitPage(Generic[Row]):
    """A unit, and a page of what is in it."""

    unit: UnitSeen
    page: Page[Row]


async def units_of(db: Database, viewer: int, named: str, number: int, now: datetime) -> Page[UnitSeen]:
    """The units within a person's scope, of those whose name holds ``named``; a number beyond the last is the last."""
    scope = await entitle(db, viewer, Act.SEE_ROSTER, now)
    async with db.reading() as conn:
        total = await browsing.count_units(conn, scope, named)
        number = bounded(number, total, UNITS_A_PAGE)
        offset = (number - 1) * UNITS_A_PAGE
        rows = await browsing.units_page(conn, scope, named, limit=UNITS_A_PAGE, offset=offset)
    return Page(rows=tuple(rows), total=total, number=number, size=UNITS_A_PAGE)


async def lost_units_of(
    db: Database, viewer: int, lost: LostUnits, named: str, number: int, now: datetime
) -> Page[UnitSeen] | None:
    """Of the same units those in which nothing reaches somebody; None while they are looked for the first time."""
    scope = await entitle(db, viewer, Act.SEE_ROSTER, now)
    found = await lost.now(now)
    if found is None:
        return None
    called = named.casefold()
    mine = [one.id for one in found if scope.covers(one.path) and called in one.name.casefold()]
    part = part_of(mine, number, UNITS_A_PAGE)
    async with db.reading() as conn:
        rows = await browsing.units_by_id(conn, part.rows)
    return Page(rows=tuple(rows), total=part.total, number=part.number, size=part.size)


async def posts_of(db: Database, viewer: int, unit_id: int, number: int, now: datetime) -> UnitPage[PostSeen]:
    """A unit's posts and who holds them; recorded as looked at."""

    async def load(conn: Connection, unit: UnitSeen) -> Page[PostSeen]:
        at = bounded(number, unit.posts, ROWS_A_PAGE)
        rows = await browsing.posts_page(conn, unit.id, limit=ROWS_A_PAGE, offset=(at - 1) * ROWS_A_PAGE)
        return Page(rows=tuple(rows), total=unit.posts, number=at, size=ROWS_A_PAGE)

    def codes(page: Page[PostSeen]) -> list[str]:
        return [row.person_code for row in page.rows if row.person_code]

    return await _looked_at(db, viewer, unit_id, "roster", now, load, codes)


async def lost_in(db: Database, viewer: int, unit_id: int, number: int, now: datetime) -> UnitPage[LostHolder]:
    """A unit's people whom nothing reaches, with the reason; recorded as looked at."""

    async def load(conn: Connection, unit: UnitSeen) -> Page[LostHolder]:
        total = await browsing.count_lost(conn, unit.id)
        at = bounded(number, total, ROWS_A_PAGE)
        rows = await browsing.lost_page(conn, unit.id, limit=ROWS_A_PAGE, offset=(at - 1) * ROWS_A_PAGE)
        return Page(rows=tuple(rows), total=total, number=at, size=ROWS_A_PAGE)

    def codes(page: Page[LostHolder]) -> list[str]:
        return [row.person_code for row in page.rows]

    return await _looked_at(db, viewer, unit_id, "unreachable", now, load, codes)


async def _looked_at(
    db: Database,
    viewer: int,
    unit_id: int,
    what: str,
    now: datetime,
    load: Callable[[Connection, UnitSeen], Awaitable[Page[Row]]],
    codes: Callable[[Page[Row]], list[str]],
) -> UnitPage[Row]:
    async with db.reading() as conn:
        unit = await browsing.unit(conn, unit_id)
    about: dict[str, Json] = {"what": what, "unit": unit.name if unit else unit_id}
    scope = await entitle(db, viewer, Act.SEE_ROSTER, now, **about)
    if unit is None:
        raise NotFound(phrase("There is no such unit."))
    if not scope.covers(unit.path):
        raise await refuse(db, viewer, Act.SEE_ROSTER, now, **about)
    async with db.reading() as conn:
        page = await load(conn, unit)
    async with db.writing() as conn:
        body: dict[str, Json] = {"what": what, "unit": unit.name, "people": [*codes(page)]}
        await ledger.append(conn, at=now, kind=Kind.RECORDS_VIEWED, person_id=viewer, body=body)
    return UnitPage(unit=unit, page=page)
