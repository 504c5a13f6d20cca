"""What a person may do about a notice: each act in its transaction, with its place in the ledger."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from messages.deliveries import DeliveryState
from messages.errors import NotFound
from messages.store import tables
from messages.store.database import Database
from schedules.notice_acts import cancel, standing
from tests.district import MORNING, District, saying

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
async def district(db: Database) -> District:
    """Three people of one bureau."""
    district = District(db)
    await district.bureau("A", "B", "C")
    return district


async def recorded(db: Database) -> list[tuple[str, Any]]:
    async with db.reading() as conn:
        return [(row.kind, row.body) for row in await conn.execute(select(tables.ledger.c.kind, tables.ledger.c.body))]


async def test_a_notice_is_shown_as_it_stands(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    await district.settle((await district.claim())[:1], DeliveryState.DELIVERED)
    found = await standing(district.db, notice)
    assert (found.notice.id, found.counts.recipients, found.counts.delivered) == (notice, 3, 1)
    assert found.unreached == ()


async def test_cancelling_stops_what_is_not_sent_and_is_recorded(district: District) -> None:
    notice = await district.issue(saying("broadcast:x"))
    done = await cancel(district.db, notice, None, LATER)
    assert (done.moved, done.counts.cancelled) == (3, 3)
    assert await recorded(district.db) == [("notice_cancelled", {"notice": "broadcast:x"})]


async def test_of_two_cancellations_the_first_stands(district: District) -> None:
    notice = await district.issue(saying("broadcast:x"))
    first = await cancel(district.db, notice, None, MORNING)
    again = await cancel(district.db, notice, None, LATER)
    assert (first.at, first.before) == (MORNING, False)
    assert (again.at, again.before, again.moved) == (MORNING, True, 0)
    assert len(await recorded(district.db)) == 1


async def test_a_notice_that_is_not_there_is_not_found(district: District) -> None:
    for act in (
        lambda: standing(district.db, 9),
        lambda: cancel(district.db, 9, None, LATER),
    ):
        with pytest.raises(NotFound):
            await act()
