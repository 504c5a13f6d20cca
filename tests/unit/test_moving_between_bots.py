"""Joining through one bot or another: who is served where, and what follows a person who moves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from messages import accounts, bots
from messages.accounts import find_member
from messages.bots import NewBot
from messages.joining import AnotherPerson, CodeRefused, Joined, Joining, join
from messages.organisation.tokens import new_key
from messages.store import accounts as stored
from messages.store import tables
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from tests.office import LIMITS, Office, code_of

ZHANG, NEW_PHONE = 101, 111
SECOND = 2
TOKEN = "700002:" + "A" * 35


@pytest.fixture
async def office(db: Database) -> Office:
    office = Office(db)
    added = await bots.add(
        db, NewBot(token=TOKEN, username="second_bot"), keys=new_key(), settings_token="", now=office.now
    )
    assert added.id == SECOND
    return office


async def attempt(office: Office, chat_id: int, bot_id: int, code: str) -> Joining:
    return await join(office.db, chat_id=chat_id, bot_id=bot_id, code=code, now=office.now, limits=LIMITS)


async def serving(office: Office, person_id: int) -> list[tuple[str, int]]:
    """State and bot of each delivery of a person."""
    query = select(tables.deliveries.c.state, tables.deliveries.c.bot_id).where(
        tables.deliveries.c.person_id == person_id
    )
    async with office.db.reading() as conn:
        return [(state, bot) for state, bot in await conn.execute(query.order_by(tables.deliveries.c.id))]


async def test_a_person_is_served_by_the_bot_through_which_it_joined(office: Office) -> None:
    person = await office.hire("张三")
    await office.join(person, ZHANG, bot_id=SECOND)
    member = await find_member(office.db, ZHANG, SECOND)
    assert member is not None
    assert member.bot_id == SECOND
    assert await find_member(office.db, ZHANG, MAIN_BOT) is None
    await office.issue()
    assert await serving(office, person) == [("planned", SECOND)]


async def test_the_same_chat_moves_to_another_bot_with_a_new_code(office: Office) -> None:
    person = await office.hire("张三")
    first = await office.join(person, ZHANG)
    await office.issue("a")
    [delivered] = await office.deliver()
    await office.issue("b")

    moved = await office.join(person, ZHANG, issue=2, bot_id=SECOND)

    assert moved.account_id != first.account_id
    assert not moved.already
    assert moved.previous is not None
    assert (moved.previous.chat_id, moved.previous.bot_id) == (ZHANG, MAIN_BOT)
    assert moved.waiting == 1
    assert await serving(office, person) == [("planned", SECOND), ("planned", SECOND)]
    assert await find_member(office.db, ZHANG, MAIN_BOT) is None
    [event] = await office.events("moved_account")
    assert (event["previous"], event["account"]) == (first.account_id, moved.account_id)
    assert event["sent_again"] == [
        {"delivery": delivered, "state": "delivered", "at": "2026-09-21T01:10:00+00:00", "message_id": delivered + 1000}
    ]


async def test_a_second_code_at_the_same_bot_moves_nothing(office: Office) -> None:
    person = await office.hire("张三")
    first = await office.join(person, ZHANG, bot_id=SECOND)
    again = await office.join(person, ZHANG, issue=2, bot_id=SECOND)
    assert again.already
    assert again.account_id == first.account_id


async def test_a_used_code_is_good_at_no_other_bot(office: Office) -> None:
    person = await office.hire("张三")
    await office.join(person, ZHANG)
    assert await attempt(office, ZHANG, SECOND, code_of(person)) == CodeRefused()
    assert await find_member(office.db, ZHANG, MAIN_BOT) is not None


async def test_a_chat_is_one_persons_at_whichever_bot(office: Office) -> None:
    await office.join(await office.hire("张三"), ZHANG)
    code = await office.invite(await office.hire("李四"))
    assert await attempt(office, ZHANG, SECOND, code) == AnotherPerson(name="张三")


async def test_wrong_codes_are_counted_over_all_bots(office: Office) -> None:
    code = await office.invite(await office.hire("张三"))
    for number in range(LIMITS.wrong_tries):
        await attempt(office, ZHANG, MAIN_BOT + number % 2, "wrong-code-wrong-code")
    assert not isinstance(await attempt(office, ZHANG, SECOND, code), Joined)


async def test_a_block_that_is_told_late_does_not_touch_the_account_at_the_new_bot(office: Office) -> None:
    """The update may come in while the person joins at the other bot."""
    person = await office.hire("张三")
    await office.join(person, ZHANG)
    member = await find_member(office.db, ZHANG, MAIN_BOT)
    assert member is not None
    await office.join(person, ZHANG, issue=2, bot_id=SECOND)
    await office.issue()

    await accounts.blocked(office.db, member, office.now)

    moved = await find_member(office.db, ZHANG, SECOND)
    assert moved is not None
    assert moved.reachable
    assert await serving(office, person) == [("planned", SECOND)]


async def test_who_comes_back_is_served_by_the_same_bot(office: Office) -> None:
    person = await office.hire("张三")
    await office.join(person, ZHANG, bot_id=SECOND)
    member = await find_member(office.db, ZHANG, SECOND)
    assert member is not None
    await accounts.blocked(office.db, member, office.now)
    await office.issue()
    assert (await serving(office, person))[0][0] == "unreachable"
    assert await accounts.came_back(office.db, member, office.now) == 1
    assert await serving(office, person) == [("planned", SECOND)]


async def test_a_sign_of_life_at_a_bot_that_was_retired_meanwhile_plans_nothing(office: Office) -> None:
    person = await office.hire("张三")
    await office.join(person, ZHANG, bot_id=SECOND)
    member = await find_member(office.db, ZHANG, SECOND)
    assert member is not None
    await accounts.blocked(office.db, member, office.now)
    await office.issue()
    await bots.retire(office.db, "2", anyway=True, now=office.now)
    assert await accounts.came_back(office.db, member, office.now) == 0
    assert await office.states(person) == ["unreachable"]


async def test_a_retired_bot_leaves_its_people_unreachable_until_they_join_again(office: Office) -> None:
    person, other = await office.hire("张三"), await office.hire("李四")
    await office.join(person, ZHANG)
    await office.issue("delivered")
    await office.deliver()
    await office.join(person, ZHANG, issue=2, bot_id=SECOND)
    await office.join(other, NEW_PHONE)
    await office.issue("planned")
    office.now += timedelta(minutes=1)

    retired = await bots.retire(office.db, "second_bot", anyway=True, now=office.now)

    assert retired.people == 1
    assert await find_member(office.db, ZHANG, SECOND) is None
    assert [state for state, _ in await serving(office, person)] == ["unreachable", "unreachable"]
    assert (await office.states(other))[-1] == "planned"

    joined = await office.join(person, ZHANG, issue=3)

    assert joined.previous is None
    assert joined.waiting == 2
    assert await serving(office, person) == [("planned", MAIN_BOT), ("planned", MAIN_BOT)]
    assert len(await office.events("moved_account")) == 2


async def test_what_the_retired_bot_delivered_unacknowledged_comes_again_too(office: Office) -> None:
    person = await office.hire("张三")
    await office.join(person, ZHANG)
    await office.issue()
    await office.deliver()
    async with office.db.writing() as conn:
        assert await stored.leave_bot(conn, MAIN_BOT, office.now) == 1
    joined = await office.join(person, ZHANG, issue=2, bot_id=SECOND)
    assert joined.waiting == 1
    assert await serving(office, person) == [("planned", SECOND)]


async def test_nobody_joins_through_a_retired_bot_and_the_code_stays_good(office: Office) -> None:
    code = await office.invite(await office.hire("张三"))
    await bots.retire(office.db, "2", anyway=False, now=office.now)
    assert await attempt(office, ZHANG, SECOND, code) == CodeRefused()
    assert isinstance(await attempt(office, ZHANG, MAIN_BOT, code), Joined)
