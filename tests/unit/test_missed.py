"""Whose day has passed is written down once, with all that says whether it counts against the person."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from messages.accounts import find_member
from messages.deliveries import DeliveryState, Reason
from messages.passing import pass_on
from messages.scores.fact_reading import fact_of
from messages.scores.facts import HANDED_OVER, LedgerEvent, Missed
from messages.store import assessing, tables
from messages.store.accounts import reopen_unreachable
from messages.store.database import Database
from messages.store.organisation import move_open_obligations
from schedules import notice_acts
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.policy import load
from schedules.scores.days import OwnDays
from schedules.scores.missing import Missing
from schedules.workdays import WorkCalendar
from tests.acknowledging import acknowledger
from tests.district import MORNING, ZONE, District, saying

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BY = datetime(2026, 9, 23, 17, 30, tzinfo=ZONE)
"""A Wednesday; MORNING is that week's Monday."""
NEXT = BY + 60 * DAY


class Bureau(District):
    """A bureau where 张 holds P1 and P2, 李 P3."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.apart = Apart()

    async def found(self, *, joined: Sequence[str] = ("张", "李")) -> "Bureau":
        await self.unit("财政局")
        await self.person("张", ("P1", "财政局", 1), ("P2", "财政局", 2), joined="张" in joined)
        await self.person("李", ("P3", "财政局", 3), joined="李" in joined)
        return self

    async def tell(self, at: datetime = MORNING, *, by: datetime = BY, deliver: bool = True) -> int:
        """A notice to all, to be acknowledged by a day; gives its id."""
        notice = await self.issue(replace(saying(acknowledge=True, expires_at=NEXT), acknowledge_by=by), at)
        if deliver:
            await self.deliver(at)
        return notice

    async def deliver(self, at: datetime) -> None:
        await self.settle(await self.claim(at), DeliveryState.DELIVERED, at=at)

    async def delivery(self, code: str) -> int:
        mine = tables.deliveries.c.person_id == self.people[code]
        async with self.db.reading() as conn:
            return int(await conn.scalar(select(tables.deliveries.c.id).where(mine)) or 0)

    async def presses(self, code: str, at: datetime) -> None:
        delivery = await self.delivery(code)
        await acknowledger(self.db).acknowledge(chat_id=self.chat(code), delivery_id=delivery, now=at)

    def missing(self, db: Database | None = None, *, at_once: int = 1_000, most: int = 2_000) -> Missing:
        dating = OwnDays(Calendars(db or self.db, "CN"), load(), ZONE)
        return Missing(db=db or self.db, dating=dating, apart=self.apart, zone=ZONE, at_once=at_once, most=most)

    async def sweep(self, at: datetime) -> None:
        """Two passes, of which the second has nothing to do."""
        for _ in range(2):
            assert not await self.missing().sweep(at)
        assert not self.apart.failures

    async def missed(self) -> dict[str, Missed]:
        """What the ledger says of whom."""
        query = select(tables.ledger, tables.people.c.code).join(tables.people)
        mine = tables.ledger.c.kind == "acknowledgement_missed"
        found: dict[str, Missed] = {}
        async with self.db.reading() as conn:
            for row in await conn.execute(query.where(mine).order_by(tables.ledger.c.id)):
                fact = fact_of(LedgerEvent(id=row.id, at=row.at, kind=row.kind, body=row.body))
                assert isinstance(fact, Missed)
                assert row.code not in found, "each once"
                found[row.code] = fact
        return found

    async def hand_over(self, post: str, to: str | None, at: datetime) -> None:
        """A post goes to another person, or to nobody."""
        a = tables.assignments
        async with self.db.writing() as conn:
            post_id = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == post))
            await conn.execute(update(a).where(a.c.post_id == post_id, a.c.ended_at.is_(None)).values(ended_at=at))
            if to is not None:
                tie = {"post_id": post_id, "person_id": self.people[to], "started_at": at}
                await conn.execute(insert(a).values(tie))
            await move_open_obligations(conn, at)

    async def assess_at(self) -> datetime | None:
        async with self.db.reading() as conn:
            found: datetime | None = await conn.scalar(select(tables.notices.c.assess_at))
            return found


@pytest.fixture
async def bureau(db: Database) -> Bureau:
    return await Bureau(db).found()


async def test_who_has_not_acknowledged_by_the_day_is_written_down_once(bureau: Bureau) -> None:
    notice = await bureau.tell()
    await bureau.presses("李", MORNING + HOUR)
    await bureau.sweep(BY - timedelta(seconds=1))
    assert await bureau.missed() == {}
    await bureau.sweep(BY)
    await bureau.sweep(BY + 10 * DAY)

    (said,) = (await bureau.missed()).values()
    assert (said.notice, said.key, said.posts) == (notice, "broadcast:1", (1, 2))
    assert (said.sent, said.delivered, said.since) == (MORNING, MORNING, MORNING)
    assert (said.due, said.at, said.undelivered, said.why) == (BY, BY, None, None)
    assert not said.provisional
    assert await bureau.assess_at() is None


async def test_a_day_that_passes_while_the_service_is_down_is_found_when_it_is_back(bureau: Bureau) -> None:
    await bureau.tell()
    await bureau.sweep(BY + 20 * DAY)
    assert {(one.due, one.at) for one in (await bureau.missed()).values()} == {(BY, BY)}


async def test_what_is_found_after_its_period_was_closed_happens_then(bureau: Bureau) -> None:
    """September is closed by then: its statements stay as they are, and October counts it."""
    notice = await bureau.tell(by=datetime(2026, 9, 30, 17, 30, tzinfo=ZONE))
    closing = {"period": "2026-09", "revision": 1, "rules": "2026-1", "upto": 0, "object_by": "2026-10-20"}
    async with bureau.db.writing() as conn:
        await conn.execute(insert(tables.closings).values(**closing, at=NEXT, closed_by=bureau.people["张"]))
    found = datetime(2026, 10, 9, 9, 0, tzinfo=ZONE)
    await bureau.sweep(found)
    assert {(one.notice, one.at) for one in (await bureau.missed()).values()} == {(notice, found)}


async def test_who_acknowledges_late_after_it_was_written_down_is_not_written_down_again(bureau: Bureau) -> None:
    await bureau.tell()
    await bureau.sweep(BY)
    await bureau.presses("李", BY + HOUR)
    await bureau.sweep(BY + DAY)
    assert set(await bureau.missed()) == {"张", "李"}


async def test_who_was_told_later_has_the_own_day(bureau: Bureau) -> None:
    """To 李 it comes on Tuesday after hours: read on Wednesday, two working days later. Friday is a holiday."""
    await bureau.tell(deliver=False)
    await bureau.settle(await bureau.claim(), DeliveryState.PLANNED)
    ids = [await bureau.delivery("张"), await bureau.delivery("李")]
    async with bureau.db.writing() as conn:
        for one, at in zip(ids, (MORNING, datetime(2026, 9, 22, 18, 0, tzinfo=ZONE)), strict=True):
            values = {"state": "delivered", "settled_at": at}
            await conn.execute(update(tables.deliveries).where(tables.deliveries.c.id == one).values(values))
    await bureau.sweep(BY)
    assert set(await bureau.missed()) == {"张"}
    monday = datetime(2026, 9, 28, 17, 30, tzinfo=ZONE)
    assert await bureau.assess_at() == monday
    await bureau.sweep(monday - timedelta(seconds=1))
    assert set(await bureau.missed()) == {"张"}
    await bureau.sweep(monday)
    assert (await bureau.missed())["李"].due == monday


async def test_what_comes_after_the_day_is_late_for_nobody(bureau: Bureau) -> None:
    """It waits while it is on its way; acknowledged within the own day, nothing is written down."""
    await bureau.tell(deliver=False)
    await bureau.sweep(BY)
    assert await bureau.missed() == {}
    await bureau.deliver(BY + 2 * DAY)
    await bureau.presses("李", BY + 3 * DAY)
    await bureau.sweep(BY + 20 * DAY)
    assert set(await bureau.missed()) == {"张"}
    assert (await bureau.missed())["张"].delivered == BY + 2 * DAY


@pytest.mark.parametrize(
    ("state", "reason", "undelivered", "unreachable"),
    [
        (DeliveryState.UNREACHABLE, Reason.BLOCKED, "unreachable/blocked", True),
        (DeliveryState.UNCONFIRMED, Reason.NO_ANSWER, "unconfirmed/no_answer", False),
    ],
)
async def test_who_was_not_reached_is_written_down_with_the_reason(
    bureau: Bureau, state: DeliveryState, reason: Reason, undelivered: str, *, unreachable: bool
) -> None:
    await bureau.tell(deliver=False)
    await bureau.settle(await bureau.claim(), state, reason)
    await bureau.sweep(BY)
    said = (await bureau.missed())["李"]
    assert (said.delivered, said.undelivered, said.unreachable, said.due) == (None, undelivered, unreachable, BY)


async def test_who_has_joined_too_late_is_named_as_not_reached_and_may_still_be_in_time(db: Database) -> None:
    """Never joined on the day; joined a week later, told then, and acknowledged the next day: within the own day."""
    bureau = await Bureau(db).found(joined=["张"])
    await bureau.tell()
    await bureau.sweep(BY)
    assert (await bureau.missed())["李"].undelivered == "unreachable/never_joined"
    await bureau.join("李")
    async with db.writing() as conn:
        await reopen_unreachable(conn, bureau.people["李"], BY + 7 * DAY)
    await bureau.deliver(BY + 7 * DAY)
    await bureau.presses("李", BY + 8 * DAY)
    async with db.reading() as conn:
        query = select(tables.ledger.c.body).where(tables.ledger.c.kind == "acknowledged")
        body = (await conn.execute(query)).scalar_one()
    assert datetime.fromisoformat(body["due"]) > BY + 8 * DAY
    await bureau.sweep(NEXT)
    assert set(await bureau.missed()) == {"张", "李"}


async def test_a_reminder_alone_that_arrives_is_when_it_came(bureau: Bureau) -> None:
    await bureau.tell(deliver=False)
    await bureau.settle(await bureau.claim(), DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    reminded = MORNING + DAY
    row = {"notice_id": 1, "wave": 1, "lane": 5, "state": "delivered", "due_at": reminded, "settled_at": reminded}
    async with bureau.db.writing() as conn:
        await conn.execute(insert(tables.deliveries).values(**row, person_id=bureau.people["李"]))
    await bureau.sweep(BY + DAY)
    said = await bureau.missed()
    assert said["张"].undelivered == "unconfirmed/no_answer"
    assert (said["李"].delivered, said["李"].due) == (reminded, BY + DAY)


async def test_who_has_handed_the_post_over_before_the_day_is_named_with_that(bureau: Bureau) -> None:
    """The new holder came after it was sent, and is asked all the same: the fact says since when."""
    await bureau.person("新", joined=True)
    await bureau.tell()
    await bureau.hand_over("P3", "新", MORNING + DAY)
    await bureau.deliver(MORNING + DAY)
    await bureau.sweep(BY + DAY)
    said = await bureau.missed()
    assert (said["李"].why, said["李"].posts, said["李"].due) == (HANDED_OVER, (3,), BY)
    assert (said["新"].why, said["新"].since, said["新"].due) == (None, MORNING + DAY, BY + DAY)
    assert said["新"].since > said["新"].sent


async def test_a_post_that_is_vacant_is_handed_over_too(bureau: Bureau) -> None:
    await bureau.tell()
    await bureau.hand_over("P3", None, MORNING + DAY)
    await bureau.sweep(BY)
    assert (await bureau.missed())["李"].why == HANDED_OVER


async def test_who_handed_the_post_over_after_the_day_has_missed_it(bureau: Bureau) -> None:
    """The service was down on the day and at the handover."""
    await bureau.tell()
    await bureau.hand_over("P3", None, BY + HOUR)
    await bureau.sweep(BY + DAY)
    assert (await bureau.missed())["李"].why is None


async def test_who_got_it_after_handing_over_or_never_held_a_post_of_it_is_not_named(bureau: Bureau) -> None:
    await bureau.tell(deliver=False)
    await bureau.hand_over("P3", None, MORNING + HOUR)
    await bureau.person("外")
    row = {"notice_id": 1, "wave": 0, "lane": 5, "state": "delivered", "due_at": MORNING, "settled_at": MORNING}
    async with bureau.db.writing() as conn:
        late = tables.deliveries.c.person_id == bureau.people["李"]
        values = {"state": "delivered", "settled_at": MORNING + DAY}
        await conn.execute(update(tables.deliveries).where(late).values(values))
        await conn.execute(insert(tables.deliveries).values(**row, person_id=bureau.people["外"]))
    await bureau.deliver(MORNING + DAY)
    await bureau.sweep(BY + 10 * DAY)
    assert set(await bureau.missed()) == {"张"}


async def test_a_reminder_on_its_way_to_who_got_it_after_handing_over_stops_nobody(bureau: Bureau) -> None:
    """No post was left to name of the one, and nobody of the whole notice was written down."""
    notice = await bureau.tell(deliver=False)
    claimed = await bureau.claim(MORNING)
    await bureau.hand_over("P3", "张", MORNING + HOUR)
    await bureau.settle(claimed, DeliveryState.DELIVERED, at=MORNING + 2 * HOUR)
    reminder = {"notice_id": notice, "person_id": bureau.people["李"], "wave": 1, "lane": 3, "due_at": MORNING}
    async with bureau.db.writing() as conn:
        await conn.execute(insert(tables.deliveries).values(state="sending", **reminder))
    await bureau.sweep(BY + HOUR)
    assert set(await bureau.missed()) == {"张"}


async def test_of_several_posts_one_that_is_left_is_enough_and_one_acknowledgement_too(bureau: Bureau) -> None:
    await bureau.tell()
    await bureau.hand_over("P1", "李", MORNING + DAY)
    await bureau.presses("李", MORNING + 2 * DAY)
    await bureau.sweep(BY)
    said = await bureau.missed()
    assert set(said) == {"张"}
    assert (said["张"].posts, said["张"].why) == ((2,), None)


async def test_what_was_passed_on_is_its_taker_s(bureau: Bureau) -> None:
    """Also where everybody's day had passed before: the taker has an own one."""
    await bureau.person("王", ("P4", "财政局", 4))
    notice = await bureau.issue(replace(saying(audience="post:P3", acknowledge=True), acknowledge_by=BY))
    await bureau.deliver(MORNING)
    await bureau.sweep(BY)
    assert (set(await bureau.missed()), await bureau.assess_at()) == ({"李"}, None)
    async with bureau.db.reading() as conn:
        obligation = await conn.scalar(select(tables.obligations.c.id).where(tables.obligations.c.notice_id == notice))
        post = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == "P4"))
    assert obligation is not None
    assert post is not None
    member = await find_member(bureau.db, bureau.chat("李"), 1)
    assert member is not None
    await pass_on(bureau.db, member, obligation, post, BY + DAY)
    await bureau.deliver(BY + DAY)
    await bureau.sweep(BY + 10 * DAY)
    said = await bureau.missed()
    assert set(said) == {"李", "王"}
    assert (said["王"].due, said["王"].since < said["王"].sent) == (datetime(2026, 9, 30, 17, 30, tzinfo=ZONE), False)


