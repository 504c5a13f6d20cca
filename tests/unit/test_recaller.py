"""What was delivered of a recalled notice is deleted, bot by bot, and who still has it is known by name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import insert, select, update

from messages.deliveries import (
    DeliveryState,
    Erased,
    Erasure,
    Flooded,
    PermanentFailure,
    Reason,
    TemporaryFailure,
    TokenRefused,
    Unconfirmed,
)
from messages.store import accounts, anew, claims, recalls, steering, tables
from messages.store import deliveries as sending
from messages.store.bots import MAIN_BOT
from messages.store.claims import Sender
from messages.store.database import Database
from messages.store.deliveries import Settlement
from messages.store.recalls import Missed, Recalled
from schedules.clock import Clock
from schedules.notice_acts import recall, recalled
from schedules.pacer import Limits, Pacer
from schedules.recaller import Recaller
from schedules.steering import sweep
from tests.district import MORNING, ZONE, District, saying
from tests.passing import Bureau

LATER: Final = MORNING + timedelta(hours=1)
TOO_LATE: Final = MORNING + timedelta(hours=48)


@dataclass
class Kept:
    """An eraser that keeps what it is asked for, and answers by chat as told; everything else is deleted."""

    answers: dict[int, Erasure] = field(default_factory=dict)
    asked: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    redrawn: list[tuple[int, int]] = field(default_factory=list)

    async def erase(self, chat_id: int, message_ids: Sequence[int]) -> Erasure:
        self.asked.append((chat_id, tuple(message_ids)))
        return self.answers.get(chat_id, Erased())

    async def redraw(self, account_id: int, message_id: int) -> Erasure:
        self.redrawn.append((account_id, message_id))
        return Erased()


class Recalling:
    """The recalls of one bot, whose lease this process has until it is lost."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.kept = Kept()
        self.pacer = Pacer(Limits(rate=0), clock.steady)
        self.lost = False
        self.recaller = Recaller(db=db, clock=clock, senders=self, eraser=lambda _: self.kept)

    def wires(self) -> list[tuple[int, Pacer]]:
        return [(MAIN_BOT, self.pacer)]

    def holds(self, _bot_id: int) -> bool:
        return not self.lost

    def is_busy(self, _bot_id: int) -> bool:
        return False

    async def step(self) -> int:
        return await self.recaller.step(MAIN_BOT, self.pacer)


@pytest.fixture
async def district(db: Database) -> District:
    """Three people of one bureau."""
    district = District(db)
    await district.bureau("A", "B", "C")
    return district


@pytest.fixture
def recalling(district: District) -> Recalling:
    return Recalling(district.db, Clock(ZONE, MORNING))


async def deliver(district: District, *, limit: int = 100, **columns: Any) -> list[int]:  # noqa: ANN401 -- any column
    """What is due is sent, in messages whose numbers are the deliveries' and 5000; gives the deliveries."""
    ids = await district.claim(limit=limit)
    async with district.db.writing() as conn:
        await sending.settle(conn, [arrival(one) for one in ids])
        if columns:
            await conn.execute(update(tables.deliveries).where(tables.deliveries.c.id.in_(ids)).values(**columns))
    return ids


def arrival(delivery_id: int, at: datetime = MORNING, message_id: int | None = None) -> Settlement:
    message_id = message_id or delivery_id + 5000
    return Settlement(delivery_id=delivery_id, term=0, state=DeliveryState.DELIVERED, at=at, message_id=message_id)


async def move_account(district: District, code: str, *, to: int) -> None:
    """The person joins with another account."""
    person = district.people[code]
    async with district.db.writing() as conn:
        before = await accounts.last_account(conn, person)
        assert before is not None
        await accounts.leave(conn, before, LATER)
        after = await accounts.open_account(conn, person_id=person, chat_id=to, bot_id=MAIN_BOT, at=LATER)
        await accounts.follow_person(conn, person, MAIN_BOT)
        await accounts.reopen_left(conn, person, after, LATER)


async def standing(district: District, notice: int) -> Recalled:
    async with district.db.reading() as conn:
        return await recalled(conn, notice)


