from datetime import timedelta

import pytest
from sqlalchemy import select

from messages import accounts
from messages.accounts import find_member
from messages.deliveries import DeliveryState, Reason
from messages.joining import AnotherPerson, CodeRefused, Joined, Joining, Silenced, hash_code, join
from messages.store import tables
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from schedules import notice_acts
from tests.office import LIMITS, Office, code_of

ZHANG, LI, STRANGER, NEW_PHONE = 101, 102, 109, 111


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


async def attempt(office: Office, chat_id: int, code: str) -> Joining:
    return await join(office.db, chat_id=chat_id, bot_id=MAIN_BOT, code=code, now=office.now, limits=LIMITS)


async def test_a_good_code_ties_the_chat_to_the_person_and_names_the_posts(office: Office) -> None:
    person = await office.hire("张三", ["科长", "廉政监督员"])
    code = await office.invite(person)

    joined = await attempt(office, ZHANG, code)

    assert isinstance(joined, Joined)
    assert joined.person.name == "张三"
    assert [(post.unit, post.title) for post in joined.posts] == [("财政局", "科长"), ("财政局", "廉政监督员")]
    member = await find_member(office.db, ZHANG, MAIN_BOT)
    assert member is not None
    assert member.person_id == person
    assert len(await office.events("joined")) == 1


async def test_only_the_hash_of_a_code_is_kept(office: Office) -> None:
    code = await office.invite(await office.hire("张三"))
    async with office.db.reading() as conn:
        assert list(await conn.scalars(select(tables.invites.c.code_hash))) == [hash_code(code)]
    assert len(hash_code(code)) == 64


async def test_the_same_update_twice_joins_once(office: Office) -> None:
    person = await office.hire("张三")
    first = await office.join(person, ZHANG)

    again = await attempt(office, ZHANG, code_of(person))

    assert isinstance(again, Joined)
    assert again.already
    assert again.account_id == first.account_id
    assert len(await office.events("joined")) == 1


@pytest.mark.parametrize("case", ["unknown", "malformed", "empty", "enormous", "used", "expired", "replaced"])
async def test_every_bad_code_is_the_same_refusal(office: Office, case: str) -> None:
    person = await office.hire("张三")
    code = await office.invite(person)
    match case:
        case "used":
            await attempt(office, ZHANG, code)
        case "expired":
            office.now += timedelta(days=30)
        case "replaced":
            await office.invite(person, issue=2)
        case "unknown":
            code = "a-code-that-nobody-was-given"
        case "malformed":
            code = "' OR 1=1 --"
        case "empty":
            code = ""
        case "enormous":
            code = "x" * 4096

    assert await attempt(office, STRANGER, code) == CodeRefused()
    assert await find_member(office.db, STRANGER, MAIN_BOT) is None


async def test_ten_wrong_tries_silence_the_account_for_an_hour_even_for_a_right_code(office: Office) -> None:
    code = await office.invite(await office.hire("张三"))
    for _ in range(9):
        assert await attempt(office, STRANGER, "wrong-code-wrong-code") == CodeRefused()
    until = office.now + timedelta(hours=1)
    assert await attempt(office, STRANGER, "wrong-code-wrong-code") == Silenced(until=until, just_now=True)

    assert await attempt(office, STRANGER, code) == Silenced(until=until, just_now=False)
    office.now += timedelta(minutes=59)
    assert await attempt(office, STRANGER, code) == Silenced(until=until, just_now=False)

    office.now += timedelta(minutes=1)
    assert isinstance(await attempt(office, STRANGER, code), Joined)
    assert len(await office.events("codes_silenced")) == 1


async def test_wrong_tries_of_another_account_or_of_an_hour_ago_do_not_count(office: Office) -> None:
    for _ in range(9):
        await attempt(office, STRANGER, "wrong-code-wrong-code")
    assert await attempt(office, LI, "wrong-code-wrong-code") == CodeRefused()
    office.now += timedelta(hours=1)
    assert await attempt(office, STRANGER, "wrong-code-wrong-code") == CodeRefused()


async def test_a_person_moves_to_a_new_account_and_the_old_one_loses_access(office: Office) -> None:
    person = await office.hire("张三")
    await office.join(person, ZHANG)

    moved = await office.join(person, NEW_PHONE, issue=2)

    assert moved.previous is not None
    assert moved.previous.chat_id == ZHANG
    assert await find_member(office.db, ZHANG, MAIN_BOT) is None
    assert await find_member(office.db, NEW_PHONE, MAIN_BOT) is not None
    assert len(await office.events("joined")) == 1
    assert len(await office.events("moved_account")) == 1


