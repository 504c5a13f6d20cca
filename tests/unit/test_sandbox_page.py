"""What the page asks of the sandbox, who may ask, and the news it gets."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox import NO_LIMITS, MoveRefused, NextNotice, PanelState, SendingProgress, Step
from tests.sandboxed import MORNING, Line, sandboxed

KEYBOARD = {
    "inline_keyboard": [[{"text": "✅ 已知悉", "callback_data": "a1:1"}, {"text": "网", "url": "https://example.org"}]]
}
NEXT = NextNotice(at=datetime(2026, 9, 21, 9, 10, tzinfo=UTC), title="国庆", kind="holiday")


LAST_DAY = "今天已是最后一个工作日"


class Desk:
    """A panel whose clock stands still between moves."""

    def __init__(self) -> None:
        self.clock = MORNING
        self.progress: SendingProgress | None = None
        self.failures = 0

    async def state(self) -> PanelState:
        """The present."""
        if self.failures:
            self.failures -= 1
            raise TimeoutError
        return PanelState(clock=self.clock, zone="Asia/Shanghai", next=NEXT, progress=self.progress)

    async def move(self, to: Step) -> PanelState:
        """An hour on; a working day is refused."""
        if to is Step.WORKDAY:
            raise MoveRefused(LAST_DAY)
        self.clock += timedelta(hours=1)
        return await self.state()


async def test_people_are_found_by_every_word_and_the_newest_message_comes_first() -> None:
    async with sandboxed(limits=NO_LIMITS) as (sandbox, line):
        sandbox.add_person(6, "李伟", "en", detail="教育局 · 基建岗")
        sandbox.add_person(8, "王芳", detail="财政局 · 出纳岗")
        await line.done("sendMessage", chat_id=6, text="<b>第一</b>\n条", parse_mode="HTML")
        await line.done("sendMessage", chat_id=5, text="第二条")
        status, found = await line.get("/sandbox/people?limit=2")
        assert (status, found["total"], [person["chat_id"] for person in found["people"]]) == (200, 4, [5, 6])
        assert found["people"][1] == {
            "chat_id": 6,
            "name": "李伟",
            "detail": "教育局 · 基建岗",
            "language": "en",
            "blocked": False,
            "unread": 1,
            "last": {"text": "第一 条", "kind": None, "at": MORNING.isoformat()},
        }
        _, found = await line.get("/sandbox/people?q=王 财政")
        assert {person["chat_id"] for person in found["people"]} == {5, 8}
        _, found = await line.get("/sandbox/people?q=王 财政&offset=1&limit=5")
        assert (found["total"], len(found["people"])) == (2, 1)


async def test_a_chat_is_shown_as_safe_html_and_read_by_showing_it() -> None:
    async with sandboxed(limits=NO_LIMITS) as (sandbox, line):
        await line.done("setMyCommands", commands=[{"command": "inbox", "description": "待办"}])
        text = '<b>&lt;script&gt;</b> <a href="https://example.org/?a=1&amp;b=2">网</a>'
        await line.done(
            "sendMessage", chat_id=5, text=text, parse_mode="HTML", protect_content=True, reply_markup=KEYBOARD
        )
        await sandbox.send_text(5, "<img src=x>")
        _, chat = await line.get("/sandbox/chats/5")
        notice, written = chat["messages"]
        assert chat["commands"] == [{"command": "inbox", "description": "待办"}]
        assert notice["html"].startswith("<b>&lt;script&gt;</b> <a href=")
        assert notice["buttons"] == [
            [{"text": "✅ 已知悉", "data": "a1:1"}, {"text": "网", "url": "https://example.org"}]
        ]
        assert (notice["from"], notice["protected"], notice["edited_at"]) == ("bot", True, None)
        assert (written["from"], written["html"]) == ("person", "&lt;img src=x&gt;")
        _, found = await line.get("/sandbox/people?q=王")
        assert found["people"][0]["unread"] == 0


async def test_a_link_that_would_run_is_never_shown_as_one() -> None:
    async with sandboxed() as (_, line):
        entities = [{"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"}]
        await line.done("sendMessage", chat_id=5, text="x", entities=entities)
        _, chat = await line.get("/sandbox/chats/5")
        assert chat["messages"][0]["html"] == "x"


async def test_a_person_writes_presses_and_blocks() -> None:
    async with sandboxed() as (_, line):
        sent = await line.done("sendMessage", chat_id=5, text="x", reply_markup=KEYBOARD)
        assert (await line.post("/sandbox/chats/5/messages", {"text": "/inbox"}))[0] == 200
        press = {"message_id": sent["message_id"], "data": "a1:1"}
        pressing = asyncio.create_task(line.post("/sandbox/chats/5/presses", press))
        written, *_ = await line.done("getUpdates", timeout=50)
        assert written["message"]["text"] == "/inbox"
        (pressed,) = await line.done("getUpdates", offset=written["update_id"] + 1, timeout=50)
        await line.done("answerCallbackQuery", callback_query_id=pressed["callback_query"]["id"], text="已记录")
        assert await pressing == (200, {"toast": "已记录", "alert": False, "answered": True})
        assert await line.post("/sandbox/chats/5/block", {"blocked": True}) == (200, {"blocked": True})
        assert (await line.post("/sandbox/chats/5/messages", {"text": "hello"}))[0] == 409
        assert await line.refusal("sendMessage", chat_id=5, text="x") == "Too Many Requests: retry after 1"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/sandbox/chats/99/messages", {"text": "x"}, 404),
        ("/sandbox/chats/5/nothing", {}, 404),
        ("/sandbox/chats/5/messages", {"text": " "}, 400),
        ("/sandbox/chats/5/messages", ["text"], 400),
        ("/sandbox/chats/5/presses", {"message_id": 1, "data": "forged"}, 404),
        ("/sandbox/chats/5/presses", {"message_id": [1], "data": "forged"}, 400),
        ("/sandbox/chats/5/presses", {"message_id": {}, "data": "forged"}, 400),
        ("/sandbox/chats/5/block", {"blocked": "yes"}, 400),
        ("/sandbox/panel/move", {"to": "next"}, 409),
    ],
)
async def test_what_cannot_be_done_is_refused(path: str, body: object, status: int) -> None:
    async with sandboxed() as (_, line):
        answer = await line.post(path, body)
        assert answer[0] == status
        assert set(answer[1]) == {"refused"}


async def test_the_panel_shows_and_moves_the_clock() -> None:
    async with sandboxed(panel=Desk()) as (_, line):
        _, panel = await line.get("/sandbox/panel")
        assert panel == {
            "clock": MORNING.isoformat(),
            "zone": "Asia/Shanghai",
            "next": {"at": NEXT.at.isoformat(), "title": "国庆", "titles": {}, "kind": "holiday"},
            "progress": None,
            "movable": True,
        }
        _, panel = await line.post("/sandbox/panel/move", {"to": "hour"})
        assert panel["clock"] == (MORNING + timedelta(hours=1)).isoformat()
        status, said = await line.post("/sandbox/panel/move", {"to": "workday"})
        assert (status, said["error"]) == (409, LAST_DAY)
        status, _ = await line.post("/sandbox/panel/move", {"to": "yesterday"})
        assert status == 400


async def test_without_a_panel_the_clock_cannot_be_moved() -> None:
    async with sandboxed() as (_, line):
        _, panel = await line.get("/sandbox/panel")
        assert (panel["clock"], panel["movable"]) == (MORNING.isoformat(), False)


async def test_calls_are_counted_and_listed_for_other_processes() -> None:
    async with sandboxed() as (_, line):
        await line.done("sendMessage", chat_id=5, text="x")
        await line.refusal("sendMessage", chat_id=5, text="y")
        await line.done("getMe", nonsense=1)
        _, tally = await line.get("/sandbox/tally")
        assert tally == {
            "calls": {"sendMessage": {"200": 1, "429": 1}, "getMe": {"200": 1}},
            "floods": {"per_chat": 1},
            "violations": ["getMe: there is no parameter nonsense"],
        }
        _, calls = await line.get("/sandbox/calls?method=sendMessage&limit=1")
        assert calls == [{"method": "sendMessage", "chat_id": 5, "status": 429, "at": 1000.0}]


# Who may ask


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
    ],
)
async def test_another_site_may_not_post(headers: dict[str, str]) -> None:
    async with sandboxed() as (sandbox, line):
        url = f"{sandbox.url}/sandbox/chats/5/messages"
        given = {"Content-Type": "application/json", **headers}
        async with line.session.post(url, data=b'{"text": "x"}', headers=given) as answer:
            assert answer.status == 403
        assert sandbox.messages(5) == []


async def test_the_page_itself_may_post() -> None:
    async with sandboxed() as (sandbox, line):
        own = {"Origin": sandbox.url, "Sec-Fetch-Site": "same-origin"}
        status, _ = await line.post("/sandbox/chats/5/messages", {"text": "x"}, **own)
        assert status == 200


async def test_a_further_name_must_be_allowed() -> None:
    async with sandboxed(hosts=["demo.lan"]) as (_, line):
        assert (await line.get("/sandbox/panel", Host="demo.lan:8080"))[0] == 200
        assert (await line.get("/sandbox/panel", Host="localhost:8080"))[0] == 200
        assert (await line.get("/sandbox/panel", Host="demo.example"))[0] == 403


async def test_every_answer_of_the_page_says_what_a_browser_may_do_with_it() -> None:
    async with sandboxed() as (sandbox, line):
        for path in ("/", "/sandbox/people", "/sandbox/static/main.js", "/sandbox/static/nothing.js"):
            async with line.session.get(sandbox.url + path) as answer:
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';"), path
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_file_that_is_no_picture_is_never_opened_in_the_page() -> None:
    async with sandboxed() as (sandbox, line):
        body = aiohttp.FormData({"chat_id": "5"})
        body.add_field("document", b"<script>", filename="a.html", content_type="text/html")
        async with line.session.post(f"{sandbox.url}/bot{sandbox.token}/sendDocument", data=body) as answer:
            assert answer.status == 200
        _, chat = await line.get("/sandbox/chats/5")
        media = chat["messages"][0]["media"]
        assert (media["kind"], media["name"], media["size"]) == ("document", "a.html", 8)
        async with line.session.get(sandbox.url + media["url"]) as answer:
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a.html"


# News


async def news(line: Line) -> AsyncGenerator[tuple[str, Any], None]:
    """The events of the page, as they come."""
    async with line.session.get(f"{line.sandbox.url}/sandbox/events") as answer:
        assert answer.content_type == "text/event-stream"
        yield "open", None
        kind = ""
        async for row in answer.content:
            name, _, value = row.decode().strip().partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                yield kind, json.loads(value)


async def test_a_busy_moment_is_told_in_a_few_lines() -> None:
    async with sandboxed(limits=NO_LIMITS) as (_, line):
        events = news(line)
        await anext(events)
        for _ in range(50):
            await line.done("sendMessage", chat_id=5, text="x")
        told = [await anext(events), await anext(events)]
        assert told == [("chat", {"chat_id": 5}), ("people", {})]
        await events.aclose()


async def test_a_moved_clock_and_progress_are_told() -> None:
    desk = Desk()
    async with sandboxed(panel=desk) as (_, line):
        events = news(line)
        await anext(events)
        assert [(await anext(events))[0], (await anext(events))[0]] == ["clock", "progress"]
        desk.progress = SendingProgress(
            title="国庆", recipients=3, delivered=1, planned=2, unreachable=0, acknowledged=0, obligations=3, rate=30.0,
            seconds_left=0.1, kind="reminder",
        )  # fmt: skip
        await line.post("/sandbox/panel/move", {"to": "hour"})
        told = {kind: state async for kind, state in _take(events, 2)}
        assert told["clock"]["clock"] == (MORNING + timedelta(hours=1)).isoformat()
        assert told["progress"]["progress"]["delivered"] == 1
        assert told["progress"]["progress"]["kind"] == "reminder"
        await events.aclose()


async def _take(events: AsyncIterator[tuple[str, Any]], count: int) -> AsyncIterator[tuple[str, Any]]:
    for _ in range(count):
        yield await anext(events)


async def test_a_panel_that_fails_once_is_asked_again() -> None:
    desk = Desk()
    desk.failures = 1
    async with sandboxed(panel=desk) as (_, line):
        events = news(line)
        await anext(events)
        assert (await anext(events))[0] == "clock"
        await events.aclose()


async def test_stopping_ends_the_news() -> None:
    async with sandboxed() as (sandbox, line):
        events = news(line)
        await anext(events)
        await sandbox.stop()
        with pytest.raises(StopAsyncIteration):
            await anext(events)