async def test_a_paused_notice_waits_and_its_day_moves_with_it(bureau: Bureau) -> None:
    """Paused from Monday to Wednesday: the day is two working days later, and nobody is given them twice."""
    notice = await bureau.tell()
    await notice_acts.pause(bureau.db, notice, None, MORNING + HOUR)
    await bureau.sweep(BY + HOUR)
    assert await bureau.missed() == {}
    back = datetime(2026, 9, 23, 17, 0, tzinfo=ZONE)
    await notice_acts.resume(bureau.db, notice, None, back, WorkCalendar("CN"))
    moved = await bureau.assess_at()
    assert moved is not None
    assert moved > BY
    await bureau.sweep(moved)
    assert {one.due for one in (await bureau.missed()).values()} == {moved}


async def test_a_notice_whose_use_ends_in_a_pause_is_missed_by_nobody(bureau: Bureau) -> None:
    notice = await bureau.tell()
    await notice_acts.pause(bureau.db, notice, None, MORNING + HOUR)
    await bureau.sweep(NEXT + DAY)
    assert (await bureau.missed(), await bureau.assess_at()) == ({}, None)


@pytest.mark.parametrize("stop", [notice_acts.cancel, notice_acts.recall])
async def test_a_notice_that_was_stopped_is_missed_by_nobody(bureau: Bureau, stop: notice_acts.Steer) -> None:
    notice = await bureau.tell()
    await stop(bureau.db, notice, None, MORNING + HOUR)
    await bureau.sweep(BY + DAY)
    assert (await bureau.missed(), await bureau.assess_at()) == ({}, None)


