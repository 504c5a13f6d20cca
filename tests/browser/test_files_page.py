"""Files on the sandbox's page: sent by hand, by dropping and by pasting; shown; and never run."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from bot.sandbox import Sandbox, Upload
from bot.sandbox.chats import Message
from tests.browser.bot import EchoBot
from tests.browser.conftest import OpenPage
from tests.sent_files import animation, document, film, photo, png
from tests.service import until

PHONE: Final = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
PERSON: Final = 9

pytestmark = pytest.mark.asyncio(loop_scope="session")


def picture(name: str = "现场.png", red: int = 120) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": png(64, 48, red)}


def paper(name: str = "关于国庆节的通知.pdf", size: int = 2048) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": bytes(size)}


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def tray(page: Page) -> Locator:
    return page.get_by_role("group", name=re.compile("待发送的文件|Files to be sent"))


async def choose(page: Page, *files: FilePayload) -> None:
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name=re.compile("添加图片|Add pictures")).click()
    await (await chooser.value).set_files(list(files))


def sent(sandbox: Sandbox) -> list[Message]:
    return [message for message in sandbox.messages(PERSON) if not message.from_bot]


async def arrived(sandbox: Sandbox, number: int) -> list[Message]:
    await until(lambda: len(sent(sandbox)) == number)
    return sent(sandbox)


async def chat(bot: EchoBot, open_page: OpenPage, **taste: object) -> Page:
    """The page with one person's chat open."""
    await bot.notify(PERSON)
    return await open_page(**taste)


async def test_chosen_files_go_as_an_album_with_what_is_written(
    sandbox: Sandbox, bot: EchoBot, open_page: OpenPage
) -> None:
    page = await chat(bot, open_page, reduced_motion="reduce")
    await choose(page, picture("1.png"), picture("2.png", red=20))
    await expect(tray(page).get_by_role("listitem")).to_have_text([re.compile("1.png"), re.compile("2.png")])
    await page.get_by_role("textbox").fill("现场情况")
    await page.get_by_role("textbox").press("Enter")
    first, second = await arrived(sandbox, 2)
    assert first.media
    assert second.media
    assert first.media["media_group_id"] == second.media["media_group_id"]
    assert (first.text, second.text) == ("现场情况", "")
    await expect(tray(page)).to_be_hidden()
    album = log(page).locator(".album")
    await expect(album.get_by_role("img", name="图片")).to_have_count(2)
    await expect(album).to_contain_text("现场情况")
    boxes = [await one.bounding_box() for one in await album.locator(".picture").all()]
    assert boxes[0]
    assert boxes[1]
    assert abs(boxes[0]["y"] - boxes[1]["y"]) < 2  # side by side
    assert boxes[0]["x"] < boxes[1]["x"]


async def test_a_picture_is_really_seen(bot: EchoBot, open_page: OpenPage) -> None:
    page = await chat(bot, open_page)
    await choose(page, picture())
    await page.get_by_role("button", name="发送", exact=True).click()
    image = log(page).get_by_role("img", name="图片")
    await expect(image).to_have_js_property("naturalWidth", 64)
    await expect(image).to_have_css("object-fit", "contain")  # a wide chart lost the figures at its edges
    await expect(page.get_by_role("option").first).to_contain_text("图片")


async def test_a_file_can_be_taken_out_again_and_the_keyboard_keeps_its_place(
    sandbox: Sandbox, bot: EchoBot, open_page: OpenPage
) -> None:
    page = await chat(bot, open_page)
    await choose(page, paper("一.pdf"), paper("二.pdf"))
    await page.get_by_role("button", name="移除：一.pdf").press("Enter")
    await expect(page.get_by_role("button", name="移除：二.pdf")).to_be_focused()
    await page.get_by_role("button", name="移除：二.pdf").press("Enter")
    await expect(tray(page)).to_be_hidden()
    await expect(page.get_by_role("textbox")).to_be_focused()
    await expect(page.get_by_role("button", name="发送", exact=True)).to_be_disabled()
    assert sent(sandbox) == []


async def test_pictures_go_as_files_when_asked_to(sandbox: Sandbox, bot: EchoBot, open_page: OpenPage) -> None:
    page = await chat(bot, open_page)
    await choose(page, picture())
    await page.get_by_label("图片和视频按原文件发送").check()
    await page.get_by_role("button", name="发送", exact=True).click()
    (message,) = await arrived(sandbox, 1)
    assert message.media
    assert message.media["document"]["file_name"] == "现场.png"
    await expect(log(page).get_by_role("link", name="打开文件：现场.png")).to_be_visible()
    await choose(page, picture())
    await expect(page.get_by_label("图片和视频按原文件发送")).not_to_be_checked()


