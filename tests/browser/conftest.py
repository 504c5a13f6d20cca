"""A sandbox with 2,379 people and a bot behind it; an office's dashboard; a real browser before both."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from bot.sandbox import NO_LIMITS, Sandbox
from bot.service import Service
from tests import hurry
from tests.browser.bot import Desk, EchoBot
from tests.dashboard import link_for
from tests.service import BEFORE, DUE, Town, town

PEOPLE: Final = 2379
PHONE: Final = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HOSTILE: Final = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
_QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_MS: Final = 40_000

expect.set_options(timeout=_PATIENCE_MS)

OpenPage: TypeAlias = Callable[..., Awaitable[Page]]
Enter: TypeAlias = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """The sandbox, everyone in it; nothing sent yet."""
    sandbox = peopled()
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


def peopled() -> Sandbox:
    """A sandbox that is not started yet, with everyone in it."""
    desk = Desk()
    sandbox = Sandbox(token="1:browser", limits=NO_LIMITS, panel=desk, now=desk.now)
    for number in range(1, PEOPLE + 1):
        english = number == PEOPLE
        name = "Helen Carter" if english else f"王{number}"
        detail = "Finance Bureau · Procurement desk" if english else f"财政局 · 采购岗 {number}"
        sandbox.add_person(number, name, "en" if english else "zh-hans", detail=detail)
    return sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def bot(sandbox: Sandbox) -> AsyncIterator[EchoBot]:
    """The bot, listening."""
    bot = EchoBot(sandbox)
    await bot.start()
    yield bot
    await bot.stop()


def is_complaint(line: ConsoleMessage, forgive: str) -> bool:
    """Whether the page complains of something that the test did not do on purpose."""
    return line.type in {"error", "warning"} and not (forgive and forgive in line.text)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium where it is installed, Playwright's own elsewhere."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(sandbox: Sandbox, browser: Browser) -> AsyncIterator[OpenPage]:
    """Open the page as a reader with some language, screen and taste; nothing may leave the host or complain."""
    requests: list[str] = []
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    async def opened(
        *,
        locale: str = "zh-CN",
        width: int = 1280,
        height: int = 800,
        forgive: str = "",
        **taste: Any,  # noqa: ANN401 -- Playwright's own options of a context
    ) -> Page:
        context = await browser.new_context(locale=locale, viewport={"width": width, "height": height}, **taste)
        contexts.append(context)
        page = await context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line, forgive) else None)
        await page.goto(sandbox.url)
        await expect(page.locator("body")).to_have_attribute("data-page", "ready")
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert [url for url in requests if not url.startswith(f"{sandbox.url}/")] == []
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def office(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Town, Service]]:
    """An office of twelve, the service running for it; the notice before the National Day is out."""
    hurry.look_often(monkeypatch)
    hurry.leave_no_chat_alone(monkeypatch)
    shutil.copyfile(sqlite_template, tmp_path / "lianxun.db")
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
