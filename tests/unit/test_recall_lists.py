"""Who still has a message of a recalled notice: for who may recall it, a page at a time, and recorded."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from messages.deliveries import DeliveryState
from messages.errors import NotEntitled
from messages.organisation.records import Role
from messages.store import tables
from messages.store.database import Database
from schedules.notice_acts import recall
from schedules.recall_lists import still_there
from tests.district import MORNING, District, saying

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
async def district(db: Database) -> District:
    """An office of one county with three people, none of whom can be recalled from: no message's number is known."""
    district = District(db)
    await district.unit("县")
    await district.unit("局", "县")
    await district.unit("别处")
    await district.person("O", ("P0", "别处", 3), roles=[(Role.OFFICE, "县")])
    await district.person("X", ("P9", "别处", 3), roles=[(Role.OFFICE, "别处")])
    for number, code in enumerate("ABC", 1):
        await district.person(code, (f"P{number}", "局", 3))
    return district


async def recalled(district: District) -> int:
    notice = await district.issue(saying("broadcast:x", audience="unit:县"))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    await recall(district.db, notice, None, LATER)
    return notice


async def views(db: Database) -> list[tuple[int | None, Any]]:
    mine = tables.ledger.c.kind == "records_viewed"
    async with db.reading() as conn:
        rows = await conn.execute(select(tables.ledger.c.person_id, tables.ledger.c.body).where(mine))
        return [(row.person_id, row.body["people"]) for row in rows]


async def test_the_office_of_a_part_pages_through_whom_its_recall_missed(district: District) -> None:
    """Once only who reached everything saw them, and nobody the five-hundred-and-first."""
    notice, office = await recalled(district), district.people["O"]
    first = await still_there(district.db, office, notice, 1, LATER, size=2)
    last = await still_there(district.db, office, notice, 9, LATER, size=2)
    assert [[one.person_code for one in seen.page.rows] for seen in (first, last)] == [["A", "B"], ["C"]]
    assert (first.page.total, last.page.number, last.page.pages) == (3, 2, 2)
    assert await views(district.db) == [(office, ["A", "B"]), (office, ["C"])]


async def test_who_may_not_recall_a_notice_is_not_told_who_has_it(district: District) -> None:
    notice = await recalled(district)
    with pytest.raises(NotEntitled):
        await still_there(district.db, district.people["X"], notice, 1, LATER, size=2)
    assert await views(district.db) == []
    assert (await still_there(district.db, None, notice, 1, LATER, size=9)).recalled.failed == 3
    assert await views(district.db) == [(None, ["A", "B", "C"])]
