"""Claims: who sends takes what is due for its bot, in its term; how the databases find it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text, update

from messages.deliveries import ClaimedDelivery, DeliveryState
from messages.notices import Lane
from messages.store import bots, claims, deliveries, tables
from messages.store.claims import Order, Sender
from messages.store.database import Connection, Database
from messages.store.deliveries import Settlement
from tests.district import MORNING, District, saying

LATER = MORNING + timedelta(days=1)


@pytest.fixture
async def district(db: Database) -> District:
    district = District(db)
    await district.bureau("A", "B", "C", "D")
    return district


def order(limit: int = 100, *, bot_id: int = 1, term: int = 0) -> Order:
    return Order(sender=Sender(bot_id=bot_id, term=term), lanes=[*Lane], limit=limit)


async def claim(district: District, *orders: Order, now: datetime = MORNING) -> list[ClaimedDelivery]:
    async with district.db.writing() as conn:
        return await claims.claim(conn, orders, now)


async def settle(district: District, claimed: ClaimedDelivery, *, message_id: int, at: datetime = MORNING) -> None:
    done = Settlement(
        delivery_id=claimed.id, term=claimed.term, state=DeliveryState.DELIVERED, at=at, message_id=message_id
    )
    async with district.db.writing() as conn:
        await deliveries.settle(conn, [done])


async def take_over(district: District, bot_id: int = 1) -> Sender:
    async with district.db.writing() as conn:
        sender = Sender(bot_id=bot_id, term=await bots.take_term(conn, bot_id))
        await claims.requeue_interrupted(conn, sender)
        return sender


async def rows(district: District) -> list[tuple[str, int | None, int | None]]:
    """State, term and message of every delivery."""
    d = tables.deliveries.c
    async with district.db.reading() as conn:
        return [tuple(row) for row in await conn.execute(select(d.state, d.term, d.message_id).order_by(d.id))]


async def second_bot(district: District, *names: str) -> int:
    """A bot that serves these people."""
    async with district.db.writing() as conn:
        new = insert(tables.bots).values(name="second", added_at=MORNING).returning(tables.bots.c.id)
        bot_id = int((await conn.execute(new)).scalar_one())
        people = select(tables.people.c.id).where(tables.people.c.code.in_(names))
        moved = update(tables.accounts).where(tables.accounts.c.person_id.in_(people))
        await conn.execute(moved.values(bot_id=bot_id))
    return bot_id


# --- terms ------------------------------------------------------------------------------------------------------------


async def test_whose_term_is_over_claims_nothing(district: District) -> None:
    await district.issue(saying())
    newer = await take_over(district)
    assert await claim(district, order(term=0)) == []
    assert len(await claim(district, order(term=newer.term))) == 4


async def test_what_an_older_term_left_in_flight_is_due_again_once(district: District) -> None:
    await district.issue(saying())
    assert len(await claim(district, order(3))) == 3
    sender = Sender(bot_id=1, term=1)
    async with district.db.writing() as conn:
        assert await claims.requeue_interrupted(conn, sender) == 3
        assert await claims.requeue_interrupted(conn, sender) == 0
    assert [state for state, *_ in await rows(district)] == ["planned"] * 4


async def test_what_the_present_term_has_in_flight_stays_there(district: District) -> None:
    await district.issue(saying())
    sender = await take_over(district)
    assert len(await claim(district, order(3, term=sender.term))) == 3
    async with district.db.writing() as conn:
        assert await claims.requeue_interrupted(conn, sender) == 0


async def test_an_outcome_that_comes_after_the_takeover_still_counts_if_nobody_sent_it_again(
    district: District,
) -> None:
    """The frozen sender's message had arrived: what is known to have arrived is not sent again."""
    await district.issue(saying(audience="person:A"))
    (frozen,) = await claim(district, order())
    newer = await take_over(district)
    await settle(district, frozen, message_id=7)
    assert await rows(district) == [("delivered", 0, 7)]
    assert await claim(district, order(term=newer.term)) == []


async def test_an_outcome_that_comes_after_it_was_taken_again_changes_nothing(district: District) -> None:
    await district.issue(saying(audience="person:A"))
    (frozen,) = await claim(district, order())
    newer = await take_over(district)
    (again,) = await claim(district, order(term=newer.term))
    await settle(district, frozen, message_id=7)
    assert await rows(district) == [("sending", 1, None)]
    await settle(district, again, message_id=8)
    await settle(district, frozen, message_id=9)
    assert await rows(district) == [("delivered", 1, 8)]


# --- bots -------------------------------------------------------------------------------------------------------------


async def test_each_bot_claims_its_own_and_all_in_one_transaction(district: District) -> None:
    second = await second_bot(district, "C", "D")
    await district.issue(saying())
    async with district.db.reading() as conn:
        assert await claims.lanes_due(conn, [1, second], MORNING) == {1: [Lane.BROADCAST], second: [Lane.BROADCAST]}
    taken = await claim(district, order(), order(bot_id=second))
    assert {(one.bot_id, one.chat_id) for one in taken} == {(1, 1001), (1, 1002), (second, 1003), (second, 1004)}


