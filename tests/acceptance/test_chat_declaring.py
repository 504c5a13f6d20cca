"""People declare their interests in the chat, in Chinese, from a prompt or by /declare; leaders read them."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import update

from messages.store import tables
from messages.store.database import Database
from messages.tenders.declarations import Declaration
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import Fact, MatterState, Source, Told
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.declaring import TITLE, Declaring
from tests.newsroom import Newsroom
from tests.talk import buttons

WHO, WHAT = "兄弟，某建筑公司", "任该公司副经理，<该公司>拟投标"


class Room(Newsroom):
    """Everybody of ``tests.declaring`` has joined, and reads Chinese; P has the prompt."""

    place: Declaring

    async def found(self) -> None:
        self.place = await Declaring.found(self.db)
        for code in self.place.district.people:
            await self.meet(self.of(code), "zh-hans")

    def of(self, code: str) -> int:
        return self.place.district.chat(code)

    async def says(self, text: str, code: str = "P") -> list[str]:
        return await self.write(self.of(code), text)

    async def pushes(self, *labels: str, code: str = "P") -> str | None:
        toast = None
        for label in labels:
            toast = await self.push_button(label, self.of(code))
        return toast

    def sees(self, code: str = "P") -> str:
        return self.last(self.of(code)).text

    def offers(self, code: str = "P") -> list[str]:
        return self.labels(self.of(code))

    async def declared(self) -> list[Declaration]:
        """All that P has declared, the newest first."""
        now = self.clock.now()
        return [*await self.place.tenders.declarations(self.place.matter, self.place.id("P"), now)]


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Room]:
    room = Room(db, clock, catalog, renderer)
    await room.found()
    async with room.open():
        await room.send()
        yield room


async def test_none_is_declared_from_the_prompt_with_two_presses(room: Room) -> None:
    prompt = room.last(room.of("P"))
    await room.pushes("利害关系申报")
    assert f"利害关系申报\n📌 {TITLE}\n📋 环节：开标" in room.sees()
    assert "您本人或者近亲属与此事项有无利害关系？" in room.sees()
    assert room.offers() == ["✅ 没有利害关系", "✍️ 有利害关系"]
    assert room.last(room.of("P")).protect

    await room.pushes("没有利害关系")
    assert "✅ 与此事项没有利害关系" in room.sees()
    assert room.offers() == ["📨 提交申报", "✏️ 有无利害关系", "🗑 放弃草稿"]
    await room.pushes("提交申报")
    assert room.sees().startswith("✅ 已于9月21日")
    assert "将在下一次每日汇总中告知单位分管领导。" in room.sees()
    assert room.offers() == []
    assert buttons(next(one for one in room.sandbox.messages(room.of("P")) if one.message_id == prompt.message_id))
    [made] = await room.declared()
    assert not made.given.interest
    [listed] = await room.says("/declare")
    assert "目前没有需要您申报的事项。" in listed


async def test_an_interest_survives_a_restart_is_corrected_and_reaches_the_leader(room: Room) -> None:
    await room.says("/declare")
    assert "有1个事项请您申报" in room.sees()
    await room.pushes(TITLE, "✍️ 有利害关系")
    assert "2/3 与谁有利害关系？" in room.sees()
    await room.says("弟弟")
    room.restart()
    await room.says("/declare")
    await room.pushes("继续未提交的申报")
    assert "👤 关系对象：弟弟\n\n3/3 是什么利害关系？" in room.sees()
    await room.says(WHAT)
    await room.pushes("✏️ 关系对象")
    await room.says(WHO)
    assert WHO in room.sees()
    assert "弟弟" not in room.sees()
    assert "提交后即向单位分管领导报告" in room.sees()
    await room.pushes("提交申报")
    assert "已向姓名L报告。" in room.sees()
    [made] = await room.declared()
    assert (made.given.who, made.given.what) == (WHO, WHAT)

    await room.plan()
    await room.send()
    assert "有人申报利害关系" in room.sees("L")
    assert "兄弟" not in room.sees("L")
    await room.pushes("👁", code="L")
    assert WHAT in room.sees("L")
    assert room.last(room.of("L")).protect
    [listed] = await room.says("/who_saw_me")
    assert "姓名L" in listed
    await room.press(room.of("I"), 1, f"mt1:show:{room.place.matter}:1")
    await room.pushes("📝 利害关系申报", code="I")
    assert f"利害关系申报\n📌 {TITLE}\n\n✍️ 姓名P · 岗位PP" in room.sees("I")
    assert "兄弟" not in room.sees("I")
    await room.pushes("👁 姓名P", code="I")
    assert WHO in room.sees("I")
    [seen] = await room.says("/who_saw_me")
    assert "姓名L" in seen
    assert "您作为“岗位PP”的利害关系申报" in seen


async def test_what_is_declared_anew_stands_beside_what_was_declared_before(room: Room) -> None:
    await room.says("/declare")
    await room.pushes(TITLE, "没有利害关系", "提交申报")
    await room.says("/declare")
    await room.pushes(f"✅ {TITLE}")
    assert "申报没有利害关系；以这一次提交的为准。" in room.sees()
    await room.pushes("✍️ 有利害关系")
    await room.says(WHO)
    await room.says(WHAT)
    await room.pushes("提交申报")
    assert [one.given.interest for one in await room.declared()] == [True, False]
    [listed] = await room.says("/declare")
    assert f"✍️ {TITLE}" in listed


async def test_what_cannot_be_taken_is_said_and_nothing_is_lost(room: Room) -> None:
    await room.pushes("利害关系申报")
    await room.says("没有")
    assert "⚠️ 未采用：请用下方按钮选择。" in room.sees()
    await room.pushes("✍️ 有利害关系")
    await room.says("长" * 201)
    assert "⚠️ 此处最多200个字。" in room.sees()
    await room.says(WHO)
    await room.pushes("总览")
    assert room.offers()[0] == "▶️ 继续填写"
    await room.says("提交")
    assert "修改请点按✏️" in room.sees()
    await room.pushes("🗑")
    await room.pushes("放弃")
    assert await room.declared() == []


async def test_who_is_not_asked_cannot_declare_and_a_closed_card_does_nothing(room: Room) -> None:
    toast = await room.press(room.of("X"), 1, f"mt1:declare:{room.place.matter}:{room.place.prompt}")
    assert toast is not None
    assert toast.startswith("您不在此事项的申报范围")

    await room.pushes("利害关系申报", "没有利害关系")
    card = room.last(room.of("P"))
    send = buttons(card)[0][0]["callback_data"]
    await room.pushes("提交申报")
    for data in (send, send.replace("ds1", "dv1"), "dv1:1:everything", "ds1:1", "dl1:open:99999", "dc1:show:99:0"):
        await room.press(room.of("P"), card.message_id, data)
    assert len(await room.declared()) == 1


async def test_who_has_lost_the_post_meanwhile_declares_nothing_and_is_told(room: Room) -> None:
    await room.pushes("利害关系申报", "没有利害关系")
    async with room.db.writing() as conn:
        mine = tables.assignments.c.person_id == room.place.id("P")
        await conn.execute(update(tables.assignments).where(mine).values(ended_at=room.clock.now()))
    toast = await room.pushes("提交申报")
    assert toast is not None
    assert toast.startswith("您不在此事项的申报范围")
    assert await room.declared() == []
    [pointer] = await room.says("还在吗")
    assert "/help" in pointer


async def test_one_that_was_begun_about_another_matter_comes_first(room: Room) -> None:
    other = await room.place.tender("T-2", "设备采购")
    await room.place.names("PP", other)
    await room.place.prompts(other, "PP", room.clock.now())
    await room.says("/declare")
    await room.pushes("设备采购", "✍️ 有利害关系")
    await room.says("/declare")
    await room.pushes(f"❔ {TITLE}")
    assert "您关于“设备采购”的申报尚未提交" in room.sees()
    await room.pushes("继续")
    assert "📌 设备采购" in room.sees()
    await room.says("/declare")
    await room.pushes(f"❔ {TITLE}", "改为申报")
    assert f"📌 {TITLE}" in room.sees()
    assert await room.declared() == []


async def test_a_prompt_that_comes_by_itself_leads_to_the_declaration(room: Room) -> None:
    at = datetime(2026, 9, 22, 15, tzinfo=room.clock.zone)
    steps = (Milestone.BID_DEADLINE, Milestone.OPENING)
    told = Told(
        ref="T-3",
        kind=MatterKind.TENDER,
        title="档案室改造",
        buyer="财政局",
        source=Source.HAND,
        state=MatterState.ACTIVE,
        facts=tuple(Fact(milestone=step, at=at) for step in steps),
    )
    await room.place.tenders.take(told, None, room.clock.now())
    room.clock.move_to(at.replace(hour=9, minute=11))
    room.now = room.clock.now()
    await room.place.tenders.sweep(room.now)
    await room.plan()
    await room.send()
    assert "廉洁要点：" in room.sees("H")
    await room.pushes("利害关系申报", code="H")
    assert "📌 档案室改造\n📋 环节：开标" in room.sees("H")
    await room.pushes("没有利害关系", "提交申报", code="H")
    assert "已于9月22日" in room.sees("H")
