"""The sandbox's page in a real browser, as people use it: by pointer, by keyboard, on a phone, in both languages."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Locator, Page, expect

import bot.sandbox
from bot.sandbox import Sandbox
from tests.browser.bot import BUTTON, RECORDED, Desk, EchoBot
from tests.browser.conftest import PEOPLE, OpenPage, peopled
from tests.service import until

PAGE: Final = Path(bot.sandbox.__file__).parent / "page"
PHONE: Final = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
ONE_LINE: Final = 20  # a card's heading, in pixels, as panel.css has it


pytestmark = pytest.mark.asyncio(loop_scope="session")


def row(page: Page, name: str) -> Locator:
    """Someone's row in the list of people."""
    return page.get_by_role("option").filter(has=page.get_by_text(name, exact=True))


def log(page: Page) -> Locator:
    """The messages of the open chat."""
    return page.get_by_role("log")


async def test_people_are_listed_newest_first_with_their_unread_messages(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(7)
    await bot.notify(7)
    await bot.notify(9)
    page = await open_page()
    people = page.get_by_role("listbox", name="人员").get_by_role("option")
    await expect(people.nth(0)).to_contain_text("王9")
    await expect(people.nth(1)).to_contain_text("财政局 · 采购岗 7")
    await expect(people.nth(1)).to_contain_text("国庆节廉洁提醒")
    await expect(people.nth(1).get_by_role("img", name="2 条未读")).to_be_visible()
    await expect(page.get_by_text("共 2,379 人")).to_be_visible()


async def test_the_first_person_is_open_at_once_and_read(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9)
    page = await open_page()
    await expect(page.get_by_role("heading", name="王9")).to_be_visible()
    await expect(log(page).get_by_role("button", name=BUTTON)).to_be_visible()
    await expect(row(page, "王9").get_by_role("img")).to_have_count(0)
    await expect(page.locator("#hint")).to_contain_text("把时钟拨到下一条通知")


async def test_the_last_of_all_people_comes_when_one_scrolls_to_the_end(open_page: OpenPage) -> None:
    page = await open_page()
    await page.locator("#people").evaluate("list => list.scrollTo(0, list.scrollHeight)")
    await expect(page.locator('[aria-posinset="2379"]')).to_contain_text("Helen Carter")
    assert await page.get_by_role("option").count() < 60


async def test_search_narrows_the_list_and_can_be_cleared(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_role("searchbox").fill("procurement")
    await expect(page.get_by_text("找到 1 人")).to_be_visible()
    await page.get_by_role("searchbox").press("Enter")
    await expect(page.get_by_role("heading", name="Helen Carter")).to_be_visible()
    await page.get_by_role("searchbox").fill("没有这个人")
    await expect(page.get_by_text("没有找到“没有这个人”")).to_be_visible()
    await page.get_by_role("searchbox").fill("x" * 200)
    await expect(page.get_by_text("没有找到“xxx")).to_be_visible()
    assert await page.locator("#people-empty").evaluate("(empty) => empty.scrollWidth <= empty.clientWidth")
    await page.get_by_role("button", name="清除搜索").click()
    await expect(page.get_by_text("共 2,379 人")).to_be_visible()


async def test_a_pressed_button_shows_the_toast_and_the_edited_message(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9)
    page = await open_page()
    await log(page).get_by_role("button", name=BUTTON).click()
    await expect(page.locator("#toasts")).to_contain_text(RECORDED)
    await expect(log(page)).to_contain_text("✅ 已签收")
    await expect(log(page).get_by_text("已编辑")).to_be_visible()
    await expect(log(page).get_by_role("button")).to_have_count(0)


async def test_an_alert_stays_until_it_is_closed(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9, data="later")
    page = await open_page()
    await log(page).get_by_role("button", name=BUTTON).click()
    await expect(page.get_by_role("dialog")).to_contain_text("请尽快签收。")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_a_button_is_busy_until_the_bot_has_answered(sandbox: Sandbox, bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9)
    page = await open_page()
    sandbox.faults.hang(method="answerCallbackQuery")
    await log(page).get_by_role("button", name=BUTTON).click()
    await expect(log(page).get_by_role("button", name=BUTTON)).to_have_attribute("aria-busy", "true")
    await expect(page.locator("#toasts")).to_contain_text("机器人没有回应")
    await expect(log(page).get_by_role("button", name=BUTTON)).not_to_have_attribute("aria-busy", "true")


async def test_the_bot_apis_html_is_shown_and_the_protected_message_is_marked(
    bot: EchoBot, open_page: OpenPage
) -> None:
    await bot.notify(9)
    page = await open_page()
    await expect(log(page).locator("b")).to_have_text("【提示】国庆节廉洁提醒")
    await expect(log(page).locator("u")).to_have_text("电子红包")
    await expect(log(page).get_by_role("link", name="规定")).to_have_attribute("href", "https://example.org/rules")
    await expect(log(page).get_by_role("img", name="受保护")).to_be_visible()


async def test_only_the_bot_apis_tags_come_through(open_page: OpenPage) -> None:
    page = await open_page()
    left = await page.evaluate(
        """async () => {
            const { safeNodes } = await import("/sandbox/static/safe_html.js");
            const box = document.createElement("div");
            box.append(safeNodes('<b id="x" title="x">甲</b><script>x()</script><img src="//evil.example/i.png">'
                + '<a href="javascript:x()">乙</a><iframe src="//evil.example"></iframe><i class="c">丙</i>'));
            return box.innerHTML;
        }"""
    )
    assert left == "<b>甲</b>x()乙<i>丙</i>"


async def test_a_slash_opens_the_commands_and_enter_sends_one(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9)
    page = await open_page()
    line = page.get_by_role("textbox", name="输入消息")
    await line.press("/")
    menu = page.get_by_role("listbox", name="命令")
    await expect(menu.get_by_role("option")).to_have_text(
        ["/inbox等待我签收的通知", "/language切换语言", "/help使用帮助"]
    )
    await line.press("ArrowDown")
    await line.press("ArrowDown")
    await expect(menu.get_by_role("option", selected=True)).to_contain_text("/help")
    await line.press("Enter")
    await expect(menu).to_be_hidden()
    await expect(log(page)).to_contain_text("/help 收到")


async def test_the_menu_button_shows_the_commands_and_a_click_sends_one(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9)
    page = await open_page()
    await page.get_by_role("button", name="打开命令菜单").click()
    await page.get_by_role("option", name="/inbox").click()
    await expect(log(page)).to_contain_text("/inbox 收到")


async def test_escape_closes_the_commands_and_what_was_typed_stays(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9)
    page = await open_page()
    line = page.get_by_role("textbox", name="输入消息")
    await line.press_sequentially("/he")
    await expect(page.get_by_role("listbox", name="命令").get_by_role("option")).to_have_count(1)
    await line.press("Escape")
    await expect(page.get_by_role("listbox", name="命令")).to_be_hidden()
    await expect(line).to_have_value("/he")


async def test_the_language_switch_changes_the_texts_and_is_remembered(open_page: OpenPage) -> None:
    page = await open_page()
    await expect(page.get_by_role("heading", name="服务时钟")).to_be_visible()
    await page.get_by_role("button", name="EN").click()
    await expect(page.get_by_role("heading", name="The service’s clock")).to_be_visible()
    await expect(page.get_by_text("Friday 18 September 2026")).to_be_visible()
    assert await page.locator(".clock h3").evaluate("(heading) => heading.clientHeight") == ONE_LINE
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.reload()
    await expect(page.get_by_role("heading", name="Sending progress")).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "title"), [("en-US", "Lianxun · Demo"), ("fr-FR", "廉讯 · 演示"), ("zh-TW", "廉讯 · 演示")]
)
async def test_the_first_language_is_the_browsers_or_chinese(open_page: OpenPage, locale: str, title: str) -> None:
    page = await open_page(locale=locale)
    await expect(page).to_have_title(title)


