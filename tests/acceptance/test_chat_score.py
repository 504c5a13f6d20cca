"""People look at their scores in the chat, in Chinese; who supervises looks at those of others, and is recorded."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.sandbox.chats import Message
from messages.deliveries import DeliveryState
from messages.ledger import Kind
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.district import ZONE, saying
from tests.newsroom import Newsroom
from tests.scoring import Scoring, acknowledged, entered, missed
from tests.talk import buttons

NOVEMBER = datetime(2026, 11, 2, 10, tzinfo=ZONE)


class Room(Newsroom):
    """Everybody of ``tests.scoring`` has joined, and reads Chinese; it is the second of November."""

    place: Scoring
    notice: int

    async def found(self) -> None:
        self.place = await Scoring.found(self.db)
        for code in self.place.district.people:
            await self.meet(self.of(code), "zh-hans")
        self.notice = await self.place.district.issue(saying(audience="person:B"))
        await self.place.district.settle(await self.place.district.claim(), DeliveryState.DELIVERED)
        await self.place.scores.sweep(NOVEMBER)

    async def counts(self) -> None:
        """What B has done in October: acknowledged in time, entered late; and once B could not be reached."""
        await self.place.say(Kind.ACKNOWLEDGED, "B", acknowledged(self.notice))
        await self.place.say(Kind.ITEM_SUBMITTED, "B", entered(7, timely=False))
        gone = missed(8, delivered=None, undelivered="unreachable/never_joined")
        await self.place.say(Kind.ACKNOWLEDGEMENT_MISSED, "B", gone)

    def of(self, code: str) -> int:
        return self.place.district.chat(code)

    async def says(self, text: str, code: str = "B") -> Message:
        await self.write(self.of(code), text)
        return self.last(self.of(code))

    async def pushes(self, label: str, code: str = "B") -> Message:
        await self.push_button(label, self.of(code))
        return self.last(self.of(code))

    async def looks(self) -> list[tuple[int | None, str]]:
        """At whose scores somebody looked, and who it was."""
        query = select(tables.ledger.c.person_id, tables.ledger.c.body).where(tables.ledger.c.kind == "record_seen")
        async with self.db.reading() as conn:
            rows = await conn.execute(query)
            return [(row.person_id, row.body["by"]) for row in rows if row.body["what"] == "scores"]


@pytest.fixture
async def room(db: Database, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Room]:
    room = Room(db, Clock(ZONE, NOVEMBER), catalog, renderer)
    await room.found()
    async with room.open():
        yield room


async def test_a_score_that_is_nothing_yet_says_so(room: Room) -> None:
    found = await room.says("/score")
    assert "我的积分（2026年11月，截至目前）" in found.text
    assert "本期暂无计分。" in found.text


async def test_a_score_says_what_counts_by_kind_and_each_entry_leads_to_its_message(room: Room) -> None:
    await room.counts()
    await room.says("/score")
    found = await room.pushes("2026年10月")
    assert "我的积分（2026年10月，尚未结算）" in found.text
    assert "+1 分" in found.text
    assert "• 已签收 ×1：+2\n• 信息录入 ×1：−1" in found.text
    assert "另有 1 项未计分，附原因" in found.text

    found = await room.pushes("逐条查看积分及缘由")
    assert "1. 10月15日 10:00 · −1 · 逾期录入信息" in found.text
    assert "2. 10月15日 10:00 · +2 · 按时签收\n    通知" in found.text
    assert room.labels(room.of("B"))[0] == "👁 2"
    source = await room.pushes("👁 2")
    assert "👁 发送时间 9月21日 09:10 · 送达时间 9月21日 09:10" in source.text
    assert "请廉洁过节。" in source.text


async def test_what_does_not_count_has_its_reason(room: Room) -> None:
    await room.counts()
    await room.says("/score")
    await room.pushes("2026年10月")
    found = await room.pushes("未计分的事项")
    assert "以下各项不计分，也不作为不利依据：" in found.text
    assert "• 10月15日 10:00 · 未签收：当时无法联系到本人" in found.text
    assert "我的积分（2026年10月，尚未结算）" in (await room.pushes("返回")).text
    assert await room.looks() == []


async def test_the_last_periods_are_a_picture_above_the_score(room: Room) -> None:
    await room.counts()
    found = await room.says("/score")
    assert found.media is not None
    assert "photo" in found.media
    assert "我的积分（2026年11月，截至目前）" in found.text
    found = await room.pushes("2026年10月")
    assert found.media is not None
    assert "+1 分" in found.text


async def test_who_supervises_finds_people_by_name_and_the_look_is_recorded(room: Room) -> None:
    await room.counts()
    found = await room.says("/score 姓名", "L")
    assert "找到 3 位与“姓名”相符的人员：" in found.text
    assert [row[0]["text"] for row in buttons(found)] == [
        "姓名B · 财政局 · 岗位P1",
        "姓名C · 财政局 · 岗位P2",
        "姓名L · 财政局 · 岗位P4",
    ]
    found = await room.says("/score 姓名B", "L")
    assert "姓名B的积分（2026年11月，截至目前）" in found.text
    assert found.protect
    assert (room.place.id("B"), "L") in await room.looks()


@pytest.mark.parametrize(("code", "words"), [("L", "姓名D"), ("L", "%"), ("B", "姓名C")])
async def test_nobody_finds_people_whom_another_supervises(room: Room, code: str, words: str) -> None:
    found = await room.says(f"/score {words}", code)
    assert buttons(found) == []
    assert "积分（" not in found.text
    assert await room.looks() == []


async def test_buttons_of_a_score_are_of_no_use_to_anybody_else(room: Room) -> None:
    await room.counts()
    message = (await room.says("/score", "C")).message_id
    b = room.place.id("B")
    for data in (f"sc1:total:{b}:2026-10:1", f"sc1:entries:{b}:2026-10:1", f"sc1:from:{b}:2026-10:1"):
        toast = await room.press(room.of("C"), message, data)
        assert toast is not None
        assert "积分" in toast
    for data in ("sc1:total:1:2026-13:1", "sc1:total:x:2026-10:1", "sc1:what:1:2026-10:1", f"sc1:total:{b}:2026-10:0"):
        toast = await room.press(room.of("B"), message, data)
        assert toast is not None
        assert "按钮" in toast or "人员" in toast
    assert await room.looks() == []
