"""Matters in chat: entered step by step, found, their dates moved with a look at what follows, ended, posts named."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from messages.store import tables
from messages.store.database import Database
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import Fact, Method, Source, Told
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.deciding import Deciding
from tests.district import ZONE
from tests.talk import buttons

FORGED = "此按钮对本账号无效，未作任何更改。"


def at(day: int, hour: int = 9, minute: int = 30, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


class Chamber(Deciding):
    """The district of collectors reads Chinese; PH of 财政局 answers for the opening of bids."""

    async def found(self) -> None:
        await super().found()
        async with self.db.writing() as conn:
            await conn.execute(update(tables.people).values(language="zh_CN"))
        await self.place.district.mark("PH", "开标")

    async def tender(self, ref: str = "ZB-2026-1", title: str = "引水工程", **facts: datetime) -> int:
        """A works tender of 财政局, announced on 8 October, bids until the 30th; gives its id."""
        dated = {"announced": at(8), "documents_from": at(8), "bid_deadline": at(30), "opening": at(30)} | facts
        told = Told(
            ref=ref,
            kind=MatterKind.TENDER,
            title=title,
            buyer="财政局",
            source=Source.HAND,
            unit="财政局",
            method=Method.OPEN,
            facts=tuple(Fact(milestone=Milestone(name), at=when) for name, when in dated.items()),
        )
        taken = await self.desk.tenders.take(told, self.place.id("A"), self.clock.now())
        return taken.matter.id

    async def rows(self) -> list[Any]:
        async with self.db.reading() as conn:
            return list(await conn.execute(select(tables.matters).order_by(tables.matters.c.id)))

    async def dates(self, matter_id: int) -> dict[str, datetime]:
        mine = tables.matter_dates.c.matter_id == matter_id
        async with self.db.reading() as conn:
            rows = await conn.execute(select(tables.matter_dates).where(mine))
            return {row.milestone: row.at.astimezone(ZONE) for row in rows}

    async def opens(self, code: str, title: str = "引水工程") -> None:
        """A person opens a matter from the list."""
        await self.says(code, "/tender")
        await self.pushes(code, title)


@pytest.fixture
async def chamber(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Chamber]:
    chamber = Chamber(db, clock, catalog, renderer)
    async with chamber.open():
        await chamber.found()
        yield chamber


# Entering


async def test_a_tender_is_entered_step_by_step_and_its_dates_all_at_once(chamber: Chamber) -> None:
    await chamber.says("C", "/tender")
    await chamber.pushes("C", "新事项")
    assert "属于哪一类" in chamber.sees("C")
    await chamber.pushes("C", "工程招标")
    assert "请写项目名称" in chamber.sees("C")
    await chamber.says("C", "引水  工程")
    await chamber.says("C", "ZB-2026-7")
    assert "采用何种采购方式" in chamber.sees("C")  # C enters matters of one unit only: it is not asked for
    chamber.restart()
    await chamber.pushes("C", "公开招标")
    await chamber.says("C", "120万元")
    await chamber.says("C", "公告 2026-10-08；文件发出 10-8，投标截止及开标时间 10-20 9:30")
    card = chamber.sees("C")
    assert "公告发布 10-08" in card
    assert "投标（响应）截止 10-20 09:30" in card
    assert "开标 10-20 09:30" in card
    await chamber.pushes("C", "总览")
    card = chamber.sees("C")
    assert "⚠️ 投标（响应）截止 · 不得早于 10-28 ✖️ 不合时限（《招标投标法》第二十四条）" in card
    await chamber.pushes("C", "✏️ 时间", "投标（响应）截止")
    await chamber.says("C", "10月30日 9点半")
    assert "投标（响应）截止 10-30 09:30" in chamber.sees("C")
    await chamber.says("C", "开标 10-30 9:30")
    await chamber.pushes("C", "返回")
    assert "不合时限" not in chamber.sees("C")
    last = chamber.last(chamber.of("C"))
    save = buttons(last)[0][0]["callback_data"]
    for _ in range(2):
        await chamber.press(chamber.of("C"), last.message_id, save)
    assert "已录入" in chamber.sees("C")
    (row,) = await chamber.rows()
    assert (row.ref, row.title, row.buyer, row.amount) == ("ZB-2026-7", "引水 工程", "财政局", "1200000")
    assert (await chamber.dates(row.id))["bid_deadline"] == at(30)
    assert chamber.woken


async def test_a_recruitment_needs_no_number_and_its_dates_are_chosen_by_buttons(chamber: Chamber) -> None:
    await chamber.says("A", "/tender")
    await chamber.pushes("A", "新事项", "公开招聘")
    await chamber.says("A", "招聘教师")
    await chamber.pushes("A", "跳过")
    assert "属于哪个单位" in chamber.sees("A")
    await chamber.says("A", "教育")
    await chamber.pushes("A", "教育局", "考试", "»", "15")
    assert "考试 10-15" in chamber.sees("A")
    await chamber.pushes("A", "09:00")
    assert "考试 10-15 09:00" in chamber.sees("A")
    await chamber.pushes("A", "总览", "保存")
    (row,) = await chamber.rows()
    assert (row.kind, row.buyer) == ("recruitment", "教育局")
    assert re.fullmatch(r"2026-\d{5}", row.ref)


async def test_answers_are_corrected_and_hostile_words_are_only_words(chamber: Chamber) -> None:
    await chamber.says("C", "/tender")
    await chamber.pushes("C", "新事项", "政府采购")
    await chamber.says("C", "字" * 4096)
    assert "请写 1 至 300 个字" in chamber.sees("C")
    await chamber.says("C", "<b>办公</b> & \0 设备 🎉")
    await chamber.pushes("C", "跳过", "询价")
    await chamber.says("C", "很多钱")
    assert "⚠️" in chamber.sees("C")
    await chamber.pushes("C", "跳过")
    for hostile in ("<script>", "公告 99-99", "没有这个 10-8", "\0", "🎉" * 2000, "；；；"):
        await chamber.says("C", hostile)
        assert "⚠️" in chamber.sees("C"), hostile
    await chamber.pushes("C", "跳过")
    assert "<b>办公</b> & 设备 🎉" in chamber.sees("C")
    await chamber.pushes("C", "✏️ 种类", "工程招标")
    assert "工程招标" in chamber.sees("C")
    await chamber.pushes("C", "放弃", "放弃")
    assert "未录入任何事项" in chamber.sees("C")
    assert await chamber.rows() == []


async def test_a_number_that_is_another_ones_takes_nothing_over(chamber: Chamber) -> None:
    await chamber.tender("ZB-1")
    await chamber.says("C", "/tender")
    await chamber.pushes("C", "新事项", "工程招标")
    await chamber.says("C", "另一个工程")
    await chamber.says("C", "ZB-1")
    assert "⚠️" in chamber.sees("C")
    assert [row.title for row in await chamber.rows()] == ["引水工程"]


async def test_what_was_begun_as_an_item_goes_on_as_a_matter(chamber: Chamber) -> None:
    await chamber.says("C", "/submit")
    await chamber.pushes("C", "提示", "项目招标")
    await chamber.pushes("C", "录为事项")
    assert "工程招标" in chamber.sees("C")
    assert "请写项目名称" in chamber.sees("C")
    await chamber.says("C", "引水工程")
    assert "编号" in chamber.sees("C")


async def test_a_draft_that_is_taken_up_again_or_looked_over_goes_on_as_a_matter_as_well(chamber: Chamber) -> None:
    await chamber.says("C", "/submit")
    await chamber.pushes("C", "提示", "项目招标", "总览")
    assert "录为事项" in " ".join(chamber.buttons_of("C"))
    await chamber.pushes("C", "继续")
    await chamber.says("C", "引水工程")
    await chamber.says("C", "/submit")
    await chamber.pushes("C", "录为事项")
    assert "引水工程" in chamber.sees("C")
    assert "编号" in chamber.sees("C")


# Looking


async def test_the_list_is_searched_and_shows_what_breaks_its_limit_first(chamber: Chamber) -> None:
    for number in range(1, 12):
        await chamber.tender(f"ZB-{number}", f"道路工程{number}" + "长" * 200)
    await chamber.tender("ZB-99", "短标工程", bid_deadline=at(12), opening=at(12))
    await chamber.says("C", "/tender")
    assert "全部 · 12 (1/2)" in chamber.sees("C")
    assert chamber.sees("C").index("短标工程") < chamber.sees("C").index("道路工程")
    await chamber.pushes("C", "»")
    assert "(2/2)" in chamber.sees("C")
    await chamber.pushes("C", "时限异常")
    assert "短标工程" in chamber.sees("C")
    assert "· 1" in chamber.sees("C")
    await chamber.pushes("C", "查找")
    await chamber.says("C", "道路工程11")
    assert "道路工程11" in chamber.sees("C")
    assert "· 1" in chamber.sees("C")
    await chamber.says("C", "/tender 没有这一项")
    await chamber.pushes("C", "« 全部事项")
    assert "全部 · 12" in chamber.sees("C")
    await chamber.says("C", "/tender ZB-99")
    await chamber.pushes("C", "短标工程")
    assert "不合时限" in chamber.sees("C")
    for message in chamber.sandbox.messages(chamber.of("C")):
        for row in buttons(message):
            assert all(len(one["callback_data"].encode()) <= 64 and len(one["text"]) <= 40 for one in row)


async def test_who_answers_for_a_step_sees_that_matter_and_others_are_told_kindly(chamber: Chamber) -> None:
    await chamber.tender()
    await chamber.says("H", "/tender")
    assert "我负责的 · 1" in chamber.sees("H")
    await chamber.pushes("H", "引水工程")
    assert "开标 10-30 09:30" in chamber.sees("H")
    assert "调整时间" in " ".join(chamber.buttons_of("H"))
    assert "结束事项" not in " ".join(chamber.buttons_of("H"))
    assert await chamber.says("G", "/tender") == ["目前没有由您负责环节的招标采购或招聘事项。"]
    matter_id = (await chamber.rows())[0].id
    shown = chamber.last(chamber.of("G"))
    toast = await chamber.press(chamber.of("G"), shown.message_id, f"mtc1:open:{matter_id}:1")
    assert toast
    assert "引水工程" not in chamber.sees("G")
    assert await chamber.press(chamber.of("G"), shown.message_id, f"mtm1:nothing:{matter_id}:1") == FORGED


# Moving a date


async def test_a_time_alone_is_of_the_day_as_it_stands_here(chamber: Chamber) -> None:
    """Once it was taken for the day in Greenwich, which is the day before until eight in the morning."""
    matter_id = await chamber.tender()
    await chamber.opens("C")
    await chamber.pushes("C", "调整时间", "投标（响应）截止")
    await chamber.says("C", "7:30")
    assert "10-30 09:30 → 10-30 07:30" in chamber.sees("C")
    await chamber.pushes("C", "保存")
    await chamber.opens("C")
    await chamber.pushes("C", "调整时间", "投标（响应）截止")
    await chamber.says("C", "9:30")
    assert "10-30 07:30 → 10-30 09:30" in chamber.sees("C")
    assert (await chamber.dates(matter_id))["bid_deadline"] == at(30) - timedelta(hours=2)


async def test_a_date_is_moved_after_a_look_at_what_follows(chamber: Chamber) -> None:
    matter_id = await chamber.tender()
    await chamber.opens("C")
    await chamber.pushes("C", "调整时间", "投标（响应）截止")
    assert "现为 10-30 09:30" in chamber.sees("C")
    chamber.restart()
    await chamber.says("C", "某一天")
    assert "请写日期" in chamber.sees("C")
    await chamber.says("C", "10月12日 9:30")
    check = chamber.sees("C")
    assert "10-30 09:30 → 10-12 09:30" in check
    assert "⚠️ 投标（响应）截止 · 不得早于 10-28 ✖️ 不合时限" in check
    assert (await chamber.dates(matter_id))["bid_deadline"] == at(30)  # nothing is saved yet
    await chamber.says("C", "10-29")
    assert "几点" in chamber.sees("C")
    await chamber.says("C", "下午2点半")
    await chamber.pushes("C", "保存，开标同步调整")
    assert "已保存：投标（响应）截止 10-29 14:30" in chamber.sees("C")
    dates = await chamber.dates(matter_id)
    assert dates["bid_deadline"] == dates["opening"] == at(29, 14)
    await chamber.opens("C")
    await chamber.pushes("C", "调整时间", "开标", "30", "09:30", "保存，投标（响应）截止同步调整")
    assert "已保存：开标 10-30 09:30" in chamber.sees("C")
    dates = await chamber.dates(matter_id)
    assert dates["bid_deadline"] == dates["opening"] == at(30)  # whichever of the two is moved


async def test_it_is_said_beforehand_how_many_people_will_hear_of_the_new_date(chamber: Chamber) -> None:
    soon = at(25, month=9)
    await chamber.tender(announced=at(1, month=9), documents_from=at(1, month=9), bid_deadline=soon, opening=soon)
    await chamber.opens("C")
    await chamber.pushes("C", "调整时间", "开标")
    await chamber.says("C", "9月28日 9:30")
    assert "此前没有人收到过其他时间" in chamber.sees("C")
    await chamber.desk.tenders.sweep(at(25, 9, 12, month=9))
    chamber.now = at(25, 9, 20, month=9)
    await chamber.plan()
    await chamber.says("C", "9月28日 9:30")
    assert "1 人已收到原定时间" in chamber.sees("C")
    await chamber.send()
    await chamber.opens("C")
    await chamber.pushes("C", "结束事项", "终止")
    assert "2 名已收到提示的人员将收到通知" in chamber.sees("C")


async def test_what_was_done_today_is_entered_and_a_date_is_taken_away(chamber: Chamber) -> None:
    matter_id = await chamber.tender()
    await chamber.opens("H")
    await chamber.pushes("H", "今天完成", "澄清")
    assert "没有人收到过其他时间" not in chamber.sees("H")  # there was none before
    await chamber.pushes("H", "保存")
    assert "已保存：" in chamber.sees("H")
    assert (await chamber.dates(matter_id)).keys() - {"announced", "documents_from", "bid_deadline", "opening"}
    await chamber.pushes("H", "调整时间", "开标", "删除时间", "删除")
    assert "时间已删除" in chamber.sees("H")
    assert "opening" not in await chamber.dates(matter_id)


async def test_what_was_done_today_is_no_step_before_what_has_passed_unless_asked_for(chamber: Chamber) -> None:
    past = {one: at(1, month=9) for one in ("announced", "documents_from", "bid_deadline", "opening")}
    await chamber.tender(
        "ZB-2026-1",
        "引水工程",
        **past,
        evaluation=at(2, month=9),
        award_notice=at(20, month=9),
        experts_drawn=at(30, month=9),
    )
    await chamber.opens("C")
    await chamber.pushes("C", "今天完成")
    offered = " ".join(chamber.buttons_of("C"))
    assert "签订合同" in offered
    assert "抽取" in offered  # it has a date that is ahead
    assert "澄清" not in offered
    await chamber.pushes("C", "更多")
    pages = chamber.buttons_of("C")
    await chamber.pushes("C", "»")
    assert "澄清" in " ".join([*pages, *chamber.buttons_of("C")])


async def test_a_planned_day_that_goes_by_is_to_be_confirmed(chamber: Chamber) -> None:
    matter_id = await chamber.tender(experts_drawn=at(29), evaluation=at(30, 14))
    chamber.clock.move_to(at(31))
    await chamber.opens("C")
    card = chamber.sees("C")
    assert "🕘 抽取评审专家 10-29 09:30 · 计划时间已过，待确认" in card
    assert "✅ 开标 10-30 09:30" in card  # it comes by the clock
    await chamber.pushes("C", "调整时间", "抽取")
    await chamber.says("C", "10-29 9:30")
    await chamber.pushes("C", "保存")
    assert "✅ 抽取评审专家 10-29 09:30" in chamber.sees("C")
    await chamber.pushes("C", "今天完成", "评标（评审） ·", "保存")
    assert "✅ 评标（评审） 10-31" in chamber.sees("C")
    assert (await chamber.rows())[0].id == matter_id


async def test_a_stale_button_shows_the_matter_as_it_stands(chamber: Chamber) -> None:
    matter_id = await chamber.tender()
    await chamber.opens("C")
    await chamber.pushes("C", "调整时间", "开标")
    await chamber.says("C", "10-30 10:00")
    row = (await chamber.rows())[0]
    await chamber.desk.tenders.move(
        matter_id, Milestone.OPENING, at(31), chamber.place.id("A"), row.version, chamber.clock.now()
    )
    toast = await chamber.pushes("C", "保存")
    assert toast is not None
    assert "引水工程" in chamber.sees("C")
    assert "开标 10-31 09:30" in chamber.sees("C")
    assert (await chamber.dates(matter_id))["opening"] == at(31)


# Ending, posts, buyers


async def test_a_matter_is_called_off_with_a_reason_and_taken_up_again(chamber: Chamber) -> None:
    await chamber.tender()
    await chamber.opens("L")
    await chamber.pushes("L", "结束事项", "全部完成")
    assert "全部完成不另发通知" in chamber.sees("L")
    assert "确认全部完成" in " ".join(chamber.buttons_of("L"))
    await chamber.pushes("L", "« 返回事项", "结束事项", "流标")
    assert "此前没有人收到过提示" in chamber.sees("L")
    chamber.restart()
    await chamber.says("L", "投标人不足三个")
    assert "投标人不足三个" in chamber.sees("L")
    assert (await chamber.rows())[0].state == "unsuccessful"
    assert "调整时间" not in " ".join(chamber.buttons_of("L"))
    await chamber.pushes("L", "恢复事项")
    assert (await chamber.rows())[0].state == "active"


async def test_posts_are_named_for_a_step(chamber: Chamber) -> None:
    await chamber.tender()
    await chamber.opens("C")
    await chamber.pushes("C", "责任岗位", "»", "»", "开标")
    await chamber.says("C", "岗位PH")
    await chamber.pushes("C", "岗位PH")
    assert "☑ 岗位PH · 姓名H" in chamber.sees("C")
    await chamber.pushes("C", "岗位PH")
    assert "未指定岗位" in chamber.sees("C")


async def test_the_office_says_which_unit_a_buyer_is(chamber: Chamber) -> None:
    told = Told(
        ref="X-1", kind=MatterKind.TENDER, title="维修", buyer="市财政局机关", source=Source.OCDS, method=Method.OPEN
    )
    await chamber.desk.tenders.take(told, None, chamber.clock.now())
    await chamber.says("A", "/tender")
    await chamber.pushes("A", "维修")
    assert "未对应单位" in chamber.sees("A")
    await chamber.pushes("A", "采购人属于哪个单位")
    await chamber.says("A", "财政")
    await chamber.pushes("A", "财政局", "是，就是该单位")
    assert "1 项已归属财政局" in chamber.sees("A")
    assert (await chamber.rows())[0].unit_id is not None


# Under what people are told


async def test_a_blue_reminder_of_a_limit_that_passed_is_submitted_once(chamber: Chamber) -> None:
    async with chamber.db.writing() as conn:
        await conn.execute(update(tables.nodes).values(workflow="tender"))
    matter_id = await chamber.tender(
        announced=at(1, month=7),
        documents_from=at(1, month=7),
        bid_deadline=at(30, month=7),
        opening=at(30, month=7),
        award_notice=at(10, month=8),
    )
    signed = tables.matter_limits.c.milestone == "contract_signed"
    async with chamber.db.reading() as conn:
        limit_id = await conn.scalar(select(tables.matter_limits.c.id).where(signed))
    propose = f"mt1:propose:{matter_id}:{limit_id}"
    for code in ("C", "A", "H"):
        await chamber.opens(code)
    assert await chamber.press(chamber.of("H"), chamber.last(chamber.of("H")).message_id, propose)
    assert "引水工程" in chamber.sees("H")
    assert "🔴 签订合同 待办 · 不晚于 09-09 已逾期" in chamber.sees("C")
    await chamber.press(chamber.of("C"), chamber.last(chamber.of("C")).message_id, propose)
    assert "签订合同" in chamber.sees("C")
    assert "🔵" in chamber.sees("C")
    toast = await chamber.press(chamber.of("A"), chamber.last(chamber.of("A")).message_id, propose)
    assert "姓名C" in (toast or "")  # the second one is told who was first
    await chamber.press(chamber.of("C"), chamber.last(chamber.of("C")).message_id, propose)
    assert "请先报送或放弃" in chamber.sees("C")
    await chamber.pushes("C", "✏️")
    assert "岗位PH" in chamber.sees("C")  # nobody answers for signing: who does work of this kind is told of it
    assert "提交审批" not in " ".join(chamber.buttons_of("C"))  # no leader has approved it yet: the day is to be given
    await chamber.pushes("C", "继续填写", "今天", "提交审批")
    async with chamber.db.reading() as conn:
        (item,) = await conn.execute(select(tables.items))
    assert (item.kind, item.grade) == ("limit", "blue")


async def test_the_button_under_a_prompt_shows_the_matter_in_a_message_of_its_own(chamber: Chamber) -> None:
    matter_id = await chamber.tender()
    await chamber.says("H", "/help")
    before = chamber.sees("H")
    await chamber.press(chamber.of("H"), chamber.last(chamber.of("H")).message_id, f"mt1:show:{matter_id}:1")
    assert "开标 10-30 09:30" in chamber.sees("H")
    assert before in chamber.texts(chamber.of("H"))
    toast = await chamber.press(chamber.of("G"), chamber.last(chamber.of("H")).message_id, "mt1:show:999:1")
    assert toast


async def test_in_english_a_date_is_moved_as_well(chamber: Chamber) -> None:
    await chamber.tender()
    async with chamber.db.writing() as conn:
        await conn.execute(update(tables.people).values(language="en"))
    await chamber.opens("C")
    assert "Bid opening 10-30 09:30" in chamber.sees("C")
    await chamber.pushes("C", "Move a date", "Bid opening")
    await chamber.says("C", "tomorrow 3pm")
    assert "10-30 09:30 → 09-22 15:00" in chamber.sees("C")
    await chamber.pushes("C", "Save it")
    assert "Saved: Bid opening 09-22 15:00" in chamber.sees("C")
    await chamber.says("C", "/tender")
    await chamber.pushes("C", "New one", "Works tender")
    await chamber.says("C", "Bridge")
    await chamber.pushes("C", "Skip", "Open tender", "Skip")
    await chamber.says("C", "announcement 10-8; documents issued 10-8; bid deadline 10-20 9:30")
    await chamber.pushes("C", "Overview")
    assert "⚠️ Bid deadline · not before 10-28 ✖️ breaks the limit" in chamber.sees("C")