async def test_the_panel_moves_the_clock_and_shows_the_progress(open_page: OpenPage) -> None:
    page = await open_page()
    panel = page.get_by_role("complementary", name="演示控制台")
    await expect(panel.get_by_text("9月21日 周一 09:10")).to_be_visible()
    await panel.get_by_role("button", name="+1 小时").click()
    await expect(panel.get_by_text("17:42:", exact=False)).to_be_visible()
    await panel.get_by_role("button", name="拨到下一条通知").click()
    await expect(panel.get_by_text("2026年9月21日 星期一")).to_be_visible()
    await expect(panel.get_by_role("progressbar", name="已处理 1,210 / 2,379")).to_be_visible()
    await expect(panel.get_by_text("29.8 条/秒")).to_be_visible()
    await expect(panel.get_by_text("约剩 40 秒")).to_be_visible()
    await expect(panel.get_by_text("已签收岗位")).to_be_visible()
    await expect(panel.get_by_text("306 / 2,448")).to_be_visible()
    await expect(panel.get_by_role("button", name="拨到下一条通知")).to_be_disabled()
    await expect(page.locator("#hint")).to_be_hidden()


async def test_a_reminder_is_called_one_when_it_is_due_and_when_it_is_sent(
    sandbox: Sandbox, open_page: OpenPage
) -> None:
    sandbox.panel = Desk(kind="reminder")
    page = await open_page()
    panel = page.get_by_role("complementary", name="演示控制台")
    await expect(panel.get_by_role("heading", name="下一次提醒")).to_be_visible()
    await page.get_by_role("button", name="EN").click()
    panel = page.get_by_role("complementary", name="Demo panel")
    await panel.get_by_role("button", name="To the next reminder").click()
    await expect(panel.get_by_text("Reminder · 国庆节廉洁提醒（正式）")).to_be_visible()
    await expect(panel.get_by_text("Posts acknowledged")).to_be_visible()
    await page.get_by_role("button", name="中", exact=True).click()
    await expect(page.get_by_text("提醒 · 国庆节廉洁提醒（正式）")).to_be_visible()


