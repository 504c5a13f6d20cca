"""What is planned in quiet hours is due at their end, set-based, for everybody by the own hours or the office's."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from messages.notices import Lane, NewNotice
from messages.quiet_hours import OwnHours
from messages.store import contents, quiet_hours, tables
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.planner import Planner
from schedules.policy import load
from tests.district import MORNING, ZONE, District, saying

NIGHT = MORNING.replace(hour=22, minute=10)
OPENS = MORNING.replace(hour=8, minute=0) + timedelta(days=1)
LATE = OwnHours(start=time(23), end=time(9, 30))
EARLY = OwnHours(start=time(19), end=time(7))
LONG = OwnHours(start=time(20), end=time(9))


@pytest.fixture
async def district(db: Database) -> District:
    """A and N go by the office's hours, the others by their own; N has never joined."""
    district = District(db)
    await district.bureau("A", "LATE", "EARLY", "LONG")
    await district.person("N", ("PN", "财政局", 3), joined=False)
    async with db.writing() as conn:
        for code, own in (("LATE", LATE), ("EARLY", EARLY), ("LONG", LONG)):
            await quiet_hours.choose(conn, district.people[code], own)
    return district


@pytest.fixture
def planner(district: District) -> Planner:
    return Planner(db=district.db, policy=load(), zone=ZONE, calendars=Calendars(district.db, "CN"))


async def due(district: District, wave: int = 0) -> dict[str, tuple[datetime, bool]]:
    """When each person's delivery is due, and whether it waits for that."""
    d, p = tables.deliveries.c, tables.people.c
    query = select(p.code, d.due_at, d.waited).join(tables.people, p.id == d.person_id).where(d.wave == wave)
    async with district.db.reading() as conn:
        return {row.code: (row.due_at, bool(row.waited)) for row in await conn.execute(query)}


async def planned(district: District, planner: Planner, new: NewNotice, now: datetime) -> dict[str, datetime | None]:
    """Until when each waits for a notice that is planned at ``now``; None: not at all."""
    await district.add(new)
    await planner.run(now)
    return {code: at if waited else None for code, (at, waited) in (await due(district)).items()}


async def test_what_is_planned_at_night_is_due_when_each_persons_quiet_hours_are_over(
    district: District, planner: Planner
) -> None:
    assert await planned(district, planner, saying(send_at=NIGHT), NIGHT) == {
        "A": OPENS,
        "LATE": None,
        "EARLY": OPENS.replace(hour=7),
        "LONG": OPENS.replace(hour=9),
        "N": None,
    }
    assert (await due(district))["LATE"][0] == NIGHT


async def test_in_the_day_only_who_is_quiet_then_waits(district: District, planner: Planner) -> None:
    at = MORNING + timedelta(minutes=10)
    waits = await planned(district, planner, saying(send_at=at), at)
    assert waits == {"A": None, "LATE": at.replace(hour=9, minute=30), "EARLY": None, "LONG": None, "N": None}


@pytest.mark.parametrize("lane", [Lane.ORANGE, Lane.BROADCAST, Lane.STUDY])
async def test_everything_but_red_waits(district: District, planner: Planner, lane: Lane) -> None:
    waits = await planned(district, planner, saying(send_at=NIGHT, lane=lane, audience="person:A"), NIGHT)
    assert waits == {"A": OPENS}


async def test_red_does_not_wait(district: District, planner: Planner) -> None:
    waits = await planned(district, planner, saying(send_at=NIGHT, lane=Lane.RED), NIGHT)
    assert set(waits.values()) == {None}


async def test_what_goes_out_at_any_time_does_not_wait(district: District, planner: Planner) -> None:
    new = saying(send_at=NIGHT)
    waits = await planned(district, planner, type(new)(**{**vars(new), "anytime": True}), NIGHT)
    assert set(waits.values()) == {None}


async def test_on_a_day_off_all_wait_for_the_next_working_morning(district: District, planner: Planner) -> None:
    """The 26th is a Saturday after 中秋; the 28th is worked."""
    noon = datetime(2026, 9, 26, 12, 10, tzinfo=ZONE)
    waits = await planned(district, planner, saying(send_at=noon), noon)
    assert waits["A"] == datetime(2026, 9, 28, 8, tzinfo=ZONE)
    assert waits["LATE"] == datetime(2026, 9, 28, 9, 30, tzinfo=ZONE)


