"""The dashboard in a real browser: live, on a phone, in the dark, by keyboard, without scripts."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from bot.service import Service
from messages.items.records import COMMAND
from messages.register.records import RiskLevel
from schedules.calendars import Calendars
from schedules.items.desk import Items
from schedules.policy import load
from tests import hurry
from tests.collectors import REMINDER
from tests.dashboard import link_for
from tests.points import put_point, put_task
from tests.service import BEFORE, DUE, Town, lines, town, write_roster

PHONE: Final = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CONTRAST: Final = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8").partition("\n")[2]
HOSTILE: Final = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"

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
)

Enter: TypeAlias = Callable[..., Awaitable[Page]]

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Town, Service]]:
    """An office of twelve, the service running for it; the notice before the National Day is out."""
    hurry.look_often(monkeypatch)
    hurry.leave_no_chat_alone(monkeypatch)
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(town(tmp_path, people=12))
        service = await stack.enter_async_context(place.serving(BEFORE))
        await service.move_clock(DUE)
        await place.settled(await place.notice_id(), planned=0, sending=0)
        yield place, service


@pytest_asyncio.fixture(loop_scope="session")
async def enter(office: tuple[Town, Service], browser: Browser) -> AsyncIterator[Enter]:
    """Open the dashboard as the administrator, by the link and a press; nothing may leave the host or complain."""
    place, service = office
    requests: list[str] = []
    complaints: list[str] = []

    def listen(line: ConsoleMessage) -> None:
        if line.type in {"error", "warning"} and "status of 401" not in line.text:  # a test that signs out sees it
            complaints.append(line.text)

    async with AsyncExitStack() as stack:

        async def entered(**taste: Any) -> Page:  # noqa: ANN401 -- Playwright's own options of a context
            wide = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}}
            context = await stack.enter_async_context(await browser.new_context(**wide | taste))
            page = await context.new_page()
            page.on("request", lambda request: requests.append(request.url))
            page.on("console", listen)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(await link_for(place, 1))
            await page.get_by_role("button", name="进入").click()
            await expect(page.get_by_role("heading", name="通知", exact=True)).to_be_visible()
            return page

        yield entered
    assert [url for url in requests if not url.startswith(service.web.url)] == []
    assert complaints == []


async def at(page: Page, service: Service, path: str) -> None:
    """See a page of the dashboard."""
    await page.goto(f"{service.web.url}/web{path}")


async def warn(place: Town, service: Service) -> None:
    """A collector has submitted a reminder about a post, which the administrator has approved: it is warned."""
    given, now = replace(REMINDER, title=f"群众反映集中 {HOSTILE}", posts=("P004",)), service.clock.now()
    items = Items(db=place.db, policy=load(), calendars=Calendars(place.db, "CN"), zone=service.clock.zone)
    item = await items.submit(given, 2, now, by=COMMAND)
    await items.approve(item.id, 1, item.version, now)


async def enter_risks(place: Town) -> None:
    """Points of two posts stand at many nodes, under names that are hostile; a campaign asks these posts for more."""
    for number, level in enumerate([*RiskLevel] * 7):
        await put_point(place.db, f"P00{4 + number % 2}", f"{HOSTILE} {number}", node=f"节点{number:02}", level=level)
    await put_task(place.db, "P004", "P005")


async def test_a_press_signs_in_out_of_the_reach_of_scripts(office: tuple[Town, Service], enter: Enter) -> None:
    page = await enter()
    await expect(page.get_by_role("navigation", name="栏目").get_by_role("link")).to_have_count(10)
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
    await page.get_by_role("link", name="花名册").click()
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


async def test_the_risk_map_is_a_table_that_the_keyboard_goes_through(
    office: tuple[Town, Service], enter: Enter
) -> None:
    place, service = office
    await enter_risks(place)
    page = await enter(**PHONE)
    await at(page, service, "/register/map")
    table = page.get_by_role("table", name="风险图")
    await expect(table.get_by_role("columnheader")).to_have_count(17)  # the unit, all nodes, and fifteen nodes
    await expect(table.get_by_role("rowheader")).to_have_text(["财政局", "教育局", "全部单位"], use_inner_text=True)
    region = page.get_by_role("region", name="风险图")
    await region.focus()
    last = table.get_by_role("columnheader").last
    await expect(last).not_to_be_in_viewport()
    for _ in range(30):
        await page.keyboard.press("ArrowRight")
    await expect(last).to_be_in_viewport()
    await expect(table.get_by_role("rowheader", name="教育局")).to_be_in_viewport()  # it stays while the nodes move
    await table.get_by_role("link", name="1 高").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("1 个风险点", exact=True)).to_be_visible()
    assert "hacked" not in await page.title()


async def test_the_register_is_searched_without_scripts(office: tuple[Town, Service], enter: Enter) -> None:
    place, _ = office
    await enter_risks(place)
    page = await enter(java_script_enabled=False)
    await page.get_by_role("link", name="风险库").click()
    await page.get_by_label("风险等级").select_option("high")
    await page.get_by_text("更多条件").click()
    await page.get_by_label("排序").select_option("changed")
    await page.get_by_role("button", name="查找").click()
    await expect(page.get_by_text("7 个风险点", exact=True)).to_be_visible()
    await page.get_by_label("风险节点").fill("节点03")
    await page.get_by_role("button", name="查找").click()
    await page.get_by_role("table").get_by_role("link", name=f"{HOSTILE} 3").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"{HOSTILE} 3")
    await expect(page.get_by_text("第 1 版")).to_be_visible()