async def test_a_new_message_arrives_by_itself(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9)
    page = await open_page()
    await bot.notify(9, "<i>第二条</i>")
    await expect(log(page).get_by_text("第二条")).to_be_in_viewport()
    await bot.notify(12)
    await expect(row(page, "王12").get_by_role("img", name="1 条未读")).to_be_visible()


async def test_a_reader_further_up_stays_there_and_is_told(bot: EchoBot, open_page: OpenPage) -> None:
    for number in range(20):
        await bot.notify(9, f"通知 {number}")
    page = await open_page()
    await expect(log(page).get_by_text("通知 19")).to_be_in_viewport()
    await until(lambda: scrolled_up(page))
    await bot.notify(9, "最新的通知")
    await expect(page.locator("#new-count")).to_have_text("1")
    assert await log(page).evaluate("box => box.scrollTop") == 0
    await page.get_by_role("button", name="跳到最新消息").click()
    await expect(log(page).get_by_text("最新的通知")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="跳到最新消息")).to_be_hidden()


async def scrolled_up(page: Page) -> bool:
    """Scrolls like somebody who tries again: a page that is still being laid out keeps to its end."""
    await log(page).evaluate("box => box.scrollTo(0, 0)")
    await page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(true))))")
    return await page.get_by_role("button", name="跳到最新消息").is_visible()


