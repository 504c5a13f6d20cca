"""The register's pages in a real browser: the risk map by keyboard on a phone, the register without scripts."""

import pytest
from playwright.async_api import expect

from bot.service import Service
from tests.browser.conftest import HOSTILE, PHONE, Enter, at
from tests.browser.risks import enter_risks
from tests.service import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
    await table.get_by_role("link", name="1 高", exact=True).first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("1 项风险点", exact=True)).to_be_visible()
    assert "hacked" not in await page.title()


async def test_the_register_is_searched_without_scripts(office: tuple[Town, Service], enter: Enter) -> None:
    place, _ = office
    await enter_risks(place)
    page = await enter(java_script_enabled=False)
    await page.get_by_role("link", name="风险防控").click()
    await page.get_by_role("link", name="风险库").click()
    await page.get_by_label("风险等级").select_option("high")
    await page.get_by_text("更多条件").click()
    await page.get_by_label("排序").select_option("changed")
    await page.get_by_role("button", name="查找").click()
    await expect(page.get_by_text("7 项风险点", exact=True)).to_be_visible()
    await page.get_by_label("风险节点").fill("节点03")
    await page.get_by_role("button", name="查找").click()
    await page.get_by_role("table").get_by_role("link", name=f"{HOSTILE} 3").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"{HOSTILE} 3")
    await expect(page.get_by_text("第 1 版")).to_be_visible()
