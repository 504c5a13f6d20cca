from datetime import timedelta

import pytest

from messages.accounts import find_member
from messages.inbox import PAGE, Page, page
from messages.store.accounts import Member
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from schedules import notice_acts
from tests.acknowledging import acknowledger
from tests.office import Office

ZHANG, NEW_PHONE = 101, 111


@pytest.fixture
async def office(db: Database) -> Office:
    office = Office(db)
    await office.join(await office.hire("张三"), ZHANG)
    return office


async def member(office: Office, chat_id: int = ZHANG) -> Member:
    found = await find_member(office.db, chat_id, MAIN_BOT)
    assert found is not None
    return found


async def send(office: Office, key: str, *, acknowledge: bool = True) -> int:
    office.now += timedelta(minutes=1)
    notice = await office.issue(key, acknowledge=acknowledge)
    await office.deliver()
    return notice


def titles(shown: Page) -> list[str | None]:
    return [item.title for item in shown.items]


async def test_an_empty_inbox_has_one_page(office: Office) -> None:
    assert await page(office.db, await member(office)) == Page(items=(), number=1, pages=1, total=0)


async def test_the_newest_stands_first_and_only_what_wants_an_answer(office: Office) -> None:
    await send(office, "1")
    await send(office, "2", acknowledge=False)
    await send(office, "3")
    assert titles(await page(office.db, await member(office))) == ["国庆节 3", "国庆节 1"]


async def test_what_was_acknowledged_or_cancelled_waits_no_more(office: Office) -> None:
    await send(office, "1")
    cancelled = await send(office, "2")
    await send(office, "3")
    await notice_acts.cancel(office.db, cancelled, None, office.now)
    newest = (await page(office.db, await member(office))).items[0]
    await acknowledger(office.db).acknowledge(chat_id=ZHANG, delivery_id=newest.delivery_id, now=office.now)
    assert titles(await page(office.db, await member(office))) == ["国庆节 1"]


async def test_a_notice_and_its_reminder_are_one_entry(office: Office) -> None:
    await send(office, "1")
    office.now += timedelta(days=1)
    await office.plan()
    [reminder] = await office.deliver()
    shown = await page(office.db, await member(office))
    assert [item.delivery_id for item in shown.items] == [reminder]


async def test_pages_turn_and_the_nearest_is_shown_where_there_is_none(office: Office) -> None:
    for number in range(PAGE + 2):
        await send(office, f"notice-{number}")
    mine = await member(office)
    second = await page(office.db, mine, 2)
    assert (len(second.items), second.number, second.pages, second.total) == (2, 2, 2, PAGE + 2)
    assert await page(office.db, mine, 99) == second
    assert (await page(office.db, mine, 0)).number == 1


async def test_a_new_account_lists_a_notice_once_it_has_come_there(office: Office) -> None:
    await send(office, "1")
    await office.join(1, NEW_PHONE, issue=2)
    assert (await page(office.db, await member(office, NEW_PHONE))).total == 0
    await office.deliver()
    assert (await page(office.db, await member(office, NEW_PHONE))).total == 1