async def test_a_provisional_day_that_passes_says_so_and_uses_nothing_up(bureau: Bureau) -> None:
    """Once the official day is known that one can be missed."""
    notice = await bureau.tell()
    async with bureau.db.writing() as conn:
        await conn.execute(update(tables.notices).values(provisional=True))
    await bureau.sweep(BY)
    assert {one.provisional for one in (await bureau.missed()).values()} == {True}
    async with bureau.db.writing() as conn:
        await assessing.redate(conn, notice, BY + 7 * DAY, provisional=False)
    await bureau.sweep(BY + 7 * DAY)
    async with bureau.db.reading() as conn:
        kinds = select(tables.ledger.c.body).where(tables.ledger.c.kind == "acknowledgement_missed")
        said = [body["provisional"] for body in await conn.scalars(kinds)]
    assert sorted(said) == [False, False, True, True]


async def test_many_are_looked_at_some_at_a_time_and_those_that_a_process_left_by_the_next(db: Database) -> None:
    bureau = Bureau(db)
    await bureau.bureau(*[f"人{number:03}" for number in range(23)])
    await bureau.tell()
    missing = bureau.missing(at_once=5, most=10)
    assert await missing.sweep(BY)
    assert len(await bureau.missed()) == 10
    assert await missing.sweep(BY)
    assert len(await bureau.missed()) == 20
    assert not await bureau.missing(at_once=5, most=10).sweep(BY)  # another process takes over
    assert len(await bureau.missed()) == 23
    assert await bureau.assess_at() is None


