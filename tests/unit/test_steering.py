"""A notice is paused, goes on, is cancelled: it is marked first, then its deliveries follow."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from messages.deliveries import DeliveryState, Reason
from messages.errors import NotEntitled, NotFound
from messages.organisation.records import Role, UnitKind
from messages.store import claims, steering, tables, waves
from messages.store import deliveries as sending
from messages.store.claims import Sender
from messages.store.database import Database
from messages.store.notice_standing import counts
from messages.store.notices import find
from schedules import notice_acts
from schedules.notice_acts import Steering, SteeringRefused, cancel, pause, resume
from schedules.reminding import ReminderRefused, remind
from schedules.steering import follow, sweep
from schedules.workdays import WorkCalendar
from tests.district import MORNING, REMINDED_GAP, District, saying
from tests.service import until

LATER = MORNING + timedelta(hours=1)
NEXT_DAY = MORNING + timedelta(days=1)
RESUME = notice_acts.acts(WorkCalendar())[Steering.RESUME]


@pytest.fixture
async def district(db: Database) -> District:
    """Three people of one bureau."""
    district = District(db)
    await district.bureau("A", "B", "C")
    return district


async def states(district: District, notice: int, wave: int = 0) -> str:
    """The states of the notice's deliveries, by their first letters: p(lanned), P(aused), c(ancelled), d(elivered)."""
    found = await district.states(notice, wave)
    return "".join("P" if found[code] == "paused" else found[code][0] for code in sorted(found))


async def kinds(db: Database) -> list[tuple[str, int | None]]:
    async with db.reading() as conn:
        rows = await conn.execute(select(tables.ledger.c.kind, tables.ledger.c.person_id).order_by(tables.ledger.c.id))
        return [(row.kind, row.person_id) for row in rows]


async def only_marked(district: District, notice: int, **marks: object) -> None:
    """As a crash leaves it right after the mark was set."""
    async with district.db.writing() as conn:
        mine = tables.notices.c.id == notice
        await conn.execute(update(tables.notices).where(mine).values(**marks, steered_at=MORNING))


# --- pause and resume -------------------------------------------------------------------------------------------------


async def test_a_paused_notice_waits_and_a_resumed_one_goes_on(district: District) -> None:
    notice = await district.issue(saying())
    await district.settle(await district.claim(limit=1), DeliveryState.DELIVERED)
    paused = await pause(district.db, notice, None, MORNING)
    assert (paused.at, paused.before, paused.moved) == (MORNING, False, 2)
    assert (await states(district, notice), await district.claim(LATER)) == ("dPP", [])

    resumed = await resume(district.db, notice, None, LATER, WorkCalendar())
    assert (resumed.before, resumed.moved, await states(district, notice)) == (False, 2, "dpp")
    assert len(await district.claim(LATER)) == 2
    assert await kinds(district.db) == [("notice_paused", None), ("notice_resumed", None)]


async def test_who_waits_in_a_pause_counts_as_planned(district: District) -> None:
    notice = await district.issue(saying())
    done = await pause(district.db, notice, None, MORNING)
    assert (done.counts.recipients, done.counts.planned) == (3, 3)
    async with district.db.reading() as conn:
        found = await find(conn, notice)
    assert found is not None
    assert found.paused_at == MORNING


async def test_the_first_pause_stands_and_what_runs_is_not_resumed(district: District) -> None:
    notice = await district.issue(saying())
    assert (await resume(district.db, notice, None, MORNING, WorkCalendar())).before
    await pause(district.db, notice, None, MORNING)
    again = await pause(district.db, notice, None, LATER)
    assert (again.at, again.before, again.moved) == (MORNING, True, 0)
    assert await kinds(district.db) == [("notice_paused", None)]


async def test_what_is_over_is_neither_paused_nor_resumed(district: District) -> None:
    cancelled = await district.issue(saying("k1"))
    expired = await district.issue(saying("k2", expires_at=LATER))
    await cancel(district.db, cancelled, None, MORNING)
    for notice in (cancelled, expired):
        for act in (pause, RESUME):
            with pytest.raises(SteeringRefused):
                await act(district.db, notice, None, LATER)
    with pytest.raises(NotFound):
        await pause(district.db, 99, None, LATER)


