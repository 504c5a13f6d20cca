"""A small bot and a small panel behind the page: the bot talks to the sandbox over real HTTP, as any bot would."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import aiohttp

from bot.sandbox import NextNotice, PanelState, Sandbox, SendingProgress, Step

ZONE: Final = ZoneInfo("Asia/Shanghai")
START: Final = datetime(2026, 9, 18, 16, 42, tzinfo=ZONE)
DUE: Final = datetime(2026, 9, 21, 9, 10, tzinfo=ZONE)
NOTICE: Final = '<b>【提示】国庆节廉洁提醒</b>\n\n1. 不收送礼品、礼金和<u>电子红包</u>；\n<a href="https://example.org/rules">规定</a>'
BUTTON: Final = "✅ 已知悉"
RECORDED: Final = "已记录 09:12"
COMMANDS: Final = [
    {"command": "inbox", "description": "等待我签收的通知"},
    {"command": "language", "description": "切换语言"},
    {"command": "help", "description": "使用帮助"},
]


class EchoBot:
    """Answers presses and commands; nothing more."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Talk to this sandbox."""
        self._root = f"{sandbox.url}/bot{sandbox.token}"
        self._http = aiohttp.ClientSession()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Set the commands and listen."""
        await self.call("setMyCommands", commands=COMMANDS)
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._http.close()

    async def call(self, method: str, **params: Any) -> Any:  # noqa: ANN401 -- the Bot API's result
        """One call of the Bot API."""
        async with self._http.post(f"{self._root}/{method}", json=params) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def notify(self, chat_id: int, text: str = NOTICE, *, data: str = "a1:1", protect: bool = True) -> None:
        """Send a notice with its button."""
        keyboard = {"inline_keyboard": [[{"text": BUTTON, "callback_data": data}]]}
        await self.call(
            "sendMessage", chat_id=chat_id, text=text, parse_mode="HTML", reply_markup=keyboard, protect_content=protect
        )

    async def _listen(self) -> None:
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                await self._answer(update)

    async def _answer(self, update: dict[str, Any]) -> None:
        if press := update.get("callback_query"):
            await self._recorded(press)
        elif (message := update.get("message")) and message.get("text", "").startswith("/"):
            await self.call("sendMessage", chat_id=message["chat"]["id"], text=f"{message['text']} 收到")

    async def _recorded(self, press: dict[str, Any]) -> None:
        if press["data"] == "later":
            await self.call("answerCallbackQuery", callback_query_id=press["id"], text="请尽快签收。", show_alert=True)
            return
        await self.call("answerCallbackQuery", callback_query_id=press["id"], text=RECORDED)
        where = {"chat_id": press["message"]["chat"]["id"], "message_id": press["message"]["message_id"]}
        await self.call("editMessageText", **where, text=f"{NOTICE}\n\n✅ 已签收", parse_mode="HTML")


class Desk:
    """A panel of its own: a clock that stands still until it is moved."""

    def __init__(self, kind: Literal["notice", "reminder"] = "notice") -> None:
        """A Friday afternoon, the notice (or a reminder of it) due on Monday."""
        notice = NextNotice(at=DUE, title="国庆节廉洁提醒（正式）", kind=kind)
        self._kind = kind
        self._state = PanelState(clock=START, zone="Asia/Shanghai", next=notice)

    def now(self) -> datetime:
        """What the clock shows."""
        return self._state.clock

    async def state(self) -> PanelState:
        """What to show."""
        return self._state

    async def move(self, to: Step) -> PanelState:
        """Move on; at the notice, half of it is sent."""
        if to is Step.NEXT:
            self._state = replace(self._state, clock=DUE, next=None, progress=replace(HALF, kind=self._kind))
        else:
            self._state = replace(self._state, clock=self._state.clock + timedelta(hours=1 if to is Step.HOUR else 24))
        return self._state


HALF: Final = SendingProgress(
    title="国庆节廉洁提醒（正式）",
    recipients=2379,
    delivered=1200,
    planned=1169,
    unreachable=10,
    acknowledged=306,
    obligations=2448,
    rate=29.8,
    seconds_left=39.2,
)