async def test_a_recall_cancels_what_is_left_and_deletes_what_arrived(district: District, recalling: Recalling) -> None:
    notice = await district.issue(saying())
    first, second = await deliver(district, limit=2)
    done = await recall(district.db, notice, None, LATER)
    assert (done.moved, done.counts.delivered, done.counts.cancelled) == (1, 2, 1)
    assert await standing(district, notice) == Recalled(wanted=2)

    assert await recalling.step() == 2
    assert recalling.kept.asked == [(1001, (first + 5000,)), (1002, (second + 5000,))]
    assert await standing(district, notice) == Recalled(done=2)
    assert (await recalling.step(), len(recalling.kept.asked)) == (0, 2)


async def test_the_first_recall_stands(district: District) -> None:
    notice = await district.issue(saying())
    await recall(district.db, notice, None, MORNING)
    again = await recall(district.db, notice, None, LATER)
    assert (again.at, again.before) == (MORNING, True)


async def test_all_messages_of_a_delivery_are_deleted_and_files_whose_text_was_not_sent(
    district: District, recalling: Recalling
) -> None:
    notice = await district.issue(saying())
    (whole,) = await deliver(district, limit=1, parts=[7, 8])
    (begun,) = await deliver(district, limit=1, parts=[9], state="planned", message_id=None)
    await recall(district.db, notice, None, LATER)
    assert await recalling.step() == 2
    assert recalling.kept.asked == [(1001, (7, 8, whole + 5000)), (1002, (9,))]
    assert begun


async def test_a_digest_is_written_anew_and_deleted_only_once_nothing_is_left_in_it(
    district: District, recalling: Recalling
) -> None:
    """Who had several notices in one message keeps the others."""
    first, second = [await district.issue(saying(key, audience="person:A")) for key in ("k1", "k2")]
    await deliver(district, message_id=7, gathered=True)
    await recall(district.db, first, None, LATER)
    assert await recalling.step() == 1
    assert (recalling.kept.asked, [number for _, number in recalling.kept.redrawn]) == ([], [7])
    await recall(district.db, second, None, LATER)
    assert await recalling.step() == 1
    assert recalling.kept.asked == [(1001, (7,))]


