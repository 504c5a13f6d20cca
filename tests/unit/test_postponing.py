"""A pause loses no reminder and no time: what was ahead of a notice moves on by working days when it is resumed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from messages.deliveries import DeliveryState
from messages.notices import Category, NewNotice
from messages.store import tables
from messages.store.database import Database
from messages.store.notices import find
from schedules.notice_acts import pause, resume
from schedules.postponing import Pause, days_lost
from schedules.workdays import WorkCalendar
from tests.district import MORNING, ZONE, District, saying

CALENDAR = WorkCalendar()
DAY = timedelta(days=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of July 2026; the 13th is a Monday, and no day of it is a holiday."""
    return datetime(2026, 7, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("since", "until", "ahead", "days"),
    [
        (at(13, 10), at(13, 10, 1), [at(13, 10, 12)], 0),  # a moment
        (at(13, 15), at(14, 9), [at(15, 10, 12)], 1),  # over a night
        (at(17, 15), at(20, 9), [at(20, 10, 12)], 1),  # over a weekend
        (at(11, 9), at(12, 9), [at(13, 10, 12)], 0),  # within days off
        (at(13, 10), at(13, 10, 20), [at(13, 10, 12), at(14, 10, 12)], 1),  # over a reminder
        (at(13, 9), at(13, 17, 30), [at(13, 18)], 1),  # nearly all the time that there was
        (at(13, 9), at(14, 9), [at(13, 10, 12)], 2),  # not within four hours of going on
        (at(13, 9), at(13, 9), [], 0),
    ],
)
def test_by_how_many_working_days_a_pause_moves_what_is_ahead(
    since: datetime, until: datetime, ahead: list[datetime], days: int
) -> None:
    assert days_lost(Pause(since=since, until=until), CALENDAR, ahead) == days


@pytest.fixture
async def district(db: Database) -> District:
    """One person."""
    district = District(db)
    await district.bureau("A")
    return district


def asking(**changes: Any) -> NewNotice:  # noqa: ANN401 -- a notice's fields
    """A notice to acknowledge in two working days, with a reminder on each."""
    new = saying(acknowledge=True, reminders=(MORNING + DAY, MORNING + 2 * DAY), expires_at=MORNING + 30 * DAY)
    return replace(new, acknowledge_by=MORNING + 2 * DAY, **changes)


async def ahead(district: District, notice_id: int) -> list[datetime | None]:
    """Its reminders, its deadline, its end."""
    mine = tables.waves.c.notice_id == notice_id, tables.waves.c.number > 0
    async with district.db.reading() as conn:
        reminders = list(await conn.scalars(select(tables.waves.c.at).where(*mine).order_by(tables.waves.c.number)))
        notice = await find(conn, notice_id)
    assert notice is not None
    return [*reminders, notice.acknowledge_by, notice.expires_at]


async def test_a_pause_over_all_reminders_loses_none(district: District) -> None:
    """They were once all marked as planned while everybody was being told: none ever came, the deadline lay behind."""
    notice, resumed = await district.issue(asking()), MORNING + 3 * DAY
    await pause(district.db, notice, None, MORNING)
    assert (await resume(district.db, notice, None, resumed, CALENDAR)).days == 3

    assert await district.plan(resumed) == 0
    await district.settle(await district.claim(resumed), DeliveryState.DELIVERED, at=resumed)
    tomorrow = datetime(2026, 9, 28, 9, 10, tzinfo=ZONE)  # of Thursday; Friday begins the Mid-Autumn holiday
    assert await ahead(district, notice) == [
        tomorrow,
        tomorrow + DAY,
        tomorrow + DAY,
        datetime(2026, 10, 26, 9, 10, tzinfo=ZONE),
    ]
    for day in (tomorrow, tomorrow + DAY):
        assert await district.plan(day) == 1
        await district.settle(await district.claim(day), DeliveryState.DELIVERED, at=day)


async def test_what_waited_stays_of_use_as_long_as_its_notice(district: District) -> None:
    notice = await district.issue(asking(expires_at=MORNING + 4 * DAY))
    await pause(district.db, notice, None, MORNING)
    await resume(district.db, notice, None, MORNING + 3 * DAY, CALENDAR)
    async with district.db.reading() as conn:
        use = list(await conn.scalars(select(tables.deliveries.c.expires_at)))
    assert use == [(await ahead(district, notice))[-1]]
    assert len(await district.claim(MORNING + 5 * DAY)) == 1


async def test_what_belongs_to_an_occasion_ends_with_it(district: District) -> None:
    notice = await district.issue(asking(category=Category.REMINDER, expires_at=MORNING + 3 * DAY + timedelta(hours=2)))
    await pause(district.db, notice, None, MORNING)
    await resume(district.db, notice, None, MORNING + 3 * DAY, CALENDAR)
    assert await ahead(district, notice) == [MORNING + 3 * DAY + timedelta(hours=2)] * 4


async def test_a_pause_that_ends_before_its_notice_is_due_moves_nothing(district: District) -> None:
    send_at = MORNING + 3 * DAY
    new = replace(saying(acknowledge=True, send_at=send_at, reminders=(send_at + 5 * DAY,)), acknowledge_by=None)
    notice = await district.add(new)
    await pause(district.db, notice, None, MORNING)
    assert (await resume(district.db, notice, None, MORNING + 2 * DAY, CALENDAR)).days == 0
    assert await ahead(district, notice) == [send_at + 5 * DAY, None, None]


async def test_a_deadline_that_had_passed_before_the_pause_stays(district: District) -> None:
    """Who was late then is late: only what was still ahead moves."""
    notice = await district.issue(replace(asking(), acknowledge_by=MORNING - timedelta(hours=1), reminders=()))
    await pause(district.db, notice, None, MORNING)
    await resume(district.db, notice, None, MORNING + 2 * DAY, CALENDAR)
    assert (await ahead(district, notice))[0] == MORNING - timedelta(hours=1)
