"""How far a notice is, as its speaker's board tells it, and when the board has nothing more to tell."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.boards import _Shown
from messages.deliveries import DeliveryState
from messages.figures import Figures
from messages.notices import Category, Counts, Lane, Notice
from messages.store import steering, tables
from messages.store.database import Database
from messages.store.recalls import Recalled
from schedules.boards import Look, Phase, is_final, look, phase_of
from schedules.clock import Clock
from schedules.figures import Counting
from schedules.notice_acts import recall
from tests.district import MORNING, ZONE, District, saying

LATER = MORNING + timedelta(hours=1)
SENT = Counts(recipients=3, delivered=2, unreachable=1, obligations=3)


def notice(**marks: Any) -> Notice:  # noqa: ANN401 -- a notice's fields
    given: dict[str, Any] = {
        "id": 1, "key": "broadcast:1", "category": Category.BROADCAST, "lane": Lane.BROADCAST, "template": "text",
        "params": {"text": "x"}, "title": None, "audience": "all", "acknowledge": True,
        "acknowledge_by": MORNING + timedelta(days=2), "send_at": MORNING, "expires_at": MORNING + timedelta(days=30),
        "provisional": False, "created_at": MORNING, "created_by": 1, "approved_by": None, "cancelled_at": None,
        "paused_at": None, "recalled_at": None, "anytime": False, "attachments": (),
    }  # fmt: skip
    return Notice(**given | marks)


def figures(counts: Counts) -> Figures:
    return Figures(notice_id=1, at=LATER, seconds=0, counts=counts)


@pytest.mark.parametrize(
    ("marks", "counts", "recalled", "phase", "final"),
    [
        ({"send_at": LATER + timedelta(hours=1)}, Counts(), Recalled(), Phase.AHEAD, False),
        ({}, Counts(), Recalled(), Phase.RUNNING, False),
        ({}, Counts(recipients=3, planned=1, delivered=2), Recalled(), Phase.RUNNING, False),
        ({"paused_at": LATER}, Counts(recipients=3, planned=1, delivered=2), Recalled(), Phase.PAUSED, False),
        ({}, SENT, Recalled(), Phase.SENT, False),
        ({"acknowledge": False}, SENT, Recalled(), Phase.SENT, True),
        ({"acknowledge_by": LATER}, SENT, Recalled(), Phase.SENT, True),
        ({"cancelled_at": LATER}, Counts(recipients=3, planned=3), Recalled(), Phase.CANCELLED, False),
        ({"cancelled_at": LATER}, Counts(recipients=3, cancelled=3), Recalled(), Phase.CANCELLED, True),
        ({"cancelled_at": LATER, "recalled_at": LATER}, SENT, Recalled(wanted=2), Phase.RECALLING, False),
        ({"cancelled_at": LATER, "recalled_at": LATER}, SENT, Recalled(done=2), Phase.RECALLED, True),
        ({"expires_at": LATER}, Counts(recipients=3, delivered=1, expired=2), Recalled(), Phase.EXPIRED, True),
        ({"expires_at": LATER}, Counts(recipients=3, planned=2, delivered=1), Recalled(), Phase.RUNNING, False),
    ],
)
def test_how_far_a_notice_is(
    marks: dict[str, datetime], counts: Counts, recalled: Recalled, phase: Phase, final: object
) -> None:
    found = phase_of(notice(**marks), figures(counts), recalled, LATER)
    assert (found, is_final(notice(**marks), figures(counts), found, LATER)) == (phase, final)


def test_with_every_acknowledgement_in_there_is_nothing_more_to_tell() -> None:
    all_in = figures(Counts(recipients=3, delivered=3, obligations=3, acknowledged=3))
    assert is_final(notice(), all_in, Phase.SENT, LATER)
    assert not is_final(notice(acknowledge_by=None), figures(SENT), Phase.SENT, LATER)
    assert is_final(notice(acknowledge_by=None), figures(SENT), Phase.SENT, LATER + timedelta(days=3))


def test_a_recall_is_not_over_while_something_is_to_be_deleted_however_old_the_notice() -> None:
    """The board of a notice past its use closed while 576 were to be deleted, and said so for ever."""
    marks = {"expires_at": LATER - timedelta(days=1), "cancelled_at": LATER, "recalled_at": LATER}
    found = phase_of(notice(**marks), figures(SENT), Recalled(wanted=2), LATER)
    assert (found, is_final(notice(**marks), figures(SENT), found, LATER)) == (Phase.RECALLING, False)
    begun = phase_of(notice(**marks), figures(SENT), Recalled(), LATER, following=True)
    assert (begun, is_final(notice(**marks), figures(SENT), begun, LATER)) == (Phase.RECALLING, False)


def test_what_was_counted_before_a_notice_was_cancelled_is_not_the_end() -> None:
    marks = {"cancelled_at": LATER + timedelta(seconds=1)}
    assert not is_final(notice(**marks), figures(SENT), Phase.CANCELLED, LATER + timedelta(seconds=2))


async def test_a_recall_s_board_has_begun_before_its_deliveries_followed(db: Database) -> None:
    """The mark stands before the deliveries: a look between the two said that nothing was left to delete."""
    district = District(db)
    await district.bureau("A", "B")
    notice_id = await district.issue(saying())
    await district.settle(await district.claim(limit=2), DeliveryState.DELIVERED)
    async with db.writing() as conn:
        await conn.execute(update(tables.deliveries).values(message_id=tables.deliveries.c.id))
        await steering.mark(conn, notice_id, LATER, cancelled_at=LATER, recalled_at=LATER)
    counting = Counting(db, Clock(ZONE))
    begun = await look(db, counting, notice_id, LATER)
    assert (begun.phase, begun.final) == (Phase.RECALLING, False)
    await recall(db, notice_id, None, LATER)
    going_on = await look(db, counting, notice_id, LATER)
    assert (going_on.phase, going_on.final, going_on.recalled.wanted) == (Phase.RECALLING, False, 2)


async def test_a_notice_that_waits_for_the_end_of_quiet_hours_says_so_and_until_when(db: Database) -> None:
    """The whole weekend a board said that it was being sent, to 0 of 36."""
    district = District(db)
    await district.bureau("A", "B")
    notice_id = await district.issue(saying())
    counting = Counting(db, Clock(ZONE))
    opens = LATER + timedelta(hours=10)
    async with db.writing() as conn:
        await conn.execute(update(tables.deliveries).values(waited=True, due_at=opens))
    found = await look(db, counting, notice_id, LATER)
    assert (found.phase, found.waits_until, found.final) == (Phase.WAITING, opens, False)
    one = tables.deliveries.c.person_id == district.people["A"]
    async with db.writing() as conn:
        await conn.execute(update(tables.deliveries).where(one).values(waited=False, due_at=MORNING))
    assert (await look(db, counting, notice_id, LATER)).phase is Phase.RUNNING


def test_the_time_left_leaves_a_pause_out() -> None:
    """Three minutes were told where 74 seconds were right: the pause was counted as slow sending."""
    shown = _Shown()
    running = Counts(recipients=300, planned=200, delivered=100)

    def seen(phase: Phase, left: int) -> Look:
        counts = replace(running, planned=left)
        return Look(
            notice=notice(), figures=figures(counts), phase=phase, recalled=Recalled(), waits_until=None, final=False
        )

    assert shown.time_left(0, seen(Phase.RUNNING, 200)) is None
    assert shown.time_left(3, seen(Phase.RUNNING, 140)) == pytest.approx(7)
    assert shown.time_left(6, seen(Phase.PAUSED, 140)) is None
    assert shown.time_left(12, seen(Phase.RUNNING, 140)) is None
    assert shown.time_left(14, seen(Phase.RUNNING, 100)) == pytest.approx(5)
