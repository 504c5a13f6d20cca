"""Deliveries in the store: claimed before the send, settled after it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from messages.deliveries import ClaimedDelivery, DeliveryState, Reason
from messages.notices import Grade, Lane
from messages.store import claims, deliveries, tables
from messages.store.claims import Order, Sender
from messages.store.database import Database
from messages.store.deliveries import Settlement
from tests.district import MORNING, District, saying

LATER = MORNING + timedelta(days=1)


@pytest.fixture
async def district(db: Database) -> District:
    district = District(db)
    await district.bureau("A", "B", "C", "D")
    return district


async def claim(district: District, now: datetime = MORNING, limit: int = 100) -> list[ClaimedDelivery]:
    async with district.db.writing() as conn:
        return await claims.claim(conn, [order(limit)], now)


def order(limit: int = 100, *, bot_id: int = 1, term: int = 0) -> Order:
    return Order(sender=Sender(bot_id=bot_id, term=term), lanes=[*Lane], limit=limit)


def settlement(
    delivery_id: int,
    state: DeliveryState,
    at: datetime,
    *,
    message_id: int | None = None,
    reason: Reason | None = None,
    due_at: datetime | None = None,
    unsent: bool = False,
) -> Settlement:
    return Settlement(
        delivery_id=delivery_id,
        term=0,
        state=state,
        at=at,
        message_id=message_id,
        reason=reason,
        due_at=due_at,
        unsent=unsent,
    )


async def row(district: District, delivery_id: int) -> dict[str, object]:
    query = select(tables.deliveries).where(tables.deliveries.c.id == delivery_id)
    async with district.db.reading() as conn:
        return dict((await conn.execute(query)).mappings().one())


async def settle(district: District, settlement: Settlement) -> None:
    async with district.db.writing() as conn:
        await deliveries.settle(conn, [settlement])


async def test_a_claim_gives_everything_that_a_message_needs(district: District) -> None:
    await district.issue(saying(audience="person:B", lane=Lane.RED, grade=Grade.RED, acknowledge=True))
    (claimed,) = await claim(district)
    assert claimed == ClaimedDelivery(
        id=1,
        notice_id=1,
        person_id=2,
        chat_id=1002,
        language="zh_CN",
        reminder=0,
        repeat=False,
        lane=Lane.RED,
        attempts=1,
        template="text",
        params={"text": "请<b>廉洁</b>过节。"},
        title="通知",
        acknowledge=True,
        acknowledge_by=MORNING,
        provisional=False,
        protect=True,
        bot_id=1,
        term=0,
    )
    kept = await row(district, 1)
    assert (kept["state"], kept["claimed_at"], kept["attempts"], kept["account_id"]) == ("sending", MORNING, 1, 2)


async def test_the_most_urgent_is_taken_first_then_the_earliest(district: District) -> None:
    earlier = MORNING - timedelta(hours=1)
    await district.issue(saying("late", audience="person:A"))
    await district.issue(saying("early", audience="person:A", send_at=earlier))
    await district.issue(saying("red", audience="person:A", lane=Lane.RED))
    taken = [(await claim(district, limit=1))[0].notice_id for _ in range(3)]
    assert taken == [3, 2, 1]


async def test_no_more_is_taken_than_asked_for_and_nothing_twice(district: District) -> None:
    await district.issue(saying())
    first, second, third = [await claim(district, limit=3) for _ in range(3)]
    assert (len(first), len(second), third) == (3, 1, [])
    assert {one.id for one in first}.isdisjoint(one.id for one in second)


async def test_what_is_not_due_or_past_its_use_is_not_taken(district: District) -> None:
    await district.issue(saying("later", send_at=LATER), LATER)
    await district.issue(saying("expired", expires_at=MORNING))
    assert await claim(district) == []
    assert len(await claim(district, LATER)) == 4


async def test_a_delivery_goes_to_the_account_that_the_person_has_now(district: District) -> None:
    await district.issue(saying(audience="person:A"))
    async with district.db.writing() as conn:
        await conn.execute(tables.accounts.update().where(tables.accounts.c.id == 1).values(left_at=MORNING))
        new = {"person_id": 1, "chat_id": 77, "joined_at": MORNING}
        await conn.execute(tables.accounts.insert().values(new))
    (claimed,) = await claim(district)
    assert claimed.chat_id == 77


async def test_who_has_left_has_no_chat(district: District) -> None:
    await district.issue(saying(audience="person:A"))
    async with district.db.writing() as conn:
        await conn.execute(tables.accounts.update().where(tables.accounts.c.id == 1).values(left_at=MORNING))
    (claimed,) = await claim(district)
    assert claimed.chat_id is None


async def test_reminders_are_counted_by_those_that_arrived(district: District) -> None:
    """Who got the first reminder never must not read "reminder 2" as the first that comes."""
    two_days = MORNING + timedelta(days=2)
    await district.issue(saying(audience="person:A", acknowledge=True, reminders=(LATER, two_days)))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    await district.plan(LATER)
    (first,) = await claim(district, LATER)
    await district.settle([first.id], DeliveryState.UNREACHABLE, Reason.GAVE_UP)
    await district.plan(two_days)
    (second,) = await claim(district, two_days)
    assert (first.reminder, second.reminder) == (1, 1)


async def test_a_repeat_is_known_by_its_earlier_answer_that_never_came(district: District) -> None:
    await district.issue(saying(audience="person:A"))
    (claimed,) = await claim(district)
    back = Settlement(
        delivery_id=claimed.id, term=0, state=DeliveryState.PLANNED, at=MORNING, due_at=MORNING, reason=Reason.NO_ANSWER
    )
    await settle(district, back)
    (again,) = await claim(district)
    assert (again.repeat, again.attempts) == (True, 2)


async def test_what_is_given_back_has_its_attempt_and_its_time_again(district: District) -> None:
    await district.issue(saying(audience="person:A"))
    (claimed,) = await claim(district)
    await settle(
        district,
        settlement(claimed.id, DeliveryState.PLANNED, LATER, due_at=None, unsent=True),
    )
    kept = await row(district, claimed.id)
    assert (kept["state"], kept["attempts"], kept["due_at"]) == ("planned", 0, MORNING)


async def test_what_was_delivered_stays_so(district: District) -> None:
    """The press of the button proved it before the connection broke."""
    await district.issue(saying(audience="person:A"))
    (claimed,) = await claim(district)
    await settle(district, settlement(claimed.id, DeliveryState.DELIVERED, MORNING, message_id=9))
    late = Settlement(
        delivery_id=claimed.id, term=0, state=DeliveryState.UNCONFIRMED, at=LATER, reason=Reason.NO_ANSWER
    )
    await settle(district, late)
    kept = await row(district, claimed.id)
    assert (kept["state"], kept["message_id"], kept["settled_at"]) == ("delivered", 9, MORNING)


async def test_an_answer_that_comes_after_all_makes_it_delivered(district: District) -> None:
    await district.issue(saying(audience="person:A"))
    (claimed,) = await claim(district)
    await district.settle([claimed.id], DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    await settle(district, settlement(claimed.id, DeliveryState.DELIVERED, LATER, message_id=9))
    kept = await row(district, claimed.id)
    assert (kept["state"], kept["message_id"], kept["reason"]) == ("delivered", 9, None)


async def test_only_what_is_planned_expires(district: District) -> None:
    notice = await district.issue(saying(expires_at=LATER))
    await claim(district, limit=1)
    async with district.db.writing() as conn:
        assert not await deliveries.any_expired(conn, LATER - timedelta(seconds=1))
        assert await deliveries.any_expired(conn, LATER)
        assert await deliveries.expire(conn, LATER) == 3
        assert not await deliveries.any_expired(conn, LATER)
    assert sorted((await district.states(notice)).values()) == ["expired"] * 3 + ["sending"]


async def test_who_blocked_the_bot_that_was_left_is_still_reached_by_the_other(district: District) -> None:
    """A private chat has the same number at every bot: the old bot's late answer marked the new account."""
    await district.issue(saying(audience="person:A"))
    async with district.db.writing() as conn:
        await deliveries.lose_person(conn, 1, Reason.BLOCKED, MORNING, chat_id=1001, bot_id=2)
    assert [one.chat_id for one in await claim(district)] == [1001]