async def test_a_person_may_move_back(office: Office) -> None:
    person = await office.hire("张三")
    for issue, chat_id in enumerate([ZHANG, NEW_PHONE, ZHANG], start=1):
        await office.join(person, chat_id, issue=issue)
    assert await find_member(office.db, NEW_PHONE, MAIN_BOT) is None
    assert await find_member(office.db, ZHANG, MAIN_BOT) is not None


async def test_a_second_code_of_the_same_person_moves_nothing(office: Office) -> None:
    person = await office.hire("张三")
    first = await office.join(person, ZHANG)
    again = await office.join(person, ZHANG, issue=2)
    assert again.already
    assert again.account_id == first.account_id


async def test_an_account_has_one_person_and_the_other_code_stays_good(office: Office) -> None:
    await office.join(await office.hire("张三"), ZHANG)
    code = await office.invite(await office.hire("李四"))

    assert await attempt(office, ZHANG, code) == AnotherPerson(name="张三")

    assert isinstance(await attempt(office, LI, code), Joined)


async def test_what_was_open_before_joining_is_planned_at_once(office: Office) -> None:
    person = await office.hire("张三")
    await office.issue()
    assert await office.states(person) == ["unreachable"]
    office.now += timedelta(minutes=5)

    joined = await office.join(person, ZHANG)

    assert joined.waiting == 1
    assert await office.states(person) == ["planned"]
    assert len(await office.deliver()) == 1
    assert (await office.join(person, ZHANG, issue=2)).waiting == 0


@pytest.mark.parametrize("closed", ["expired", "cancelled", "rejected"])
async def test_what_is_no_longer_open_stays_unsent(office: Office, closed: str) -> None:
    person = await office.hire("张三")
    await office.join(person, ZHANG)
    notice = await office.issue(expires_at=office.now + timedelta(days=1))
    reason = Reason.REJECTED if closed == "rejected" else Reason.BLOCKED
    await office.settle(await office.claim(), DeliveryState.UNREACHABLE, reason)
    if closed == "expired":
        office.now += timedelta(days=2)
    if closed == "cancelled":
        await notice_acts.cancel(office.db, notice, None, office.now)

    assert (await office.join(person, NEW_PHONE, issue=2)).waiting == 0
    assert await office.states(person) == ["unreachable"]


async def test_an_unacknowledged_notice_follows_its_person_to_the_new_account(office: Office) -> None:
    """Only the account a delivery went to may acknowledge it: without this, who moved could never do so."""
    person = await office.hire("张三")
    await office.join(person, ZHANG)
    await office.issue("a")
    await office.issue("b", acknowledge=False)
    first = await office.deliver()

    moved = await office.join(person, NEW_PHONE, issue=2)

    assert moved.waiting == 1
    assert await office.states(person) == ["planned", "delivered"]
    [event] = await office.events("moved_account")
    assert event["sent_again"] == [
        {"delivery": first[0], "state": "delivered", "at": "2026-09-21T01:10:00+00:00", "message_id": first[0] + 1000}
    ]


async def test_a_notice_in_two_waves_is_sent_once_to_who_comes_back(office: Office) -> None:
    person = await office.hire("张三")
    await office.join(person, ZHANG)
    await office.issue()
    await office.deliver()
    office.now += timedelta(days=1)
    await office.plan()
    await office.settle(await office.claim(), DeliveryState.UNREACHABLE, Reason.BLOCKED)

    moved = await office.join(person, NEW_PHONE, issue=2)

    assert moved.waiting == 1
    assert await office.states(person) == ["planned", "unreachable"]


async def test_blocking_stops_deliveries_and_coming_back_tries_again(office: Office) -> None:
    person = await office.hire("张三")
    await office.join(person, ZHANG)
    await office.issue()
    member = await find_member(office.db, ZHANG, MAIN_BOT)
    assert member is not None

    await accounts.blocked(office.db, member, office.now)
    assert await office.states(person) == ["unreachable"]
    blocked = await find_member(office.db, ZHANG, MAIN_BOT)
    assert blocked is not None
    assert not blocked.reachable

    assert await accounts.came_back(office.db, blocked, office.now) == 1
    assert await office.states(person) == ["planned"]
    assert await find_member(office.db, ZHANG, MAIN_BOT) == member