async def test_a_notice_is_found_read_and_acknowledged_by_keyboard_alone(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(3)
    await bot.notify(9)
    page = await open_page()
    await page.keyboard.press("/")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#people")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#people")).to_have_attribute("aria-activedescendant", "person-1")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="王3")).to_be_visible()
    await expect(page.get_by_role("textbox", name="输入消息")).to_be_focused()
    await expect(log(page).get_by_role("button", name=BUTTON)).to_be_visible()
    for _ in ("files", "commands", "the last message's button"):
        await page.keyboard.press("Shift+Tab")
    await expect(log(page).get_by_role("button", name=BUTTON)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#toasts")).to_contain_text(RECORDED)


async def test_tab_reaches_every_control_once_around(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9)
    page = await open_page()
    await expect(log(page).get_by_role("button", name=BUTTON)).to_be_visible()
    wanted = await page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], input, textarea, [tabindex='0']")]
            .filter((one) => !one.disabled && one.checkVisibility({ visibilityProperty: true })).length"""
    )
    await page.locator("body").press("Tab")
    reached = set()
    for _ in range(wanted):
        reached.add(await page.evaluate("() => document.activeElement.outerHTML"))
        await page.keyboard.press("Tab")
    assert len(reached) == wanted


async def test_a_phone_shows_one_pane_at_a_time(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9)
    page = await open_page(**PHONE)
    people, chat = page.get_by_role("navigation", name="人员"), page.get_by_role("main")
    await expect(people).to_be_visible()
    await expect(chat).to_be_hidden()
    await row(page, "王9").tap()
    await expect(chat.get_by_role("button", name=BUTTON)).to_be_visible()
    await expect(people).to_be_hidden()
    assert await page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
    await chat.get_by_role("button", name="返回人员列表").tap()
    await expect(people).to_be_visible()
    await row(page, "王9").tap()
    await page.go_back()
    await expect(chat).to_be_hidden()


async def test_on_a_phone_a_chat_that_was_left_stays_unread(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(9)
    page = await open_page(**PHONE)
    await row(page, "王9").tap()
    await page.get_by_role("button", name="返回人员列表").tap()
    await bot.notify(9, "第二条")
    await expect(row(page, "王9").get_by_role("img", name="1 条未读")).to_be_visible()
    await row(page, "王9").tap()
    await expect(log(page).get_by_text("第二条")).to_be_in_viewport()


async def test_on_a_phone_the_panel_is_a_drawer_that_escape_closes(open_page: OpenPage) -> None:
    page = await open_page(**PHONE)
    chip = page.get_by_role("navigation").get_by_role("button", name="打开演示控制台")
    await chip.tap()
    drawer = page.get_by_role("dialog", name="演示控制台")
    await expect(drawer.get_by_role("button", name="拨到下一条通知")).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(chip).to_be_focused()


async def test_a_person_who_blocks_the_bot_is_marked_and_can_take_it_back(
    sandbox: Sandbox, bot: EchoBot, open_page: OpenPage
) -> None:
    await bot.notify(9)
    page = await open_page()
    await page.get_by_role("button", name="屏蔽机器人").click()
    await expect(page.get_by_text("此人已屏蔽机器人")).to_be_visible()
    await expect(page.get_by_role("textbox", name="输入消息")).to_be_hidden()
    await page.get_by_role("button", name="解除屏蔽").click()
    await expect(page.get_by_text("此人已屏蔽机器人")).to_be_hidden()


async def test_the_page_says_when_the_line_is_down_and_catches_up_when_it_is_back(
    sandbox: Sandbox, open_page: OpenPage
) -> None:
    page = await open_page(forgive="ERR_")
    await sandbox.stop()
    await expect(page.get_by_text("连接中断")).to_be_visible()
    again = peopled()
    again.add_person(PEOPLE + 1, "新来的人")
    await again.start(port=int(sandbox.url.rpartition(":")[2]))
    await expect(page.get_by_text("共 2,380 人")).to_be_visible()
    await expect(page.get_by_text("连接中断")).to_be_hidden()
    await again.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_is_legible(bot: EchoBot, open_page: OpenPage, scheme: str) -> None:
    await bot.notify(7)
    await bot.notify(9)
    page = await open_page(color_scheme=scheme, reduced_motion="reduce")
    await page.get_by_role("textbox", name="输入消息").fill("/")
    await expect(page.get_by_role("listbox", name="命令")).to_be_visible()
    contrast = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
    assert await page.evaluate(contrast.partition("\n")[2]) == []


async def test_both_languages_have_every_text_and_the_page_uses_them_all(open_page: OpenPage) -> None:
    page = await open_page()
    keys = await page.evaluate(
        """async () => {
            const { TEXTS } = await import("/sandbox/static/texts.js");
            const blanks = (text) => text.match(/{\\w+}/g) ?? [];
            return Object.values(TEXTS).map((texts) => Object.entries(texts).map(([key, text]) => [key, blanks(text)]));
        }"""
    )
    chinese, english = ({key: sorted(set(names)) for key, names in texts} for texts in keys)
    assert chinese == english
    files = [PAGE / "index.html", *(file for file in PAGE.glob("static/*.js") if file.name != "texts.js")]
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
    assert [key for key in chinese if not re.search(rf"\b{key}\b", sources)] == []