async def test_a_reminder_waits_too_and_posts_are_obliged_at_once(district: District, planner: Planner) -> None:
    """Recording and deadlines do not wait: only the message does."""
    await district.issue(saying(acknowledge=True, reminders=(NIGHT,)))
    async with district.db.writing() as conn:
        await conn.execute(tables.deliveries.update().values(state="delivered", settled_at=MORNING))
    await planner.run(NIGHT)
    assert (await due(district, wave=1))["A"] == (OPENS, True)
    await district.add(saying("another", acknowledge=True, send_at=NIGHT))
    await planner.run(NIGHT)
    async with district.db.reading() as conn:
        assert len((await conn.execute(select(tables.obligations))).all()) == 10


async def test_what_quiet_hours_have_overtaken_is_put_off_and_what_does_not_wait_is_not(
    district: District, planner: Planner
) -> None:
    """A broadcast of the evening that is not through by half past nine goes on in the morning."""
    await district.issue(saying("evening"))
    await district.issue(saying("red", lane=Lane.RED, audience="person:A"))
    await planner.run(NIGHT)
    d, p, n = tables.deliveries.c, tables.people.c, tables.notices.c
    query = select(n.key, p.code, d.due_at).join_from(tables.deliveries, tables.people, p.id == d.person_id)
    async with district.db.reading() as conn:
        rows = await conn.execute(query.join(tables.notices, n.id == d.notice_id).where(d.waited))
        assert {(row.key, row.code): row.due_at for row in rows} == {
            ("evening", "A"): OPENS,
            ("evening", "EARLY"): OPENS.replace(hour=7),
            ("evening", "LONG"): OPENS.replace(hour=9),
        }


async def test_what_waits_too_long_expires_by_name(district: District, planner: Planner) -> None:
    new = saying(send_at=NIGHT, expires_at=NIGHT + timedelta(hours=3), audience="person:A")
    notice = await district.add(new)
    await planner.run(NIGHT)
    assert (await planner.run(NIGHT + timedelta(hours=4))).expired == 1
    assert await district.states(notice) == {"A": "expired"}


async def test_hours_that_were_chosen_are_found_each_once(district: District) -> None:
    async with district.db.writing() as conn:
        await quiet_hours.choose(conn, district.people["A"], LATE)
        await quiet_hours.choose(conn, district.people["LONG"], None)
        assert sorted(await quiet_hours.chosen(conn), key=lambda own: own.start) == [EARLY, LATE]
        assert await quiet_hours.find(conn, district.people["A"]) == LATE
        assert await quiet_hours.find(conn, district.people["LONG"]) is None


DAY_OFF = datetime(2026, 10, 2, 15, 10, tzinfo=ZONE)
AFTER = datetime(2026, 10, 8, 8, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("at", "expires_at", "waits"),
    [
        (DAY_OFF, None, AFTER),
        (DAY_OFF, AFTER + timedelta(minutes=1), AFTER),
        (DAY_OFF, AFTER, None),
        (DAY_OFF.replace(hour=23), AFTER, DAY_OFF.replace(day=3, hour=8, minute=0)),
        (DAY_OFF.replace(hour=23), DAY_OFF.replace(day=3, hour=7), None),
    ],
    ids=["always of use", "of use after", "of no use after", "at night, of use in the morning", "of use at night only"],
)
async def test_what_would_be_of_no_use_after_the_days_off_waits_for_the_morning_only(
    district: District, planner: Planner, at: datetime, expires_at: datetime | None, waits: datetime | None
) -> None:
    new = saying(send_at=at, expires_at=expires_at, audience="person:A")
    assert await planned(district, planner, new, at) == {"A": waits}
    (delivery,) = await district.claim(max(at, waits or at))
    async with district.db.reading() as conn:
        rows = await contents.look(conn, [delivery])
        (claimed,) = await contents.described(conn, rows, await contents.notices_of(conn, rows, at))
    assert planner.quiet.put_off(claimed, at) == waits