async def test_who_still_has_it_is_named_with_the_reason(district: District, recalling: Recalling) -> None:
    notice = await district.issue(saying())
    await deliver(district, limit=2)
    await district.settle(await district.claim(), DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    recalling.kept.answers = {1002: PermanentFailure(Reason.BLOCKED)}
    await recall(district.db, notice, None, LATER)
    await recalling.step()
    assert await standing(district, notice) == Recalled(
        done=1,
        failed=2,
        missed=(
            Missed(person_code="B", name="姓名B", unit="财政局", reason=Reason.BLOCKED),
            Missed(person_code="C", name="姓名C", unit="财政局", reason=Reason.NO_ANSWER),
        ),
    )


async def test_of_several_waves_a_person_counts_by_the_worst(district: District, recalling: Recalling) -> None:
    reminder = MORNING + timedelta(days=1)
    notice = await district.issue(saying(audience="person:A", acknowledge=True, reminders=(reminder,)))
    await deliver(district)
    await district.plan(reminder)
    ids = await district.claim(reminder)
    async with district.db.writing() as conn:
        await sending.settle(conn, [arrival(one, reminder) for one in ids])
    await recall(district.db, notice, None, reminder)
    recalling.kept.answers = {1001: PermanentFailure(Reason.UNDELETABLE)}
    await recalling.recaller.step(MAIN_BOT, recalling.pacer)
    found = await standing(district, notice)
    assert (len(recalling.kept.asked), found.failed, len(found.missed)) == (2, 1, 1)


async def test_a_message_that_went_before_the_delivery_was_made_anew_is_deleted_too(db: Database) -> None:
    """张 had it for P1, and once more when 李 passed P3's on to 张's P2: the first stayed, and 张 counted as done."""
    bureau = Bureau(db)
    await bureau.found()
    recalling = Recalling(db, Clock(ZONE, LATER))
    notice = await bureau.issue(saying(audience="post:P1,post:P3", acknowledge=True))
    await deliver(bureau, parts=[7])
    first = bureau.chat("张")
    await bureau.passes("李", notice, "P3", "P2")
    await recall(db, notice, None, LATER)
    assert await standing(bureau, notice) == Recalled(wanted=2)
    recalling.kept.answers = {first: PermanentFailure(Reason.UNDELETABLE)}
    assert await recalling.step() == 2
    assert {chat: len(ids) for chat, ids in recalling.kept.asked} == {first: 2, bureau.chat("李"): 2}
    found = await standing(bureau, notice)
    assert (found.done, found.failed, [one.person_code for one in found.missed]) == (1, 1, ["张"])


async def test_both_messages_of_who_was_told_twice_are_deleted(db: Database) -> None:
    bureau = Bureau(db)
    await bureau.found()
    recalling = Recalling(db, Clock(ZONE, LATER))
    notice = await bureau.issue(saying(audience="post:P1,post:P3", acknowledge=True))
    await deliver(bureau)
    await bureau.passes("李", notice, "P3", "P2")
    (again,) = await bureau.claim(LATER)
    async with db.writing() as conn:
        await sending.settle(conn, [arrival(again, LATER, message_id=9000)])
    await recall(db, notice, None, LATER)
    assert await recalling.step() == 3
    assert [ids for chat, ids in recalling.kept.asked if chat == bureau.chat("张")] == [(9000,), (again + 5000,)]
    assert await standing(bureau, notice) == Recalled(done=2)


async def test_what_is_told_anew_after_a_recall_has_its_first_message_deleted_all_the_same(
    district: District,
) -> None:
    """A charge can be passed on at the very moment of the recall, when its walk is through already."""
    notice = await district.issue(saying(audience="person:A", acknowledge=True))
    ids = await deliver(district)
    async with district.db.writing() as conn:
        await steering.mark(conn, notice, LATER, cancelled_at=LATER, recalled_at=LATER)
        await anew.plan_anew(conn, ids, LATER)
    assert await standing(district, notice) == Recalled(wanted=1)


async def test_of_an_earlier_message_that_was_never_confirmed_its_person_is_named(district: District) -> None:
    notice = await district.issue(saying(audience="person:A"))
    ids = await district.claim()
    await district.settle(ids, DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    async with district.db.writing() as conn:
        await anew.plan_anew(conn, ids, LATER)
    await recall(district.db, notice, None, LATER)
    assert {one.reason for one in (await standing(district, notice)).missed} == {Reason.NO_ANSWER}


async def test_what_went_to_an_account_that_was_left_is_deleted_from_the_old_chat(
    district: District, recalling: Recalling
) -> None:
    """Whoever moved to another account is told there once more, and the first message stays in the old chat."""
    notice = await district.issue(saying(audience="person:A", acknowledge=True))
    (one,) = await deliver(district, parts=[7, 8])
    await move_account(district, "A", to=77)
    assert await district.claim(LATER) == [one]
    async with district.db.writing() as conn:
        await sending.settle(conn, [arrival(one, LATER, message_id=9000)])
    await recall(district.db, notice, None, LATER)
    assert await recalling.step() == 2
    assert recalling.kept.asked == [(77, (9000,)), (1001, (7, 8, one + 5000))]


@pytest.mark.parametrize("state", ["planned", "sending"])
async def test_files_that_went_to_an_account_that_was_left_are_deleted_there(
    district: District, recalling: Recalling, state: str
) -> None:
    """The album was there, its text was to follow, and the person moved: all of it goes to the new account.

    So it does where the sender died with the text in flight.
    """
    notice = await district.issue(saying(audience="person:A", acknowledge=True))
    await deliver(district, parts=[7, 8], state=state, message_id=None)
    await move_account(district, "A", to=77)
    async with district.db.writing() as conn:
        assert await claims.requeue_interrupted(conn, Sender(bot_id=MAIN_BOT, term=1)) == (state == "sending")
    (one,) = await district.claim(LATER)
    async with district.db.writing() as conn:
        await sending.settle(conn, [arrival(one, LATER)])
    await recall(district.db, notice, None, LATER)
    assert await recalling.step() == 2
    assert recalling.kept.asked == [(77, (one + 5000,)), (1001, (7, 8))]


async def test_files_are_deleted_whose_text_could_not_be_delivered(district: District, recalling: Recalling) -> None:
    notice = await district.issue(saying(audience="person:A"))
    await deliver(district, parts=[9], state="unreachable", message_id=None)
    await recall(district.db, notice, None, LATER)
    assert await recalling.step() == 1
    assert recalling.kept.asked == [(1001, (9,))]


async def test_what_is_older_than_the_bot_api_allows_is_not_asked_for(district: District) -> None:
    recalling = Recalling(district.db, Clock(ZONE, TOO_LATE))
    notice = await district.issue(saying())
    await deliver(district)
    await recall(district.db, notice, None, TOO_LATE)
    assert await recalling.step() == 3
    assert recalling.kept.asked == []
    assert {one.reason for one in (await standing(district, notice)).missed} == {Reason.UNDELETABLE}


@pytest.mark.parametrize("trouble", [TemporaryFailure(Reason.SERVER), Unconfirmed()])
async def test_what_fails_for_the_moment_holds_up_nobody_and_is_tried_again(
    district: District, recalling: Recalling, trouble: Erasure
) -> None:
    notice = await district.issue(saying())
    await deliver(district)
    await recall(district.db, notice, None, LATER)
    recalling.kept.answers = {1001: trouble}
    assert await recalling.step() == 2
    assert await recalling.step() == 0  # the end of what there is: from the beginning again
    recalling.kept.answers = {}
    assert await recalling.step() == 1
    assert await standing(district, notice) == Recalled(done=3)


@pytest.mark.parametrize("answer", [Flooded(timedelta(seconds=30)), TokenRefused()])
async def test_silence_that_is_asked_for_is_kept_by_all_that_the_bot_does(
    district: District, recalling: Recalling, answer: Erasure
) -> None:
    notice = await district.issue(saying())
    await deliver(district)
    await recall(district.db, notice, None, LATER)
    recalling.kept.answers = {1001: answer}
    assert (await recalling.step(), await recalling.step()) == (0, 0)
    assert len(recalling.kept.asked) == 1
    assert recalling.pacer.free_at() > recalling.pacer.steady() + 25


async def test_who_has_lost_the_bot_deletes_nothing_more(district: District, recalling: Recalling) -> None:
    notice = await district.issue(saying())
    await deliver(district)
    await recall(district.db, notice, None, LATER)
    recalling.lost = True
    assert (await recalling.step(), recalling.kept.asked) == (0, [])


async def test_what_is_in_flight_is_recalled_once_it_has_landed(district: District, recalling: Recalling) -> None:
    notice = await district.issue(saying())
    flying = await district.claim(limit=2)
    done = await recall(district.db, notice, None, LATER)
    assert (done.moved, await standing(district, notice)) == (1, Recalled())
    assert await sweep(district.db, LATER) == 0
    async with district.db.writing() as conn:
        await sending.settle(conn, [arrival(one) for one in flying])
    await sweep(district.db, LATER)
    assert await recalling.step() == 2
    async with district.db.reading() as conn:
        assert await steering.unfinished(conn) == []


async def test_what_is_known_only_later_to_have_arrived_is_recalled_then(
    district: District, recalling: Recalling
) -> None:
    """Its sender was frozen: another had taken over, and the recall was through, when it told what it knew."""
    notice = await district.issue(saying())
    (flying, *_) = await district.claim()
    async with district.db.writing() as conn:
        await claims.requeue_interrupted(conn, Sender(bot_id=MAIN_BOT, term=1))
    await recall(district.db, notice, None, LATER)
    async with district.db.writing() as conn:
        await sending.settle(conn, [arrival(flying)])
    assert await recalling.step() == 1
    assert await standing(district, notice) == Recalled(done=1)


async def test_what_a_retired_bot_sent_cannot_be_deleted(district: District, recalling: Recalling) -> None:
    async with district.db.writing() as conn:
        new = insert(tables.bots).values(name="second", added_at=MORNING).returning(tables.bots.c.id)
        second = (await conn.execute(new)).scalar_one()
    notice = await district.issue(saying())
    await deliver(district, bot_id=second)
    await recall(district.db, notice, None, LATER)
    async with district.db.writing() as conn:
        await conn.execute(update(tables.bots).where(tables.bots.c.id == second).values(retired_at=LATER))
    await sweep(district.db, LATER)
    assert await recalling.step() == 0
    assert {one.reason for one in (await standing(district, notice)).missed} == {Reason.BOT_RETIRED}


async def test_the_messages_to_delete_are_found_by_their_own_index(sqlite_db: Database) -> None:
    """Among millions of deliveries a look must stay quick."""
    query = select(tables.deliveries.c.id).where(tables.deliveries.c.bot_id == 1, recalls.is_wanted(tables.deliveries))
    async with sqlite_db.reading() as conn:
        sql = str(query.compile(compile_kwargs={"literal_binds": True}))
        steps = [str(row[-1]) for row in await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert any("ix_deliveries_recalling" in step for step in steps)
