"""What is due becomes notices once, and notices become deliveries once; whatever happens to the service in between."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from messages.acknowledgements import Recorded
from messages.deliveries import DeliveryState, Reason
from messages.notices import Category, Notice
from messages.official_days import OfficialDay
from messages.organisation.records import Role
from messages.store import days as stored_days
from messages.store import deliveries, marks, notices, tables, unreached, waves
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.planner import Planned, Planner
from schedules.policy import load
from tests.acknowledging import acknowledger
from tests.district import MORNING, ZONE, District, saying

FORMAL = "holiday:2026:national-day:formal"
BEFORE = MORNING - timedelta(minutes=1)
NOTHING = Planned()


@pytest.fixture
async def district(db: Database) -> District:
    """Three people of one bureau have joined."""
    district = District(db)
    await district.bureau("A", "B", "C")
    return district


def planner_of(district: District) -> Planner:
    return Planner(db=district.db, policy=load(), zone=ZONE, calendars=Calendars(district.db, "CN"))


@pytest.fixture
async def planner(district: District) -> Planner:
    """In service since a minute before the National Day notice is due."""
    planner = planner_of(district)
    await planner.run(BEFORE)
    return planner


async def made(district: District) -> list[Notice]:
    """Every notice, in the order in which they were made."""
    async with district.db.reading() as conn:
        return sorted(await notices.recent(conn, 100), key=lambda notice: notice.id)


async def keys(district: District, prefix: str = "") -> list[str]:
    return [notice.key for notice in await made(district) if notice.key.startswith(prefix)]


async def test_a_holiday_notice_goes_to_everyone_when_it_is_due(planner: Planner, district: District) -> None:
    assert await planner.run(MORNING - timedelta(seconds=1)) == NOTHING
    assert await planner.run(MORNING) == Planned(notices=1, deliveries=3)
    (notice,) = await made(district)
    assert notice.key == FORMAL
    assert await district.states(notice.id) == {"A": "planned", "B": "planned", "C": "planned"}


async def test_a_second_pass_makes_nothing_twice(planner: Planner, district: District) -> None:
    await planner.run(MORNING)
    assert await planner.run(MORNING) == NOTHING
    assert await planner_of(district).run(MORNING + timedelta(hours=1)) == NOTHING
    assert await keys(district) == [FORMAL]


async def test_two_planners_at_once_make_nothing_twice(planner: Planner, district: District) -> None:
    """As when a planner's place is taken over from one that was only slow."""
    done = await asyncio.gather(planner.run(MORNING), planner_of(district).run(MORNING))
    assert (sum(one.notices for one in done), sum(one.deliveries for one in done)) == (1, 3)
    next_day = MORNING + timedelta(days=1)
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    done = await asyncio.gather(planner.run(next_day), planner_of(district).run(next_day))
    assert sum(one.deliveries for one in done) == 3


async def test_more_than_fits_one_transaction_is_planned_and_expires_in_steps(
    planner: Planner, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waves, "_TOGETHER", 2)
    monkeypatch.setattr(waves, "_AT_A_LOOK", 3)
    monkeypatch.setattr(deliveries, "_EXPIRED_AT_ONCE", 2)
    for number in range(7):
        await district.add(saying(f"to:{number}", audience="post:P1", expires_at=MORNING + timedelta(hours=1)))
    assert (await planner.run(MORNING)).deliveries == 7 + 3
    assert (await planner.run(MORNING + timedelta(hours=1))).expired == 7


async def test_a_pass_that_was_cut_off_after_the_notice_is_taken_up_again(planner: Planner, district: District) -> None:
    """The notice is made in one transaction and its deliveries in the next: a crash may come between them."""
    await planner.run(MORNING)
    first = (await made(district))[0]
    other = replace(saying("holiday:2026:x:formal"), send_at=MORNING)
    await district.add(other)
    assert (await planner.run(MORNING)).deliveries == 3
    assert set((await district.states(first.id)).values()) == {"planned"}