async def test_who_moved_to_another_bot_after_the_planning_is_served_by_that(district: District) -> None:
    await district.issue(saying(audience="person:A,person:B"))
    second = await second_bot(district, "B")
    assert [one.chat_id for one in await claim(district, order())] == [1001]
    (moved,) = await claim(district, order(bot_id=second))
    assert (moved.chat_id, moved.attempts) == (1002, 1)


async def test_what_was_in_flight_when_its_person_moved_to_another_bot_is_sent_by_that(district: District) -> None:
    await district.issue(saying(audience="person:B"))
    assert len(await claim(district, order())) == 1
    second = await second_bot(district, "B")
    await take_over(district)
    assert await claim(district, order(term=1)) == []
    assert len(await claim(district, order(bot_id=second))) == 1


async def test_the_lanes_in_which_something_is_due_are_told_the_most_urgent_first(district: District) -> None:
    await district.issue(saying("later", lane=Lane.RED, send_at=LATER), LATER)
    await district.issue(saying("study", audience="person:A", lane=Lane.STUDY))
    await district.issue(saying("orange", audience="person:A", lane=Lane.ORANGE))
    async with district.db.reading() as conn:
        assert await claims.lanes_due(conn, [1, 99], MORNING) == {1: [Lane.ORANGE, Lane.STUDY]}
        assert await claims.lanes_due(conn, [1], LATER) == {1: [Lane.RED, Lane.ORANGE, Lane.STUDY]}
        assert await claims.lanes_due(conn, [1], MORNING - timedelta(days=1)) == {}


# --- how the databases do it ------------------------------------------------------------------------------------------


@asynccontextmanager
async def both(db: Database) -> AsyncIterator[tuple[Connection, Connection]]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(db.writing()), await stack.enter_async_context(db.writing())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_takeover_waits_for_a_claim_that_is_under_way(district: District) -> None:
    """Committed after the new sender had looked, what it claimed would have stayed in flight for ever."""
    await district.issue(saying())
    async with district.db.writing() as conn:
        assert len(await claims.claim(conn, [order(3)], MORNING)) == 3
        takeover = asyncio.create_task(take_over(district))
        assert not (await asyncio.wait([takeover], timeout=0.3))[0]
    await takeover
    assert [state for state, *_ in await rows(district)] == ["planned"] * 4


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_claims_at_once_wait_for_nothing_and_none_takes_the_others(district: District) -> None:
    await district.issue(saying())
    async with both(district.db) as (one, other):
        first = await claims.claim(one, [order(2)], MORNING)
        second = await claims.claim(other, [order(10)], MORNING)
    assert (len(first), len(second)) == (2, 2)
    assert {claimed.id for claimed in first}.isdisjoint(claimed.id for claimed in second)


async def plan_of_a_claim(db: Database, explain: str) -> list[str]:
    """How the database goes about the taking of a claim."""
    said: list[tuple[str, Any]] = []
    async with db.writing() as conn:

        @event.listens_for(conn.sync_connection, "before_cursor_execute")
        def listen(_conn: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
            said.append((statement, parameters))

        await claims.claim(conn, [Order(sender=Sender(bot_id=1, term=0), lanes=[Lane.BROADCAST], limit=15)], MORNING)
        statement, parameters = next(one for one in said if one[0].startswith("UPDATE deliveries"))
        return [str(row[-1]) for row in await conn.exec_driver_sql(f"{explain} {statement}", parameters)]


async def test_sqlite_reads_the_partial_index_in_its_order_for_a_claim(sqlite_db: Database) -> None:
    """Among millions of delivered rows a claim must stay quick."""
    steps = await plan_of_a_claim(sqlite_db, "EXPLAIN QUERY PLAN")
    assert any("ix_deliveries_due" in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in steps)
    assert not any(step.startswith("SCAN deliveries") and "ix_deliveries_due" not in step for step in steps)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_postgresql_reads_the_partial_index_in_its_order_for_a_claim(db: Database) -> None:
    """With as many rows as make it choose: no table is read through, nothing is sorted but what was taken."""
    many = text(
        "INSERT INTO deliveries (notice_id, person_id, wave, lane, state, due_at)"
        " SELECT 1, n, 0, :lane, CASE WHEN n % 3 = 0 THEN 'planned' ELSE 'delivered' END, :at"
        " FROM generate_series(1, 30000) AS n"
    )
    async with db.writing() as conn:
        await conn.execute(many, {"lane": Lane.BROADCAST.value, "at": MORNING})
        await conn.execute(text("ANALYZE deliveries"))
    plan = "\n".join(await plan_of_a_claim(db, "EXPLAIN"))
    assert "ix_deliveries_due" in plan
    assert "Seq Scan on deliveries" not in plan
    assert re.search(r"Limit .*\n.*LockRows .*\n(.*Result .*\n)?.*Index Scan using ix_deliveries_due", plan)
    assert "Bitmap Heap Scan on deliveries deliveries_1" not in plan