async def test_two_processes_that_look_at_the_same_people_write_each_down_once(db: Database) -> None:
    bureau = Bureau(db)
    await bureau.bureau(*[f"人{number:03}" for number in range(23)])
    await bureau.tell()
    here, there = bureau.missing(at_once=4), bureau.missing(at_once=7)
    await asyncio.gather(here.sweep(BY), there.sweep(BY))
    while await here.sweep(BY) or await there.sweep(BY):
        pass
    assert len(await bureau.missed()) == 23  # each once, or reading them fails
    assert not bureau.apart.failures
    assert await bureau.assess_at() is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # where there are many writers
async def test_what_somebody_holds_is_left_to_the_next_pass(bureau: Bureau) -> None:
    """A roster's import hands posts over for as long as it takes; who plans does not wait for it."""
    notice = await bureau.tell()
    async with bureau.db.writing() as conn:
        held = update(tables.notices).where(tables.notices.c.id == notice)
        await conn.execute(held.values(title="x"))
        assert not await asyncio.wait_for(bureau.missing().sweep(BY + HOUR), 10)
        assert not await bureau.missed()
    await bureau.sweep(BY + HOUR)
    assert set(await bureau.missed()) == {"张", "李"}


async def test_after_a_start_nothing_follows_while_presses_may_still_wait_to_be_taken(bureau: Bureau) -> None:
    await bureau.tell()
    dating, waits = OwnDays(Calendars(bureau.db, "CN"), load(), ZONE), [True, False]
    missing = Missing(db=bureau.db, dating=dating, apart=bureau.apart, zone=ZONE, catching_up=lambda: waits.pop(0))
    assert not await missing.sweep(BY)
    assert await bureau.missed() == {}
    await missing.sweep(BY)
    assert set(await bureau.missed()) == {"张", "李"}