async def test_files_are_dropped_and_pasted(sandbox: Sandbox, bot: EchoBot, open_page: OpenPage) -> None:
    page = await chat(bot, open_page)
    await page.evaluate(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File(["a"], "拖入.txt", { type: "text/plain" }));
            const chat = document.getElementById("chat");
            chat.dispatchEvent(new DragEvent("dragover", { dataTransfer: carried, bubbles: true, cancelable: true }));
            if (!chat.classList.contains("dropping")) throw new Error("nothing says where to drop");
            chat.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
            const pasted = new DataTransfer();
            pasted.items.add(new File(["b"], "粘贴.txt", { type: "text/plain" }));
            const paste = new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true });
            document.getElementById("text").dispatchEvent(paste);
        }"""
    )
    await expect(tray(page).get_by_role("listitem")).to_have_text([re.compile("拖入.txt"), re.compile("粘贴.txt")])
    await page.get_by_role("button", name="发送", exact=True).click()
    assert [one.media and one.media["document"]["file_name"] for one in await arrived(sandbox, 2)] == [
        "拖入.txt",
        "粘贴.txt",
    ]


async def test_what_cannot_be_sent_is_said_and_nothing_is_lost(bot: EchoBot, open_page: OpenPage) -> None:
    page = await chat(bot, open_page)
    await choose(page, paper("空.pdf", size=0))
    await expect(page.locator("#toasts")).to_contain_text("空文件无法发送")
    await choose(page, paper())
    await page.get_by_role("textbox").fill("字" * 1025)
    await page.get_by_role("button", name="发送", exact=True).click()
    await expect(page.locator("#toasts")).to_contain_text("最多 1024 个字符")
    await expect(tray(page)).to_contain_text("关于国庆节的通知.pdf")
    await choose(page, *(paper(f"{number}.pdf", size=1) for number in range(50)))
    await expect(page.locator("#toasts")).to_contain_text("一次最多发送 50 个文件")
    await expect(tray(page).get_by_role("listitem")).to_have_count(1)


async def test_files_that_did_not_go_stay_with_their_text(sandbox: Sandbox, bot: EchoBot, open_page: OpenPage) -> None:
    page = await chat(bot, open_page, forgive="503")
    await choose(page, paper())
    await page.get_by_role("textbox").fill("请查收")
    await page.route("**/files", lambda route: route.fulfill(status=503, json={}))
    await page.get_by_role("textbox").press("Enter")
    await expect(page.locator("#toasts")).to_contain_text("没有成功")
    await expect(tray(page)).to_contain_text("关于国庆节的通知.pdf")
    await expect(page.get_by_role("textbox")).to_have_value("请查收")


async def test_another_chat_does_not_get_the_chosen_files(bot: EchoBot, open_page: OpenPage) -> None:
    await bot.notify(7)
    page = await chat(bot, open_page)
    await choose(page, paper())
    await page.get_by_role("option").filter(has=page.get_by_text("王7", exact=True)).click()
    await expect(page.get_by_role("heading", name="王7")).to_be_visible()
    await expect(tray(page)).to_be_hidden()


async def test_what_no_browser_can_show_is_named_instead(sandbox: Sandbox, bot: EchoBot, open_page: OpenPage) -> None:
    page = await chat(bot, open_page)
    await sandbox.send_files(PERSON, [photo(b"no picture")])
    await sandbox.send_files(PERSON, [film(b"no film", "现场.mp4")])
    await expect(log(page).get_by_role("link", name="打开文件：图片")).to_contain_text("图片")
    await expect(log(page).get_by_role("link", name="打开文件：现场.mp4")).to_be_visible()
    await expect(log(page).locator("img, video")).to_have_count(0)


async def test_an_animation_moves_by_itself_unless_the_page_is_to_be_still(
    sandbox: Sandbox, bot: EchoBot, open_page: OpenPage
) -> None:
    page = await chat(bot, open_page)
    await sandbox.send_files(PERSON, [animation(GIF)])
    await expect(log(page).get_by_role("img", name="1.gif")).to_have_js_property("naturalWidth", 1)


GIF: Final = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")


async def test_hostile_names_captions_and_types_are_only_text(
    sandbox: Sandbox, bot: EchoBot, open_page: OpenPage
) -> None:
    page = await chat(bot, open_page)
    forged = '"><img src=x onerror="document.title=\'run\'">.html'
    html = b"<script>parent.document.title = 'run'</script>"
    for mime in ("text/html", "image/svg+xml", "image/png"):
        await sandbox.send_files(PERSON, [Upload(name=forged, mime=mime, content=html)], caption=f"<b>{forged}</b>")
    link = log(page).get_by_role("link", name=re.compile("onerror"))
    await expect(link).to_have_count(2)
    await expect(log(page).get_by_text("<b>", exact=False)).to_have_count(3)
    async with page.expect_download() as download:
        await link.first.click()
    saved = await (await download.value).path()
    assert Path(saved).read_bytes() == html
    assert await page.title() == "廉讯 · 演示"


async def test_an_album_of_the_bots_stands_before_its_text(bot: EchoBot, sandbox: Sandbox, open_page: OpenPage) -> None:
    known = []
    for number in range(3):
        (message,) = await sandbox.send_files(7, [photo(png(40, 30, 60 * number))])
        assert message.media
        known.append({"type": "photo", "media": message.media["photo"][-1]["file_id"]})
    await bot.call("sendMediaGroup", chat_id=PERSON, media=known)
    page = await chat(bot, open_page)
    await expect(log(page).locator(".album").get_by_role("img")).to_have_count(3)
    await expect(log(page).locator(".album + .message")).to_contain_text("国庆节廉洁提醒")
    await expect(log(page).locator(".album.own")).to_have_count(0)


async def test_an_album_that_is_deleted_is_gone_and_the_rest_stays(
    sandbox: Sandbox, bot: EchoBot, open_page: OpenPage
) -> None:
    files = []
    for number in range(2):
        (message,) = await sandbox.send_files(7, [photo(png(40, 30, 60 * number))])
        assert message.media
        files.append({"type": "photo", "media": message.media["photo"][-1]["file_id"]})
    album = [one["message_id"] for one in await bot.call("sendMediaGroup", chat_id=PERSON, media=files)]
    page = await chat(bot, open_page)
    await expect(log(page).locator(".album").get_by_role("img")).to_have_count(2)
    await bot.call("deleteMessage", chat_id=PERSON, message_id=album[0])
    await expect(log(page).locator(".album").get_by_role("img")).to_have_count(1)
    await bot.call("deleteMessages", chat_id=PERSON, message_ids=album[1:])
    await expect(log(page).locator(".album")).to_have_count(0)
    await expect(log(page)).to_contain_text("国庆节廉洁提醒")


async def test_on_a_phone_the_line_keeps_its_room_and_nothing_sticks_out(
    sandbox: Sandbox, bot: EchoBot, open_page: OpenPage
) -> None:
    await bot.notify(PERSON)
    page = await open_page(**PHONE)
    await page.get_by_role("option").first.click()
    await choose(page, picture("很长的文件名" * 12 + ".png"), paper())
    await expect(tray(page).get_by_role("listitem")).to_have_count(2)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    line = await page.get_by_role("textbox").bounding_box()
    assert line
    assert line["width"] > 180
    for button in await page.locator("#composer button:visible").all():
        box = await button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 40
        assert box["x"] + box["width"] <= PHONE["width"]
    await page.get_by_role("button", name="发送", exact=True).click()
    await arrived(sandbox, 2)
    await expect(log(page).locator(".own")).to_have_count(2)
    assert await log(page).evaluate("(log) => log.scrollWidth <= log.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_about_files_is_legible(
    sandbox: Sandbox, bot: EchoBot, open_page: OpenPage, scheme: str
) -> None:
    await sandbox.send_files(PERSON, [document(), document(b"2", "二.pdf")], caption="请查收")
    page = await chat(bot, open_page, color_scheme=scheme, reduced_motion="reduce")
    await choose(page, picture(), paper())
    await expect(tray(page).get_by_role("listitem")).to_have_count(2)
    contrast = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
    assert await page.evaluate(contrast.partition("\n")[2]) == []


async def test_in_english_all_of_it_is_english(bot: EchoBot, open_page: OpenPage) -> None:
    page = await chat(bot, open_page, locale="en-GB")
    await choose(page, paper("a.pdf"))
    await expect(page.get_by_role("button", name="Remove: a.pdf")).to_be_visible()
    await expect(page.get_by_label("Send pictures and videos as plain files")).to_be_visible()