async def test_an_office_that_begins_today_is_not_sent_what_was_due_before(district: District) -> None:
    planner = planner_of(district)
    assert await planner.run(MORNING + timedelta(minutes=1)) == NOTHING
    assert await planner.run(MORNING + timedelta(days=1)) == NOTHING


async def test_planning_since_is_remembered_from_the_first_pass_on(planner: Planner, district: District) -> None:
    await planner.run(MORNING)
    async with district.db.reading() as conn:
        assert await marks.find(conn, marks.PLANNING_SINCE) == BEFORE


async def test_planning_since_follows_a_clock_that_was_set_back(district: District) -> None:
    """A trial with a clock in the future must not keep what is due until then from being sent."""
    await planner_of(district).run(MORNING + timedelta(days=300))
    planner = planner_of(district)
    await planner.run(BEFORE)
    assert (await planner.run(MORNING)).notices == 1


async def test_after_days_off_what_is_still_of_use_goes_out_once(planner: Planner, district: District) -> None:
    """Formal (21 September), short (30 September), duty (1 October) were all missed; the holiday lasts to the 7th."""
    back = datetime(2026, 10, 2, 10, 0, tzinfo=ZONE)
    await planner.run(back)
    assert await keys(district, "holiday:2026:national-day") == [
        FORMAL,
        "holiday:2026:national-day:short",
        "holiday:2026:national-day:duty",
    ]
    assert await planner.run(back + timedelta(minutes=1)) == NOTHING


async def test_what_is_past_its_use_expires_by_name(planner: Planner, district: District) -> None:
    await planner.run(MORNING)
    notice = (await made(district))[0]
    assert notice.expires_at is not None
    await planner.run(notice.expires_at - timedelta(seconds=1))
    assert set((await district.states(notice.id)).values()) == {"planned"}
    await planner.run(notice.expires_at)
    assert set((await district.states(notice.id)).values()) == {"expired"}


async def test_after_a_long_absence_what_expired_goes_to_nobody(planner: Planner, district: District) -> None:
    await planner.run(datetime(2026, 10, 20, 10, 0, tzinfo=ZONE))
    for notice in await made(district):
        assert "planned" not in (await district.states(notice.id)).values()


async def test_reminders_go_to_the_silent_only(planner: Planner, district: District) -> None:
    await planner.run(MORNING)
    notice = (await made(district))[0]
    ids = await district.claim()
    await district.settle(ids, DeliveryState.DELIVERED)
    chat = district.chat("A")
    pressed = [
        await acknowledger(district.db).acknowledge(chat_id=chat, delivery_id=one, now=MORNING, message_id=None)
        for one in ids
    ]
    assert sum(isinstance(outcome, Recorded) for outcome in pressed) == 1

    next_day = MORNING + timedelta(days=1)
    assert await planner.run(next_day - timedelta(seconds=1)) == NOTHING
    assert (await planner.run(next_day)).deliveries == 2

    assert await district.states(notice.id, wave=1) == {"B": "planned", "C": "planned"}


async def test_a_reminder_leaves_out_whoever_got_the_notice_just_before(planner: Planner, district: District) -> None:
    await planner.run(MORNING)
    next_day = MORNING + timedelta(days=1)
    first, *others = await district.claim()
    await district.settle(others, DeliveryState.DELIVERED, at=MORNING)
    await district.settle([first], DeliveryState.DELIVERED, at=next_day - timedelta(hours=3))
    assert (await planner.run(next_day)).deliveries == 2


