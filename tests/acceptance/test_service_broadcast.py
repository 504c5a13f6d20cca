"""The whole way of a broadcast in chat, with the service running: over restarts, paused, resumed, cancelled."""

from datetime import datetime, timedelta
from pathlib import Path

from bot.sandbox.chats import Message
from tests.service import ZONE, Founding, Town, chat, lines, until

AT = datetime(2026, 9, 22, 10, 0, tzinfo=ZONE)
SEND = "发送给"


class Desk:
    """The administrator (person 1) at the chat, pressing what a button says."""

    def __init__(self, place: Town, number: int = 1) -> None:
        self.place = place
        self.number = number

    def found(self, label: str) -> tuple[Message, str] | None:
        for message in reversed(self.place.sandbox.messages(chat(self.number))):
            for row in (message.reply_markup or {}).get("inline_keyboard", []):
                for one in row:
                    if label in one["text"]:
                        return message, one["callback_data"]
        return None

    async def press(self, label: str) -> str | None:
        await until(lambda: self.found(label) is not None)
        found = self.found(label)
        assert found is not None
        toast = await self.place.sandbox.press(chat(self.number), found[0].message_id, found[1])
        return toast.text if toast else None

    async def write(self, text: str) -> None:
        await self.place.sandbox.send_text(chat(self.number), text)

    def sees(self, *words: str) -> bool:
        said = [message.text for message in self.place.sandbox.messages(chat(self.number)) if message.from_bot]
        return any(all(word in text for word in words) for text in said)

    async def until_sees(self, *words: str) -> None:
        try:
            await until(lambda: self.sees(*words))
        except TimeoutError:
            said = [message.text for message in self.place.sandbox.messages(chat(self.number))]
            raise AssertionError((words, said)) from None

    async def begin(self, text: str = "请廉洁过节。") -> None:
        await self.write("/broadcast")
        await self.press("受众")
        await self.press("全体人员")
        await self.write(text)
        await self.until_sees(text, "全体人员")

    async def send(self) -> None:
        await self.press("预览")
        await self.press(SEND)


async def test_a_draft_and_a_broadcast_survive_restarts(found: Founding) -> None:
    async with found(people=6) as place:
        desk = Desk(place)
        async with place.serving(AT):
            await desk.begin()
        async with place.serving(AT + timedelta(minutes=1)):
            await desk.write("/broadcast")
            await desk.until_sees("您有一份未完成的草稿", "请廉洁过节。", "6 人")
            await desk.press("预览")
            await desk.until_sees("6 人 · 3 个单位")
        async with place.serving(AT + timedelta(minutes=2), send_rate=2):
            await desk.press(SEND)
            await desk.until_sees("发送中")
        async with place.serving(AT + timedelta(minutes=3)):
            await desk.until_sees("已送达：6 / 6")
        assert {number: place.said("请廉洁过节。")[number] for number in range(2, 7)} == dict.fromkeys(range(2, 7), 1)


async def test_it_is_paused_resumed_and_cancelled_from_its_board(found: Founding) -> None:
    async with found(people=12) as place:
        desk = Desk(place)
        async with place.serving(AT, send_rate=2):
            await desk.begin()
            await desk.send()
            await desk.until_sees("发送中", "已送达：")
            toast = await desk.press("暂停")
            assert toast is not None
            assert "已暂停" in toast
            await desk.until_sees("已暂停：恢复前不再发送")
            (notice,) = [key for key in await place.keys() if key.startswith("broadcast:")]
            notice_id = await place.notice_id(notice)
            await place.settled(notice_id, sending=0)
            held = (await place.counts(notice_id)).delivered
            assert held < 12
            assert await desk.press("恢复") == "已恢复发送。"
            await until(lambda: desk.sees("发送中"))
            await desk.press("⏹ 取消")
            await desk.press("确认取消")
            await desk.until_sees("已取消", "人此前已收到")
            counts = await place.settled(notice_id, planned=0, sending=0)
            assert counts.delivered + counts.cancelled == 12
            assert counts.cancelled
            await desk.until_sees(f"已取消：{counts.delivered} 人此前已收到")


async def test_a_broadcast_is_approved_by_a_second_person_and_its_speaker_sees_how_it_goes_on(
    found: Founding, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[broadcasts]\napproval_above = 3\n", encoding="utf-8")
    async with found(people=6) as place:
        rows = [*_with_second_administrator()]
        await place.import_roster(rows, AT - timedelta(days=1))
        desk, second = Desk(place), Desk(place, 3)
        async with place.serving(AT, policy=str(policy)):
            await desk.begin()
            await desk.press("预览")
            await desk.until_sees("须经另一人批准")
            await desk.press("提交审批")
            await second.until_sees("有一条通知待您审批", "人员1")
            await second.write("/approvals")
            await second.press("请廉洁过节")
            await second.until_sees("提交人：人员1")
            await second.press("批准并发送")
            await second.until_sees("已批准")
            await desk.until_sees("已送达：6 / 6", "批准人：人员3")


def _with_second_administrator() -> list[dict[str, str]]:
    rows = lines(6)
    rows[3] |= {"角色": "管理员", "单位": "推进办", "单位类别": "推进办", "上级单位": ""}
    return rows


async def test_a_recall_deletes_what_was_delivered_and_names_whom_it_could_not_reach(found: Founding) -> None:
    async with found(people=6) as place:
        desk = Desk(place)
        async with place.serving(AT):
            await desk.begin("请勿参加宴请。")
            await desk.send()
            await desk.until_sees("已送达：6 / 6")
            place.sandbox.block(chat(4))
            await desk.press("撤回")
            await desk.press("确认撤回")
            await desk.until_sees("已撤回", "已删除 5 人", "无法删除 1 人", "人员4")
            heard = {number: len(place.heard(number, "请勿参加宴请。")) for number in range(2, 7)}
            assert heard == {2: 0, 3: 0, 4: 1, 5: 0, 6: 0}
