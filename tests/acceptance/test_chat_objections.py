"""People object to their statements in the chat, in Chinese, and the office answers there."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from messages.scores.objections import Objection
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from schedules.desks import DeskKind, DeskOf
from tests.district import MORNING, saying
from tests.newsroom import Newsroom
from tests.stated import LATE, PERIOD, WHY, Stated
from tests.talk import buttons

BECAUSE = "会议通知属实，按时签收处理。"


class Room(Newsroom):
    """Everybody of ``tests.stated`` has joined, and reads Chinese; H has the notice of the statement."""

    place: Stated

    async def found(self) -> None:
        self.place = await Stated.found(self.db)
        for code in self.place.district.people:
            await self.meet(self.of(code), "zh-hans")

    async def tell(self) -> None:
        desk = str(DeskOf(kind=DeskKind.STATEMENT, id=self.place.statement, version=1))
        new = saying(audience="person:H")
        await self.place.district.issue(type(new)(**{**vars(new), "desk": desk}))
        await self.send()

    async def lay(self, at: timedelta = timedelta()) -> None:
        """What follows by itself happens, and is sent."""
        await self.place.objections.sweep(MORNING + at)
        await self.place.district.plan(MORNING + at)
        self.now = MORNING + at
        await self.send()

    def of(self, code: str) -> int:
        return self.place.district.chat(code)

    async def pushes(self, *labels: str, code: str = "H") -> str | None:
        toast = None
        for label in labels:
            toast = await self.push_button(label, self.of(code))
        return toast

    def sees(self, code: str = "H") -> str:
        return self.last(self.of(code)).text

    def offers(self, code: str = "H") -> list[str]:
        return self.labels(self.of(code))

    async def objects(self) -> None:
        await self.pushes("我有异议", "逾期签收")
        await self.write(self.of("H"), WHY)
        await self.lay()

    async def made(self) -> list[Objection]:
        return [*await self.place.objections.of_person(self.place.id("H"), PERIOD)]


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Room]:
    room = Room(db, clock, catalog, renderer)
    await room.found()
    async with room.open():
        await room.tell()
        yield room


async def test_who_disagrees_chooses_an_entry_writes_why_and_is_told_until_when_it_is_answered(room: Room) -> None:
    await room.pushes("我有异议")
    assert "您对哪一条有异议？" in room.sees()
    assert room.offers() == [
        "08-12 · +1 · 逾期签收",
        "08-12 · −2 · 发出橙色预警",
        "08-12 · 未签收，未计分：当时无法联系到本人",
        "整份积分单",
    ]
    await room.pushes("逾期签收")
    assert "📌 8月12日" in room.sees()
    assert "请用一条消息说明异议理由" in room.sees()
    said = await room.write(room.of("H"), WHY)
    assert said == ["✋ 已提交推进办。推进办将在 10月12日 17:30 前答复，届时会通知您。"]
    [made] = await room.made()
    assert (made.entry, made.text) == (LATE, WHY)
    assert any(f"逾期签收\n\n✋ {WHY}" in text for text in room.texts(room.of("H")))  # the card shows what was sent
    assert room.woken == 1

    toast = await room.pushes("我有异议", "逾期签收")
    assert toast is None
    assert (await room.write(room.of("H"), "再说一遍"))[-1].startswith("您已就此提出过异议")
    assert len(await room.made()) == 1


async def test_a_statement_without_entries_can_be_disagreed_with_as_a_whole(room: Room) -> None:
    """It asked which entry was meant, and had none to choose."""
    async with room.db.writing() as conn:
        await conn.execute(update(tables.statements).values(body={"entries": [], "uncounted": []}))
    await room.pushes("我有异议")
    assert "本积分单没有计分条目" in room.sees()
    assert room.offers() == ["整份积分单"]
    await room.pushes("整份积分单")
    await room.write(room.of("H"), WHY)
    assert [one.entry for one in await room.made()] == [None]


async def test_who_goes_back_objects_to_nothing(room: Room) -> None:
    await room.pushes("我有异议", "整份积分单", "返回")
    assert "您对哪一条有异议？" in room.sees()
    await room.write(room.of("H"), "随便说说")
    assert await room.made() == []


async def test_the_office_corrects_with_points_and_a_reason_and_the_person_is_told(room: Room) -> None:
    await room.objects()
    assert "有一份积分单异议待您答复" in room.sees("A")
    assert WHY in room.sees("A")
    assert room.offers("A") == ["✏️ 更正", "✖️ 说明理由，不予更正", "👁 查看"]
    await room.pushes("✏️ 更正", code="A")
    assert "更正加（减）多少分？" in room.sees("A")
    assert room.offers("A")[0] == "↩️ 冲销该条目（−1）"
    await room.pushes("填写其他分数", code="A")
    assert (await room.write(room.of("A"), "两分"))[-1].startswith("请填写")
    assert (await room.write(room.of("A"), "0.5")) == ["✏️ 更正 +0.5 分。请写明理由，理由会告知本人。"]
    assert (await room.write(room.of("A"), BECAUSE))[-1] == "✏️ 已更正，并将告知本人。"
    [made] = await room.made()
    assert (made.points, made.why) == (Decimal("0.5"), BECAUSE)

    assert await room.pushes("✏️ 更正", code="B") == "姓名A已经更正。"  # the card of the other one shows it now
    assert f"✏️ 姓名A于9月21日 09:09更正（+0.5分）。理由：{BECAUSE}" in room.sees("B")
    assert buttons(room.last(room.of("B"))) == []
    await room.lay()
    assert "您的异议已采纳，积分已更正" in room.sees()
    assert BECAUSE in room.sees()


async def test_offered_points_lead_on_to_the_reason(room: Room) -> None:
    await room.objects()
    await room.pushes("✏️ 更正", "+2", code="A")
    assert "✏️ 更正 +2 分。请写明理由" in room.sees("A")
    await room.pushes("返回", code="A")
    assert room.offers("A") == ["✏️ 更正", "✖️ 说明理由，不予更正", "👁 查看"]
    await room.write(room.of("A"), BECAUSE)
    assert [one.points for one in await room.made()] == [None]


async def test_the_office_refuses_with_a_reason_and_the_person_is_told_politely(room: Room) -> None:
    await room.objects()
    await room.pushes("不予更正", code="B")
    await room.write(room.of("B"), "经核实，记录无误。")
    await room.lay()
    assert "您的异议已核实，积分维持不变" in room.sees()
    assert "理由：经核实，记录无误。" in room.sees()


async def test_what_waits_stands_among_the_approvals_and_reminders_lead_there(room: Room) -> None:
    await room.objects()
    await room.write(room.of("A"), "/approvals")
    assert "1 份积分单异议" in room.sees("A")
    await room.pushes("✋ 姓名H", code="A")
    assert WHY in room.sees("A")
    await room.pushes("查看积分", code="A")
    assert "姓名H的积分（2026年8月）" in room.sees("A")
    await room.lay(timedelta(days=22))
    assert "积分单异议已逾期，请尽快答复" in room.sees("B")
    await room.pushes("查看", code="B")
    assert room.offers("B") == ["⏰ 姓名H · 2026年8月", "↩ 返回"]


async def test_buttons_of_an_objection_are_of_no_use_to_anybody_else(room: Room) -> None:
    await room.objects()
    [made] = await room.made()
    for data in (f"ob1:correct:{made.id}:1", f"ob1:show:{made.id}:1", f"st1:object:{room.place.other}:1"):
        toast = await room.press(room.of("L"), room.last(room.of("H")).message_id, data)
        assert toast is not None
        assert toast.startswith("没有这份")
    for data in (f"ob1:points:{made.id}:1:900", f"ob1:points:{made.id}:1:x", "st1:entry:x:1", "ob1:what:1:1"):
        toast = await room.press(room.of("A"), room.last(room.of("A")).message_id, data)
        assert toast == "此按钮对本账号无效，未作任何更改。"
