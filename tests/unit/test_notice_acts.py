"""What a person may do about a notice: each act in its transaction, with its place in the ledger."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from messages.deliveries import DeliveryState
from messages.errors import NotFound
from messages.store import boards, steering, tables
from messages.store.database import Database
from schedules.boards import Phase, look
from schedules.clock import Clock
from schedules.figures import Counting
from schedules.notice_acts import Steer, cancel, pause, recall, standing
from schedules.steering import follow
from tests.district import MORNING, ZONE, District, saying

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
    found = await standing(district.db, notice, LATER)
    assert (found.notice.id, found.counts.recipients, found.counts.delivered) == (notice, 3, 1)
    assert found.unreached == ()
    assert await recorded(district.db) == []


async def test_that_the_operator_was_shown_whom_it_did_not_reach_is_recorded(district: District) -> None:
    """``notice show`` named people without a trace."""
    await district.person("D", ("P4", "财政局", 3), joined=False)
    notice = await district.issue(saying("broadcast:x"))
    assert [one.person_code for one in (await standing(district.db, notice, LATER)).unreached] == ["D"]
    body = {"what": "unreached", "by": "operator", "notice": "broadcast:x", "people": ["D"]}
    assert await recorded(district.db) == [("records_viewed", body)]


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


@pytest.mark.parametrize("act", [pause, cancel, recall])
async def test_a_board_that_showed_an_end_shows_what_follows(district: District, act: Steer) -> None:
    """Whichever face it is asked on: from the browser a recall once never came to its speaker's board."""
    notice, member = await district.issue(saying()), district.people["A"]
    async with district.db.writing() as conn:
        chat = {"bot_id": 1, "chat_id": district.chat("A")}
        await boards.hang(conn, notice_id=notice, person_id=member, **chat, now=MORNING)
        (board,) = await boards.hanging(conn, 1)
        await boards.take_down(conn, board.id, MORNING)
    await act(district.db, notice, None, LATER)
    async with district.db.reading() as conn:
        assert [one.id for one in await boards.hanging(conn, 1)] == [board.id]


async def test_a_recall_is_not_told_as_done_before_its_messages_are_known(district: District) -> None:
    """Between the mark and the walk nothing is to be deleted yet: a board that looked then would have closed."""
    notice = await district.issue(saying())
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    async with district.db.writing() as conn:
        await steering.mark(conn, notice, LATER, cancelled_at=LATER, recalled_at=LATER)
    clock = Clock(ZONE, LATER)
    found = await look(district.db, Counting(district.db, clock), notice, LATER)
    assert (found.phase, found.final) == (Phase.RECALLING, False)
    await follow(district.db, notice, LATER)
    found = await look(district.db, Counting(district.db, clock), notice, LATER)
    assert (found.phase, found.recalled.failed, found.final) == (Phase.RECALLED, 3, True)  # their numbers are not known


async def test_a_notice_that_is_not_there_is_not_found(district: District) -> None:
    for act in (
        lambda: standing(district.db, 9, LATER),
        lambda: cancel(district.db, 9, None, LATER),
    ):
        with pytest.raises(NotFound):
            await act()