async def test_a_lost_person_is_not_written_to_until_joining_again(district: District) -> None:
    notice = await district.issue(saying())
    async with district.db.writing() as conn:
        await deliveries.lose_person(conn, 1, Reason.BLOCKED, MORNING, chat_id=1001, bot_id=1)
    assert await district.states(notice) == {"A": "unreachable", "B": "planned", "C": "planned", "D": "planned"}
    again = await district.issue(saying("another"))
    assert (await district.states(again))["A"] == "unreachable"


async def test_a_chat_that_moved_is_written_to_at_its_new_place(district: District) -> None:
    await district.issue(saying(audience="person:A"))
    async with district.db.writing() as conn:
        await deliveries.move_chat(conn, 1, 1001, -100500)
    assert [one.chat_id for one in await claim(district)] == [-100500]


async def test_many_are_settled_at_once(district: District) -> None:
    notice = await district.issue(saying())
    a, b, c, d = (one.id for one in await claim(district))
    async with district.db.writing() as conn:
        settlements = [
            settlement(a, DeliveryState.DELIVERED, MORNING, message_id=1),
            settlement(b, DeliveryState.DELIVERED, MORNING, message_id=2),
            settlement(c, DeliveryState.UNREACHABLE, MORNING, reason=Reason.BLOCKED),
            settlement(d, DeliveryState.PLANNED, MORNING, due_at=LATER),
        ]
        await deliveries.settle(conn, settlements)
        await deliveries.settle(conn, [])
    assert await district.states(notice) == {"A": "delivered", "B": "delivered", "C": "unreachable", "D": "planned"}
    assert await claim(district, LATER - timedelta(seconds=1)) == []
    assert [one.id for one in await claim(district, LATER)] == [d]
