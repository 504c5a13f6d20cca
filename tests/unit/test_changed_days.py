"""The official notice comes after people were told of provisional days: what is planned follows, and they are told."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from messages.official_days import OfficialDay
from messages.store import days as stored_days
from messages.store import notices
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.planner import Planner
from schedules.policy import load

ZONE = ZoneInfo("Asia/Shanghai")
STARTED = datetime(2026, 12, 20, 12, 5, tzinfo=ZONE)
TOLD = datetime(2026, 12, 22, 9, 10, tzinfo=ZONE)
PROVISIONAL = "holiday:2027:new-year:formal"


@pytest.fixture
async def planner(db: Database) -> Planner:
    """An office's planner, in service since two days before the New Year notice."""
    planner = Planner(db=db, policy=load(), zone=ZONE, calendars=Calendars(db, "CN"))
    await planner.run(STARTED)
    return planner


async def official(db: Database, days: Iterable[date]) -> None:
    """The official notice of 2027 is imported, with these days off for New Year's."""
    notice = [OfficialDay(date=day, name="元旦", off=True) for day in days]
    notice.append(OfficialDay(date=date(2027, 10, 1), name="国庆节", off=True))
    async with db.writing() as conn:
        await stored_days.save(conn, 2027, notice, TOLD)


async def made(db: Database) -> list[str]:
    async with db.reading() as conn:
        return [notice.key for notice in await notices.recent(conn, 50) if notice.key.startswith("holiday:")]


async def test_people_told_of_other_days_are_told_of_the_change_once(db: Database, planner: Planner) -> None:
    await planner.run(TOLD)
    assert await made(db) == [PROVISIONAL]
    await official(db, [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)])
    for minute in (30, 45):
        await planner.run(TOLD.replace(minute=minute))
    assert await made(db) == ["holiday:2027:new-year:changed:1231-0103", PROVISIONAL]


async def test_an_official_notice_with_the_same_days_tells_nobody_again(db: Database, planner: Planner) -> None:
    await planner.run(TOLD)
    await official(db, [date(2027, 1, 1), date(2027, 1, 2)])
    await planner.run(TOLD.replace(minute=30))
    assert await made(db) == [PROVISIONAL]


async def test_what_is_still_planned_follows_the_official_days(db: Database, planner: Planner) -> None:
    await official(db, [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)])
    upcoming = await planner.next_due(STARTED)
    assert upcoming is not None
    assert upcoming.params["first"] == "2026-12-31"
    assert upcoming.at == datetime(2026, 12, 21, 9, 10, tzinfo=ZONE)
