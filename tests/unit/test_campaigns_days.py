"""The days of a campaign are counted by the official calendar: of provisional ones nothing follows."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from messages.notices import FIRST_WAVE
from messages.official_days import OfficialDay
from messages.register.campaigns import TaskState
from messages.store import days, tables
from messages.store.database import Database
from messages.text.rendering import Renderer
from tests.campaigning import GIVEN, Campaigning, at
from tests.district import ZONE


async def official(db: Database, *off: date) -> None:
    """The official notice of 2027 is imported."""
    known = [OfficialDay(date=day, name="元旦", off=True) for day in off]
    async with db.writing() as conn:
        national = OfficialDay(date=date(2027, 10, 1), name="国庆节", off=True)
        await days.save(conn, 2027, [*known, national], at(20, month=12))


async def test_provisional_days_have_no_consequence_until_the_official_ones_are_known(db: Database) -> None:
    here = await Campaigning.found(db)
    posts = await here.posts("财政局", 3)
    given = replace(GIVEN, due_on=date(2027, 1, 4))
    campaign = await here.start(given, now=at(21, month=12))
    key = f"campaign:{campaign.id}"
    assert campaign.due.provisional
    await here.set(posts[:1], TaskState.UNIT, at(22, month=12))
    await official(db, date(2027, 1, 1), date(2027, 1, 4))
    here = Campaigning.over(db, here.district)
    await here.passes(at(23, month=12))
    redated = await here.campaigns.of(campaign.id, here.people["O"], at(23, month=12))
    assert (redated.due.on, redated.due.provisional) == (date(2027, 1, 5), False)
    assert (await here.told())[f"{key}:redated:2027-01-05"] == [f"h{code}" for code in posts[1:]]
    assert (await here.said(key))["due_on"] == "2027-01-05"
    assert (await here.campaigns.progress(campaign.id, here.people["L1"], at(23, month=12))).total.timely == 1


async def dated(db: Database) -> tuple[bool, datetime, list[datetime]]:
    """Whether the days until which a campaign is acknowledged are provisional, the last of them, and the reminders."""
    n, w = tables.notices.c, tables.waves.c
    async with db.reading() as conn:
        notice = (await conn.execute(select(n.id, n.provisional, n.acknowledge_by).order_by(n.id).limit(1))).one()
        reminders = await conn.scalars(
            select(w.at).where(w.notice_id == notice.id, w.number > FIRST_WAVE).order_by(w.number)
        )
        return bool(notice.provisional), notice.acknowledge_by, list(reminders)


def in_2027(day: int, hour: int, minute: int) -> datetime:
    return datetime(2027, 1, day, hour, minute, tzinfo=ZONE)


async def test_until_when_it_is_acknowledged_is_counted_anew_by_the_official_days(db: Database) -> None:
    """It kept the day of the provisional count: people were late on a day off."""
    here = await Campaigning.found(db)
    await here.posts("财政局", 1)
    started = at(30, month=12)
    await here.start(replace(GIVEN, due_on=date(2027, 1, 29)), now=started)
    provisional, by, _ = await dated(db)
    assert (provisional, by) == (True, in_2027(4, 17, 30))
    await official(db, date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5))
    here = Campaigning.over(db, here.district)
    await here.passes(started + timedelta(hours=5))
    assert await dated(db) == (False, in_2027(6, 17, 30), [at(31, 9, 41, month=12), in_2027(6, 9, 41)])
    assert (await here.events())["redated"] == len({"the last day", "the days to acknowledge"})


async def test_more_time_into_a_provisional_year_leaves_the_day_to_acknowledge_official(
    db: Database, renderer: Renderer
) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 1)
    campaign = await here.start()
    before = await dated(db)
    extended = await here.campaigns.extend(campaign.id, here.people["O"], date(2027, 3, 1), "任务集中", at(8))
    assert (extended.due.provisional, before[0], await dated(db)) == (True, False, before)
    assert "（周一）24时前完成。 <i>(暂定)</i>" in (await here.read(renderer))[f"campaign:{campaign.id}"]


async def test_of_a_provisional_day_nothing_is_overdue_and_one_that_has_passed_by_then_begins_anew(
    db: Database,
) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 1)
    campaign = await here.start(replace(GIVEN, due_on=date(2027, 1, 5)), now=at(21, month=12))
    later = datetime(2027, 1, 12, 9, 50, tzinfo=ZONE)
    await here.passes(later)
    assert not any("overdue" in key for key in await here.told())
    assert (await here.campaigns.progress(campaign.id, here.people["O"], later)).total.overdue == 0
    await official(db, date(2027, 1, 1))
    here = Campaigning.over(db, here.district)
    await here.passes(later)
    assert (await here.told())[f"campaign:{campaign.id}:redated:2027-01-13"] == ["h财001"]
