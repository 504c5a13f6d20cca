"""The dashboard in a real browser: live, on a phone, in the dark, by keyboard, without scripts."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser, expect

from bot.service import Service
from messages.items.records import COMMAND
from messages.tenders.milestones import Milestone
from messages.tenders.records import LimitState
from schedules.calendars import Calendars
from schedules.items.desk import Items
from schedules.policy import load
from tests.browser.conftest import HOSTILE, PHONE, Enter, at
from tests.browser.risks import enter_risks
from tests.collectors import REMINDER
from tests.dashboard import link_for
from tests.service import Town, lines, write_roster
from tests.tendered import put_date, put_limit, put_matter

CONTRAST: Final = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8").partition("\n")[2]

PATHS: Final = (
    "/",
    "/notices/1",
    "/notices/1/units/2",
    "/forecast?month=2026-10",
    "/unreachable",
    "/roster",
    "/roster/units/2",
    "/roster/import",
    "/lookup?words=P00",
    "/lookup/units/2",
    "/posts/P004",
    "/warnings",
    "/items",
    "/items/1",
    "/who-saw-me",
    "/register",
    "/register?basis=superseded&workflow=tender",
    "/register/map",
    "/register/points/1",
    "/register/progress",
    "/register/progress/units/2",
    "/campaigns",
    "/campaigns/1",
    "/tenders",
    "/tenders?unplaced=yes",
    "/tenders/1",
    "/tenders/1/declarations",
    "/tenders/breaches",
    "/statistics?period=2026-09",
    "/statistics/units/2?period=2026-09",
    "/statistics/periods",
    "/statistics/year",
    "/scores",
    "/scores/ranking",
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def warn(place: Town, service: Service) -> None:
    """A collector has submitted a reminder about a post, which the administrator has approved: it is warned."""
    given, now = replace(REMINDER, title=f"群众反映集中 {HOSTILE}", posts=("P004",)), service.clock.now()
    items = Items(db=place.db, policy=load(), calendars=Calendars(place.db, "CN"), zone=service.clock.zone)
    item = await items.submit(given, 2, now, by=COMMAND)
    await items.approve(item.id, 1, item.version, now)


async def enter_matters(place: Town, now: datetime) -> None:
    """A tender under a hostile name of which a limit is broken and another one passed; and one of no known unit."""
    matter = await put_matter(place.db, "T1", "财政局", title=f"中学教学楼 {HOSTILE}")
    opens, broken = now + timedelta(days=9), LimitState.BROKEN
    await put_limit(
        place.db,
        matter,
        Milestone.BID_DEADLINE,
        date(2026, 10, 12),
        article="B24",
        state=broken,
        earliest=True,
        at=opens,
    )
    await put_limit(place.db, matter, Milestone.SUPERVISOR_REPORTED, date(2026, 9, 1), state=LimitState.OVERDUE)
    await put_limit(place.db, matter, Milestone.CONTRACT_SIGNED, date(2026, 10, 30), provisional=True)
    for step, when in ((Milestone.DOCUMENTS_FROM, now - timedelta(days=9)), (Milestone.BID_DEADLINE, opens)):
        await put_date(place.db, matter, step, when)
    await put_matter(place.db, "T2", None, title=HOSTILE)


async def test_a_press_signs_in_out_of_the_reach_of_scripts(office: tuple[Town, Service], enter: Enter) -> None:
    page = await enter()
    await expect(page.get_by_role("navigation", name="栏目").get_by_role("link")).to_have_count(5)
    cookies = await page.context.cookies()
    assert [(cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [(True, "Strict")]
    assert await page.evaluate("document.cookie") == ""


async def test_the_link_opens_by_a_click_in_the_chat(office: tuple[Town, Service], browser: Browser) -> None:
    place, _ = office
    await link_for(place, 1)
    context = await browser.new_context(locale="zh-CN")
    chat = await context.new_page()
    await chat.goto(place.sandbox.url)
    await chat.get_by_role("option").filter(has=chat.get_by_text("人员1", exact=True)).click()
    async with context.expect_page() as opened:
        await chat.get_by_role("log").get_by_role("link", name="打开工作台").click()
    page = await opened.value
    await page.get_by_role("button", name="进入").click()
    await expect(page.get_by_role("heading", name="通知", exact=True)).to_be_visible()
    await context.close()


async def test_a_notice_is_kept_up_to_date_while_it_is_looked_at(office: tuple[Town, Service], enter: Enter) -> None:
    place, _ = office
    page = await enter()
    await page.get_by_role("link", name="国庆").click()
    acknowledged = page.locator(".funnel li", has_text="已签收")
    await expect(acknowledged).to_contain_text("0 / 13")
    loaded = await page.evaluate("performance.timeOrigin")
    await place.press(5, place.heard(5, "国庆节")[0])
    await expect(acknowledged).to_contain_text("1 / 13")
    assert await page.evaluate("performance.timeOrigin") == loaded


async def test_the_list_is_kept_up_to_date_too(office: tuple[Town, Service], enter: Enter) -> None:
    place, service = office
    page = await enter()
    await expect(page.get_by_role("listitem").filter(has_text="国庆")).to_contain_text("12 / 12")
    await place.issue(service, "请各单位查收。")
    await expect(page.get_by_role("heading", name="请各单位查收。")).to_be_visible()


async def test_keyboard_focus_stays_while_a_part_is_drawn_anew(office: tuple[Town, Service], enter: Enter) -> None:
    place, service = office
    page = await enter()
    await at(page, service, f"/notices/{await place.notice_id()}")
    units = page.locator("#units ~ table tbody th")
    await expect(units.first).to_have_text("财政局")
    await page.get_by_role("link", name="教育局").focus()
    for number in (2, 4, 6):  # 教育局 has most silent posts from now on, and moves to the top
        await place.press(number, place.heard(number, "国庆节")[0])
    await expect(units.first).to_have_text("教育局")
    await expect(page.get_by_role("link", name="教育局")).to_be_focused()


async def test_a_notice_is_cancelled_after_a_second_thought(office: tuple[Town, Service], enter: Enter) -> None:
    place, service = office
    page = await enter()
    await at(page, service, f"/notices/{await place.notice_id()}")
    await page.get_by_role("link", name="取消…").click()
    await page.get_by_role("link", name="不作变更").click()
    await page.get_by_role("link", name="取消…").click()
    await page.get_by_role("button", name="确认取消").click()
    await expect(page.get_by_role("status")).to_contain_text("此前已有 12 人收到")
    await expect(page.get_by_text("已取消", exact=True)).to_be_visible()


async def test_a_roster_is_looked_at_and_imported(office: tuple[Town, Service], enter: Enter) -> None:
    place, _ = office
    rows = lines(12)
    rows[4]["姓名"] = HOSTILE
    page = await enter()
    await page.get_by_role("link", name="机构", exact=True).click()
    await page.get_by_role("link", name="导入花名册").click()
    await page.get_by_label("花名册文件").set_input_files(write_roster(place.folder / "new.csv", rows))
    await page.get_by_role("button", name="预览").click()
    await expect(page.get_by_role("cell", name=HOSTILE)).to_be_visible()
    await page.get_by_role("button", name="确认导入").click()
    await expect(page.get_by_role("heading", name="花名册已导入")).to_be_visible()
    await page.get_by_role("link", name="查看花名册").click()
    await page.get_by_role("link", name="财政局").click()
    await expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert "hacked" not in await page.title()


async def test_everything_is_reached_by_keyboard(office: tuple[Town, Service], enter: Enter) -> None:
    _, service = office
    page = await enter()
    await at(page, service, "/forecast")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="跳至正文")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="上一月")).to_be_focused()
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


async def test_the_language_is_changed_by_a_press(office: tuple[Town, Service], enter: Enter) -> None:
    _, service = office
    page = await enter()
    await at(page, service, "/forecast?month=2026-10")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Forecast")).to_be_visible()
    assert page.url.endswith("month=2026-10")
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("heading", name="发送预告", level=1)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("taste", [{}, PHONE], ids=["desktop", "phone"])
async def test_pages_fit_the_screen_and_can_be_read(
    office: tuple[Town, Service], enter: Enter, taste: dict[str, Any], scheme: str
) -> None:
    place, service = office
    await warn(place, service)
    await enter_risks(place)
    await enter_matters(place, service.clock.now())
    page = await enter(color_scheme=scheme, reduced_motion="reduce", **taste)
    for path in PATHS:
        await at(page, service, path)
        over = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path
        assert await page.get_by_role("heading", level=1).count() == 1, path
        assert await page.evaluate(CONTRAST) == [], path


async def test_without_scripts_everything_but_liveness_is_there(office: tuple[Town, Service], enter: Enter) -> None:
    _, service = office
    page = await enter(java_script_enabled=False)
    await page.get_by_role("link", name="考评").click()
    await page.get_by_role("navigation", name="考评").get_by_role("link", name="台账").click()
    await expect(page.get_by_role("link", name="台账")).to_have_attribute("aria-current", "page")
    await page.get_by_role("link", name="通知", exact=True).click()
    await page.get_by_role("link", name="国庆").click()
    await page.get_by_role("link", name="教育局").click()
    await page.get_by_role("link", name="未签收").click()
    await expect(page.get_by_text("R003")).to_be_visible()
    await page.get_by_role("button", name="退出").click()
    await expect(page.get_by_role("heading", name="您已退出")).to_be_visible()
    await at(page, service, "/")
    await expect(page.get_by_role("heading", name="请先登录")).to_be_visible()


async def test_who_is_signed_out_elsewhere_is_told_at_once(office: tuple[Town, Service], enter: Enter) -> None:
    _, service = office
    page = await enter()
    other = await page.context.new_page()
    await at(other, service, "/roster")
    await other.get_by_role("button", name="退出").click()
    await expect(page.get_by_role("heading", name="请先登录")).to_be_visible()
