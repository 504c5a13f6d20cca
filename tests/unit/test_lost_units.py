"""The units in which nothing reaches somebody: found among all, shown by scope and name, a page at a time."""

from datetime import datetime, timedelta
from typing import Final

import pytest
from sqlalchemy import update

from messages.organisation.lost_units import LostUnits
from messages.organisation.records import Role, UnitKind
from messages.organisation.views import UNITS_A_PAGE, lost_units_of
from messages.store import tables
from messages.store.database import Database
from tests.district import MORNING, District
from tests.service import until

AS_LONG_AS_IT_TAKES: Final = 60.0


@pytest.fixture
async def district(db: Database) -> District:
    """An office above bureaus: N of 财政局 never joined, B of 教育局 has blocked the bot, C of 卫健局 has left."""
    district = District(db)
    await district.unit("推进办", kind=UnitKind.OFFICE)
    for bureau in ("财政局", "教育局", "卫健局", "审计局"):
        await district.unit(bureau, "推进办")
    await district.person("O", ("P0", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
    await district.person("L", ("P1", "审计局", 1), roles=[(Role.LEADER, "教育局")])
    await district.person("N", ("P2", "财政局", 2), joined=False)
    await district.person("A", ("P3", "财政局", 2))
    await district.person("B", ("P4", "教育局", 2), ("P5", "教育局", 3))
    await district.person("C", ("P6", "卫健局", 2))
    await change(district, "B", unreachable_since=MORNING, unreachable_reason="blocked")
    await change(district, "C", left_at=MORNING)
    return district


async def change(district: District, code: str, **values: object) -> None:
    theirs = tables.accounts.c.person_id == district.people[code]
    async with district.db.writing() as conn:
        await conn.execute(update(tables.accounts).where(theirs).values(values))


async def shown(district: District, lost: LostUnits, who: str = "O", named: str = "") -> list[tuple[str, int]]:
    page = await lost_units_of(district.db, district.people[who], lost, named, 1, MORNING)
    assert page is not None
    return [(unit.name, unit.unreachable) for unit in page.rows]


async def test_units_with_somebody_unreachable_are_shown_within_scope_and_by_name(district: District) -> None:
    lost = LostUnits(district.db, AS_LONG_AS_IT_TAKES)
    assert await shown(district, lost) == [("财政局", 1), ("教育局", 2), ("卫健局", 1)]
    assert await shown(district, lost, who="L") == [("教育局", 2)]
    assert await shown(district, lost, named="财") == [("财政局", 1)]


async def test_whoever_can_be_reached_again_or_has_gone_is_not_looked_for(district: District) -> None:
    lost = LostUnits(district.db, AS_LONG_AS_IT_TAKES)
    assert len(await shown(district, lost)) == 3
    await change(district, "B", unreachable_since=None)
    async with district.db.writing() as conn:
        gone = tables.assignments.c.person_id == district.people["N"]
        await conn.execute(update(tables.assignments).where(gone).values(ended_at=MORNING))
        moved = tables.units.c.name == "卫健局"
        await conn.execute(update(tables.units).where(moved).values(ended_at=MORNING))
    assert await shown(district, lost) == []


async def test_pages_are_of_units_with_somebody_unreachable_alone(db: Database) -> None:
    """A large organisation had pages and pages of units in which everybody could be reached."""
    district = District(db)
    await district.unit("推进办", kind=UnitKind.OFFICE)
    await district.person("O", ("P0", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
    for number in range(UNITS_A_PAGE + 20):
        await district.unit(f"局{number:03}", "推进办")
        await district.person(f"N{number}", (f"Q{number}", f"局{number:03}", 3), joined=number % 4 != 0)
    page = await lost_units_of(db, district.people["O"], LostUnits(db, AS_LONG_AS_IT_TAKES), "", 1, MORNING)
    assert page is not None
    assert (page.total, page.pages, len(page.rows)) == (30, 1, 30)
    assert {unit.unreachable for unit in page.rows} == {1}


async def test_while_a_large_organisation_is_looked_through_nobody_waits(district: District) -> None:
    lost, office = LostUnits(district.db, patience=0), district.people["O"]
    assert await lost_units_of(district.db, office, lost, "", 1, MORNING) is None

    async def many(at: datetime) -> int | None:
        found = await lost.now(at)
        return None if found is None else len(found)

    async def known() -> bool:
        return await many(MORNING) == 3

    async def anew() -> bool:
        return await many(MORNING + timedelta(minutes=3)) == 2

    await until(known)
    await change(district, "B", unreachable_since=None)
    assert await many(MORNING + timedelta(seconds=59)) == 3
    await until(anew)
    await lost.close()