async def test_waves_of_a_paused_notice_wait_and_wake_nobody(district: District) -> None:
    first = await district.add(saying("k1", send_at=LATER))
    second = await district.issue(saying("k2", acknowledge=True, reminders=(NEXT_DAY,)))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    for notice in (first, second):
        await pause(district.db, notice, None, MORNING)
    assert await district.plan(NEXT_DAY) == 0
    async with district.db.reading() as conn:
        assert await waves.upcoming(conn, MORNING) is None
    for notice in (first, second):
        await resume(district.db, notice, None, NEXT_DAY, WorkCalendar())
    assert await district.plan(NEXT_DAY) == 3
    assert await district.plan(NEXT_DAY + timedelta(days=1)) == 3  # the reminder has moved by the day that was lost


async def test_a_wave_found_due_before_the_pause_is_not_planned_after_it(district: District) -> None:
    notice = await district.add(saying())
    async with district.db.reading() as conn:
        (batch,) = await waves.due(conn, MORNING)
    await pause(district.db, notice, None, MORNING)
    async with district.db.writing() as conn:
        assert await waves.fan_out(conn, batch, MORNING, reminded_gap=REMINDED_GAP) == 0


async def test_nobody_is_reminded_of_a_paused_notice(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    await pause(district.db, notice, None, MORNING)
    with pytest.raises(ReminderRefused):
        await remind(district.db, notice, None, LATER, most=5)


async def test_what_comes_back_from_the_wire_waits_with_its_notice(district: District) -> None:
    notice = await district.issue(saying())
    claimed = await district.claim()
    await pause(district.db, notice, None, MORNING)
    await district.settle(claimed[:1], DeliveryState.PLANNED, Reason.SERVER)
    async with district.db.writing() as conn:
        await claims.requeue_interrupted(conn, Sender(bot_id=1, term=1))
    assert await states(district, notice) == "PPP"


async def test_what_arrived_after_all_is_delivered_though_its_notice_was_stopped_meanwhile(district: District) -> None:
    """Its sender was frozen and another took over: only what is known to have arrived can be recalled."""
    notice = await district.issue(saying())
    claimed = await district.claim()
    await pause(district.db, notice, None, MORNING)
    async with district.db.writing() as conn:
        await claims.requeue_interrupted(conn, Sender(bot_id=1, term=1))
    await district.settle(claimed[:1], DeliveryState.DELIVERED)
    await cancel(district.db, notice, None, MORNING)
    await district.settle(claimed[1:2], DeliveryState.DELIVERED)
    assert await states(district, notice) == "ddc"


async def test_a_pause_beyond_its_use_ends_and_what_waited_expires_by_name(district: District) -> None:
    sent = await district.issue(saying("k1", expires_at=LATER))
    never_begun = await district.add(saying("k2", send_at=LATER - timedelta(minutes=1), expires_at=LATER))
    for notice in (sent, never_begun):
        await pause(district.db, notice, None, MORNING)
    assert await sweep(district.db, MORNING) == 0
    assert await sweep(district.db, LATER) == 3
    await district.plan(LATER)
    assert await district.claim(LATER) == []
    async with district.db.writing() as conn:
        await sending.expire(conn, LATER)
    assert (await states(district, sent), await states(district, never_begun)) == ("eee", "eee")


async def test_people_who_are_lost_or_handed_over_in_a_pause_are_seen_to(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    await pause(district.db, notice, None, MORNING)
    async with district.db.writing() as conn:
        account = {"chat_id": district.chat("A"), "bot_id": 1}
        await sending.lose_person(conn, district.people["A"], Reason.BLOCKED, MORNING, **account)
    await resume(district.db, notice, None, LATER, WorkCalendar())
    assert await states(district, notice) == "upp"


# --- cancel -----------------------------------------------------------------------------------------------------------


async def test_a_paused_notice_can_be_cancelled(district: District) -> None:
    notice = await district.issue(saying())
    await pause(district.db, notice, None, MORNING)
    done = await cancel(district.db, notice, None, LATER)
    assert (done.moved, done.counts.cancelled, await states(district, notice)) == (3, 3, "ccc")


# --- marked first, and found by state ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("mark", "stopped"), [("paused_at", "PPP"), ("cancelled_at", "ccc")])
async def test_a_claim_hands_out_nothing_of_a_marked_notice(district: District, mark: str, stopped: str) -> None:
    """With a million planned, the first are claimed long before the last has followed."""
    notice = await district.issue(saying())
    await only_marked(district, notice, **{mark: MORNING})
    assert await district.claim() == []
    assert await states(district, notice) == stopped
    d = tables.deliveries.c
    async with district.db.reading() as conn:
        assert set(await conn.scalars(select(d.attempts))) == {0}


async def test_what_a_crash_left_half_way_is_swept(district: District) -> None:
    paused, resumed, cancelled = [await district.issue(saying(f"k{number}")) for number in range(3)]
    await pause(district.db, resumed, None, MORNING)
    await only_marked(district, paused, paused_at=MORNING)
    await only_marked(district, resumed, paused_at=None)
    await only_marked(district, cancelled, cancelled_at=MORNING)
    assert await sweep(district.db, MORNING) == 9
    assert [await states(district, notice) for notice in (paused, resumed, cancelled)] == ["PPP", "ppp", "ccc"]
    async with district.db.reading() as conn:
        assert await steering.unfinished(conn) == []


async def test_many_follow_some_at_a_time_and_the_rest_is_swept(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "_AT_ONCE", 1)
    notice = await district.issue(saying())
    await only_marked(district, notice, paused_at=MORNING)
    assert await follow(district.db, notice, MORNING, steps=2) == 2
    assert sorted(await states(district, notice)) == ["P", "P", "p"]
    assert await sweep(district.db, MORNING) == 1
    assert await states(district, notice) == "PPP"


async def test_a_walk_begins_again_where_the_marks_have_changed_meanwhile(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "_AT_ONCE", 1)
    notice = await district.issue(saying())
    await only_marked(district, notice, paused_at=MORNING)
    async with district.db.writing() as conn:
        walk = await steering.step(conn, steering.Walk(notice_id=notice), MORNING)
        await steering.mark(conn, notice, LATER, paused_at=None)
        while not walk.done:
            walk = await steering.step(conn, walk, LATER)
    assert await states(district, notice) == "ppp"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_pause_holds_at_once_and_then_waits_for_who_is_making_deliveries(district: District) -> None:
    """What is made at this moment of a wave would otherwise be overlooked by the pause, and sent."""
    notice = await district.add(saying())
    async with district.db.reading() as conn:
        (batch,) = await waves.due(conn, MORNING)
    async with district.db.writing() as planner:
        assert await waves.fan_out(planner, batch, MORNING, reminded_gap=REMINDED_GAP) == 3
        pausing = asyncio.create_task(pause(district.db, notice, None, MORNING))

        async def is_marked() -> bool:
            async with district.db.reading() as conn:
                return await steering.stopped(conn, [notice], MORNING) == {notice}

        await until(is_marked)
        assert not pausing.done()
    assert (await pausing).moved == 3
    assert await states(district, notice) == "PPP"


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def county(db: Database) -> District:
    """The office above all, a county with a bureau, another bureau; administrators of the whole and of the county."""
    county = District(db)
    await county.unit("推进办", kind=UnitKind.OFFICE)
    await county.unit("甲县", "推进办")
    await county.unit("甲县财政局", "甲县")
    await county.unit("教育局", "推进办")
    await county.person("ROOT", ("P1", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
    await county.person("COUNTY", ("P2", "甲县", 1), roles=[(Role.OFFICE, "甲县")])
    await county.person("IN", ("P3", "甲县财政局", 3))
    await county.person("OUT", ("P4", "教育局", 3), roles=[(Role.LEADER, "推进办")])
    return county


@pytest.mark.parametrize("planned", [True, False])
async def test_who_is_responsible_for_a_part_steers_what_stays_within_it(county: District, *, planned: bool) -> None:
    send_at = MORNING if planned else LATER
    inside = await county.issue(saying("k1", audience="unit:甲县", acknowledge=True, send_at=send_at))
    everywhere = await county.issue(saying("k2", acknowledge=True, send_at=send_at))
    mine = county.people["COUNTY"]
    await pause(county.db, inside, mine, MORNING)
    for act in notice_acts.acts(WorkCalendar()).values():
        with pytest.raises(NotEntitled):
            await act(county.db, everywhere, mine, MORNING)
    async with county.db.reading() as conn:
        assert (await counts(conn, everywhere)).cancelled == 0
    assert (await kinds(county.db)).count(("act_refused", mine)) == 4
    assert ("notice_paused", mine) in await kinds(county.db)


async def test_the_office_above_all_steers_everything_and_others_nothing(county: District) -> None:
    notice = await county.issue(saying())
    await pause(county.db, notice, county.people["ROOT"], MORNING)
    for code in ("OUT", "IN"):
        with pytest.raises(NotEntitled):
            await resume(county.db, notice, county.people[code], MORNING, WorkCalendar())
    assert await states(county, notice) == "PPPP"
