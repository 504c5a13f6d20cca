"""People ask for leave in the chat, in Chinese; who leads their unit grants it, and each sees how it stands."""

from collections.abc import AsyncIterator

import pytest

from bot.chat.leave.asking import DAY, MONTH
from messages.absences import Absence, AbsenceState
from messages.store import absences
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.newsroom import Newsroom
from tests.talk import buttons
from tests.unit.test_absences import Bureau


class Room(Newsroom):
    """Everybody of the bureau has joined, and reads Chinese."""

    place: Bureau

    async def found(self) -> None:
        self.place = await Bureau(self.db).found()
        for code in self.place.people:
            await self.meet(self.of(code), "zh-hans")

    def of(self, code: str) -> int:
        return self.place.district.chat(code)

    async def says(self, text: str, code: str = "A") -> list[str]:
        return await self.write(self.of(code), text)

    async def pushes(self, *labels: str, code: str = "A") -> str | None:
        toast = None
        for label in labels:
            toast = await self.push_button(label, self.of(code))
        return toast

    def sees(self, code: str = "A") -> str:
        return self.last(self.of(code)).text

    async def asks(self, note: str = "年休假") -> None:
        """A asks for leave tomorrow and the four days after."""
        await self.says("/leave")
        await self.pushes("申请请假", "明天", "5 个工作日")
        await self.says(note)
        await self.pushes("提交申请")

    async def decided(self) -> None:
        """What waits is laid before somebody, and sent."""
        await self.place.absences.sweep(self.clock.now())
        await self.plan()
        await self.send()

    async def own(self, code: str = "A") -> tuple[Absence, ...]:
        async with self.db.reading() as conn:
            return await absences.of_person(conn, self.place.people[code], limit=9)


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Room]:
    room = Room(db, clock, catalog, renderer)
    await room.found()
    async with room.open():
        yield room


async def test_leave_is_asked_for_with_buttons_and_granted_by_a_card(room: Room) -> None:
    await room.asks()
    assert "由 姓名L 审批" in room.sees()
    await room.decided()
    assert "有请假申请待您审批\n\n👤 姓名A · 财政局\n📅 2026-09-22 至 2026-09-29 · 5 个工作日" in room.sees("L")

    await room.pushes("✅ 批准", code="L")
    assert "✅ 姓名L 于 9月21日 09:09 批准" in room.sees("L")
    await room.decided()
    assert room.sees().startswith("您的请假已获批准\n\n📅 2026-09-22 至 2026-09-29")

    await room.says("/leave")
    await room.pushes("✅ 2026-09-22", "↩️ 撤回")
    assert "↩️ 2026-09-22 至 2026-09-29 · 已撤回" in room.sees()
    assert [one.state for one in await room.own()] == [AbsenceState.WITHDRAWN]
    await room.decided()
    assert room.sees("L").startswith("您批准的请假已销假")


async def test_leave_is_refused_with_a_reason_and_a_card_of_what_was_decided_says_how(room: Room) -> None:
    await room.asks()
    await room.decided()
    card = room.last(room.of("L"))
    await room.pushes("✖️ 不批准", "返回", "✖️ 不批准", code="L")
    await room.says("当日有检查", "L")
    assert "姓名L 未批准。理由：当日有检查" in room.texts(room.of("L"))[-2]
    await room.decided()
    assert "您的请假未获批准" in room.sees()
    assert "理由：当日有检查" in room.sees()
    stale = next(one for one in room.sandbox.messages(room.of("L")) if one.message_id == card.message_id)
    assert buttons(stale) == []


async def test_what_waits_for_who_grants_is_listed_with_what_else_waits(room: Room) -> None:
    await room.asks()
    await room.says("/approvals", "L")
    assert "1 条请假申请" in room.sees("L")
    await room.pushes("⏳ 姓名A", "✅ 批准", code="L")
    await room.says("/leave", "L")
    await room.pushes("本单位请假情况", code="L")
    assert "✅ 2026-09-22 至 2026-09-29 · 财政局 · 姓名A · 已批准" in room.sees("L")
    await room.says("/leave", "B")
    assert "本单位请假情况" not in str(room.labels(room.of("B")))


async def test_days_are_written_or_chosen_in_a_calendar_and_corrected_before_they_are_sent(room: Room) -> None:
    await room.says("/leave")
    await room.pushes("申请请假", "其他日期", "»")
    assert "2026年10月" in room.sees()
    await room.pushes("12")
    assert "自 2026-10-12 起" in room.sees()
    await room.says("10-9")  # before its first day
    assert "不能早于开始日期" in room.sees()
    await room.says("2026年10月14日")
    await room.pushes("跳过")
    assert "2026-10-12 至 2026-10-14 · 3 天 · 3 个工作日" in room.sees()

    await room.pushes("✏️ 开始日期")
    await room.says("10-15")  # after its last day, which is asked for anew
    assert "自 2026-10-15 起" in room.sees()
    await room.pushes("继续填写", "仅此一天", "提交申请")
    assert [one.days.count for one in await room.own()] == [1]

    await room.says("/leave")
    await room.pushes("申请请假")
    await room.says("10-15")
    await room.pushes("仅此一天", "跳过")
    assert "已有请假：2026-10-15" in room.sees()
    await room.pushes("提交申请")
    assert "已有请假：2026-10-15" in room.sees()
    await room.pushes("放弃草稿", "确认放弃")
    assert len(await room.own()) == 1


async def test_days_that_no_button_offered_are_forged(room: Room) -> None:
    await room.says("/leave")
    await room.pushes("申请请假")
    card, draft = room.last(room.of("A")), buttons(room.last(room.of("A")))[0][0]["callback_data"].split(":")[1]
    for data in (f"{DAY}:{draft}:first:2030-01-01", f"{DAY}:{draft}:check:2026-09-22", f"{MONTH}:{draft}:first:x"):
        await room.press(room.of("A"), card.message_id, data)
    await room.pushes("明天")
    assert "自 2026-09-22 起" in room.sees()
    assert await room.own() == ()