async def test_who_was_never_told_is_not_reminded(planner: Planner, district: District) -> None:
    """A reminder "not yet acknowledged" to someone whom the notice never reached would be an untruth."""
    await planner.run(MORNING)
    told, lost, unsure = await district.claim()
    await district.settle([told], DeliveryState.DELIVERED)
    await district.settle([lost], DeliveryState.UNREACHABLE, Reason.BLOCKED)
    await district.settle([unsure], DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    assert (await planner.run(MORNING + timedelta(days=1))).deliveries == 2


# --- days that move ---------------------------------------------------------------------------------------------------

A, B = [date(2027, 1, 1)], [date(2026, 12, 31), date(2027, 1, 1)]
TOLD = datetime(2026, 12, 22, 9, 10, tzinfo=ZONE)
CHANGED = "holiday:2027:new-year:changed"


async def official(district: District, days: Iterable[date], at: datetime) -> None:
    """An official notice of 2027 with these days off for New Year's is imported."""
    notice = [OfficialDay(date=day, name="元旦", off=True) for day in days]
    notice.append(OfficialDay(date=date(2027, 10, 1), name="国庆节", off=True))
    async with district.db.writing() as conn:
        await stored_days.save(conn, 2027, notice, at)


async def test_days_that_move_back_and_forth_are_told_each_time(district: District) -> None:
    """A → B → A → B: who was last told of B goes by B until told otherwise; a key of its own for each change."""
    planner = planner_of(district)
    await planner.run(TOLD - timedelta(days=2))
    await planner.run(TOLD)
    for hours, days in enumerate((B, A, B), 1):
        at = TOLD + timedelta(hours=hours)
        await official(district, days, at)
        for minutes in (0, 10):
            await planner.run(at + timedelta(minutes=minutes))

    assert await keys(district, CHANGED) == [f"{CHANGED}:1231-0103", f"{CHANGED}:0101-0103", f"{CHANGED}:1231-0103:2"]


async def test_days_that_moved_back_before_anyone_was_told_are_told_to_nobody(district: District) -> None:
    planner = planner_of(district)
    await planner.run(TOLD - timedelta(days=2))
    await planner.run(TOLD)
    await official(district, B, TOLD)
    await official(district, A, TOLD)
    await planner.run(TOLD + timedelta(hours=1))
    assert await keys(district, CHANGED) == []


async def test_who_was_told_the_new_days_by_the_short_notice_is_not_told_of_a_change(district: District) -> None:
    planner = planner_of(district)
    await planner.run(TOLD - timedelta(days=2))
    await planner.run(TOLD)
    await official(district, B, TOLD)
    async with district.db.writing() as conn:
        short = replace(saying("holiday:2027:new-year:short"), params={"first": "2026-12-31", "last": "2027-01-03"})
        await notices.add(conn, short)
    await planner.run(TOLD + timedelta(hours=1))
    assert await keys(district, CHANGED) == []


# --- reports ----------------------------------------------------------------------------------------------------------


async def test_unreachable_people_are_told_to_their_admin_once_a_day(planner: Planner, district: District) -> None:
    await district.person("L", ("PL", "财政局", 1), roles=[(Role.LEADER, "财政局")])
    await planner.run(MORNING)
    ids = await district.claim()
    await district.settle(ids[:1], DeliveryState.UNREACHABLE, Reason.BLOCKED, at=MORNING + timedelta(minutes=1))

    for minutes in (9, 10, 30):
        await planner.run(MORNING + timedelta(minutes=minutes))
    assert await keys(district, "digest:") == ["digest:unreachable:2026-09-21:L"]
    digest = (await made(district))[-1]
    assert await district.states(digest.id) == {"L": "planned"}
    assert digest.params["total"] == 1


async def test_an_admin_who_holds_no_post_is_told_who_could_not_be_reached(db: Database) -> None:
    district = District(db)
    await district.unit("区政府")
    await district.unit("财政局", above="区政府")
    await district.person("A", ("P1", "财政局", 3))
    await district.person("NOPOST", roles=[(Role.COLLECTOR, "财政局")])
    await district.person("TOP", ("PT", "区政府", 1), roles=[(Role.OFFICE, "区政府")])
    planner = planner_of(district)
    await planner.run(BEFORE)
    await planner.run(MORNING)
    await district.settle(await district.claim(), DeliveryState.UNREACHABLE, Reason.BLOCKED, at=MORNING)
    await planner.run(MORNING + timedelta(minutes=10))
    digests = [one for one in await made(district) if one.key == "digest:unreachable:2026-09-21:NOPOST"]
    assert [await district.states(one.id) for one in digests] == [{"NOPOST": "planned"}]


@pytest.mark.parametrize(("leads", "missed"), [("item:1:1", ["A"]), (None, [])])
async def test_who_misses_what_is_to_be_decided_is_told_by_name_and_of_other_reports_nobody(
    district: District, leads: str | None, missed: list[str]
) -> None:
    """A leader whom no card had reached was known to nobody."""
    card = replace(saying("card", audience="person:A"), category=Category.REPORT, desk=leads)
    await district.issue(card)
    await district.settle(await district.claim(), DeliveryState.UNREACHABLE, Reason.BLOCKED, at=MORNING)
    async with district.db.reading() as conn:
        found = await unreached.since(conn, MORNING - timedelta(hours=1), MORNING + timedelta(hours=1))
    assert [one.person_code for one in found] == missed


async def test_a_day_off_has_no_digest(planner: Planner, district: District) -> None:
    await district.person("L", ("PL", "财政局", 1), roles=[(Role.LEADER, "财政局")])
    await planner.run(MORNING)
    saturday = datetime(2026, 9, 26, 10, 0, tzinfo=ZONE)
    ids = await district.claim()
    await district.settle(ids, DeliveryState.UNREACHABLE, Reason.BLOCKED, at=saturday)
    await planner.run(saturday + timedelta(hours=1))
    assert [key for key in await keys(district, "digest:") if "09-26" in key] == []


async def test_the_office_is_asked_for_next_years_days_each_week_from_november_on(district: District) -> None:
    await district.person("O", ("PO", "财政局", 2), roles=[(Role.OFFICE, "财政局")])
    planner = planner_of(district)
    await planner.run(datetime(2026, 10, 30, 12, 0, tzinfo=ZONE))
    await planner.run(datetime(2026, 11, 16, 12, 0, tzinfo=ZONE))
    assert await keys(district, "calendar:") == [f"calendar:2027:missing:2026-W{week}" for week in (45, 46, 47)]
    latest = (await made(district))[-1]
    assert await district.states(latest.id) == {"O": "planned"}


# --- what comes next --------------------------------------------------------------------------------------------------


async def test_the_next_due_is_the_earliest_of_occasions_and_waves(planner: Planner, district: District) -> None:
    upcoming = await planner.next_due(BEFORE)
    assert upcoming is not None
    assert (upcoming.at, upcoming.template, upcoming.number) == (MORNING, "holiday_formal", 0)

    await planner.run(MORNING)
    reminder = await planner.next_due(MORNING)
    assert reminder is not None
    assert (reminder.at, reminder.template, reminder.number) == (MORNING + timedelta(days=1), "holiday_formal", 1)

    at = MORNING + timedelta(hours=2)
    await district.add(saying("broadcast:9", send_at=at))
    broadcast = await planner.next_due(MORNING)
    assert broadcast is not None
    assert (broadcast.at, broadcast.title, broadcast.number) == (at, "通知", 0)


async def test_reports_can_be_passed_over_for_what_comes_next(district: District) -> None:
    planner = planner_of(district)
    now = datetime(2026, 11, 1, 12, 0, tzinfo=ZONE)
    everything, notices_only = await planner.next_due(now), await planner.next_due(now, reports_too=False)
    assert everything is not None
    assert notices_only is not None
    assert everything.template == "calendar_missing"
    assert notices_only.template == "holiday_formal"


async def test_an_audience_that_cannot_be_read_holds_up_no_other_notice(planner: Planner, district: District) -> None:
    """One row written past the service would have stopped all planning."""
    await district.add(saying("broken", audience="all"))
    async with district.db.writing() as conn:
        await conn.execute(update(tables.notices).values(audience="unit:("))
    good = await district.add(saying("good", audience="person:A"))
    planned = await planner.fan_out(MORNING)
    assert planned == 1
    assert await district.states(good) == {"A": "planned"}
    following = await planner.next_due(MORNING)
    assert following is not None
    assert following.at > MORNING  # what stays due wakes nobody again and again
