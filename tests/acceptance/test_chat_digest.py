"""A digest in the chat: each notice is acknowledged and read by a button of its own."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, update

from bot.telegram.eraser import TelegramEraser
from messages.deliveries import DeliveryState, PermanentFailure, Reason
from messages.store import anew, tables
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.notice_acts import recall
from schedules.pacer import Limits, Pacer
from schedules.recaller import Recaller
from tests.talk import Talk, buttons

ZHANG, LI = 101, 102
LONG = "请各单位于节前开展廉洁教育。" * 100


@pytest.fixture
async def talk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Talk]:
    async with Talk(db, clock, catalog, renderer).open() as talk:
        await talk.employ("Zhang San", ZHANG)
        await talk.employ("Li Si", LI)
        yield talk


async def gather(talk: Talk, *, text: str = "请<b>廉洁</b>过节。") -> list[int]:
    """Four notices have come together overnight; gives them."""
    notices = [await talk.issue(f"notice-{number}") for number in range(1, 5)]
    async with talk.db.writing() as conn:
        await conn.execute(update(tables.deliveries).values(waited=True))
        await conn.execute(update(tables.notices).values(params={"text": text}))
    await talk.send()
    return notices


def labels(talk: Talk, chat: int = ZHANG) -> list[list[str]]:
    return [[button["text"] for button in row] for row in buttons(talk.last(chat))]


async def test_what_has_come_together_is_one_message_with_a_button_for_each(talk: Talk) -> None:
    before = len(talk.texts(ZHANG))
    await gather(talk)
    assert len(talk.texts(ZHANG)) == before + 1
    assert talk.last(ZHANG).text.startswith("4 notices have come together for you", 2)
    assert labels(talk) == [[f"✅ {n} · 国庆节 {n}"] for n in range(1, 5)]


async def test_a_press_acknowledges_that_notice_alone_and_the_digest_shows_it(talk: Talk) -> None:
    await gather(talk)
    message = talk.last(ZHANG)
    assert await talk.press_button(ZHANG, message, row=1) == "Recorded at 09:09."
    assert await talk.acknowledged() == 1
    after = talk.last(ZHANG)
    assert after.message_id == message.message_id
    assert after.text.count("✅ Acknowledged on 21 September, 09:09") == 1
    assert labels(talk) == [[f"✅ {n} · 国庆节 {n}"] for n in (1, 3, 4)]


async def test_all_of_a_digest_can_be_acknowledged_one_after_the_other(talk: Talk) -> None:
    await gather(talk)
    for _ in range(4):
        assert await talk.press_button(ZHANG, talk.last(ZHANG)) == "Recorded at 09:09."
    assert await talk.acknowledged() == 4
    assert labels(talk) == []
    assert await talk.write(ZHANG, "/inbox") == ["Nothing waits for you. Thank you!"]


async def test_a_second_press_says_when_it_was_recorded(talk: Talk) -> None:
    await gather(talk)
    message = talk.last(ZHANG)
    await talk.press_button(ZHANG, message)
    second = await talk.press_button(ZHANG, message)
    assert second == "Recorded at 21 September, 09:09 already: nothing more to do."


async def test_nobody_presses_for_another(talk: Talk) -> None:
    await gather(talk)
    zhangs = buttons(talk.last(ZHANG))[0][0]["callback_data"]
    before = talk.last(LI)
    refused = "This button is not in use for this account. Nothing was changed."
    assert await talk.press(LI, before.message_id, zhangs) == refused
    assert await talk.acknowledged() == 0
    assert talk.last(LI) == before
    assert len(await talk.events("press_refused")) == 1
    assert await talk.press(LI, before.message_id, zhangs.replace("d1", "d2")) == "This notice is no longer here."


async def test_a_forged_press_changes_nothing_and_is_recorded(talk: Talk) -> None:
    await gather(talk)
    before = talk.last(ZHANG)
    for number, data in enumerate(("d1:", "d1:x", "d1:1:2", "d2:-1", "d3:1"), 1):
        await talk.press(ZHANG, before.message_id, data)
        assert talk.last(ZHANG) == before, data
        assert len(await talk.events("press_refused")) == number, data


async def test_what_was_cut_is_shown_whole_and_can_be_acknowledged_there(talk: Talk) -> None:
    await gather(talk, text=LONG)
    digest = talk.last(ZHANG)
    assert labels(talk)[0] == ["✅ 1 · 国庆节 1", "📖 Read 1"]

    await talk.press_button(ZHANG, digest, column=1)

    whole = talk.last(ZHANG)
    assert whole.message_id > digest.message_id
    assert whole.text.startswith(f"国庆节 1\n\n{LONG}")
    assert await talk.press_button(ZHANG, whole) == "Recorded at 09:09."
    assert talk.last(ZHANG).text.endswith("✅ Acknowledged on 21 September, 09:09")
    assert await talk.acknowledged() == 1
    assert await talk.press_button(ZHANG, digest) is not None
    assert "Acknowledged on" in talk.sandbox.chats.get(ZHANG).messages[digest.message_id].text


async def test_a_press_proves_that_a_digest_of_which_no_answer_came_has_arrived(talk: Talk) -> None:
    await gather(talk)
    d = tables.deliveries.c
    lost = {"state": DeliveryState.UNCONFIRMED.value, "reason": Reason.NO_ANSWER.value, "message_id": None}
    async with talk.db.writing() as conn:
        await conn.execute(update(tables.deliveries).where(d.person_id == 1).values(lost))
    await talk.press_button(ZHANG, talk.last(ZHANG))
    assert labels(talk) == [[f"✅ {n} · 国庆节 {n}"] for n in (2, 3, 4)]
    async with talk.db.reading() as conn:
        rows = await conn.execute(tables.deliveries.select().where(d.person_id == 1))
        assert {(row.state, row.message_id, row.reason) for row in rows} == {
            ("delivered", talk.last(ZHANG).message_id, None)
        }


async def test_what_was_recalled_is_gone_from_the_digest_at_the_next_look(talk: Talk) -> None:
    notices = await gather(talk)
    async with talk.db.writing() as conn:
        mine = update(tables.deliveries).where(tables.deliveries.c.notice_id == notices[1])
        await conn.execute(mine.values(recall="wanted"))
    await talk.press_button(ZHANG, talk.last(ZHANG))
    assert "国庆节 2" not in talk.last(ZHANG).text
    assert labels(talk) == [["✅ 2 · 国庆节 3"], ["✅ 3 · 国庆节 4"]]


async def test_a_digest_stays_one_whatever_becomes_of_its_notices(talk: Talk) -> None:
    """One of the four was told anew since. What was left was no digest by its number: a recall deleted nothing of it
    and counted it as done, and presses were no longer drawn."""
    notices, now = await gather(talk), talk.clock.now()
    digest, d = talk.last(ZHANG), tables.deliveries.c
    async with talk.db.writing() as conn:
        mine = d.notice_id == notices[3], d.account_id == 1
        await anew.plan_anew(conn, list(await conn.scalars(select(d.id).where(*mine))), now)
    await talk.press_button(ZHANG, digest)
    assert sorted(label.partition(" · ")[2] for (label,) in labels(talk)) == ["国庆节 2", "国庆节 3", "国庆节 4"]

    recaller, pacer = recalling(talk)
    for gone, left in ((notices[1], (3, 4)), (notices[3], (3,))):
        await recall(talk.db, gone, None, now)
        while await recaller.step(MAIN_BOT, pacer):
            pass
        assert [f"国庆节 {n}" in talk.last(ZHANG).text for n in (2, 3, 4)] == [n in left for n in (2, 3, 4)]
    assert talk.last(ZHANG).message_id == digest.message_id


async def test_what_is_no_digest_does_not_count_as_erased(talk: Talk) -> None:
    """Nothing was drawn, and the recall was recorded as done."""
    await talk.issue()
    await talk.send()
    eraser = TelegramEraser(talk.bot, talk.db, Composer(talk.renderer, talk.catalog), talk.clock)
    assert await eraser.redraw(1, talk.last(ZHANG).message_id) == PermanentFailure(Reason.UNDELETABLE)


class Holding:
    """Sends for every bot, and has nothing to send."""

    def wires(self) -> list[tuple[int, Pacer]]:
        return []

    def holds(self, _bot_id: int) -> bool:
        return True

    def is_busy(self, _bot_id: int) -> bool:
        return False


def recalling(talk: Talk) -> tuple[Recaller, Pacer]:
    eraser = TelegramEraser(talk.bot, talk.db, Composer(talk.renderer, talk.catalog), talk.clock)
    recaller = Recaller(db=talk.db, clock=talk.clock, senders=Holding(), eraser=lambda _: eraser)
    return recaller, Pacer(Limits(rate=0), talk.clock.steady)


async def test_a_recalled_notice_leaves_the_digest_and_the_digest_goes_with_the_last(talk: Talk) -> None:
    notices, now = await gather(talk), talk.clock.now()
    recaller, pacer = recalling(talk)
    digest = talk.last(ZHANG)
    await recall(talk.db, notices[1], None, now)
    assert await recaller.step(MAIN_BOT, pacer) == 2
    assert talk.last(ZHANG).message_id == digest.message_id
    assert labels(talk) == [["✅ 1 · 国庆节 1"], ["✅ 2 · 国庆节 3"], ["✅ 3 · 国庆节 4"]]
    for notice in (notices[0], *notices[2:]):
        await recall(talk.db, notice, None, now)
    # From where it had come to up to the end, and then from the beginning.
    assert [await recaller.step(MAIN_BOT, pacer) for _ in range(3)] == [4, 0, 2]
    assert digest.message_id not in talk.sandbox.chats.get(ZHANG).messages
