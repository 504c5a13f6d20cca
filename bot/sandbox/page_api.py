"""The page and what it asks of the sandbox: people, chats, presses, the panel; JSON under ``/sandbox/``."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from aiohttp import web

from bot.sandbox import acts, views
from bot.sandbox.chats import Chat, Standing
from bot.sandbox.events import Events
from bot.sandbox.guard import HEADERS, Guard, PageRefusal
from bot.sandbox.page_files import PageFiles
from bot.sandbox.panel import MoveRefused, Step, as_json
from bot.sandbox.uploads import read_files
from bot.sandbox.world import World
from messages.text.marked import length16

_CHAT: Final = re.compile(r"/sandbox/chats/(-?\d{1,18})(/\w+)?")
_FILES: Final = re.compile(r"/sandbox/chats/(-?\d{1,18})/files")
_PRESS_SECONDS: Final = 5.0
_TEXT_LONGEST: Final = 4096
_MOST_PEOPLE: Final = 200
_INLINE: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4"})

Body: TypeAlias = dict[str, Any]


class PageApi:
    """Answers everything that is not the Bot API."""

    def __init__(self, world: World, events: Events, guard: Guard, files: PageFiles) -> None:
        """``events.panel`` is the panel, if there is one."""
        self._world = world
        self._events = events
        self._guard = guard
        self._files = files
        self._moving = asyncio.Lock()
        self._gets: dict[str, Callable[[web.BaseRequest], Awaitable[object]]] = {
            "/sandbox/people": self._people,
            "/sandbox/panel": self._panel,
            "/sandbox/tally": self._tally,
            "/sandbox/calls": self._calls,
        }
        self._acts: dict[str, Callable[[Chat, Body], Awaitable[object]]] = {
            "/messages": self._write,
            "/presses": self._press,
            "/block": self._block,
        }

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request of the page."""
        try:
            return await self._route(request)
        except PageRefusal as refusal:
            return _json(refusal.body, refusal.status)

    async def _route(self, request: web.BaseRequest) -> web.StreamResponse:
        if objection := self._guard.objection(request, form=bool(_FILES.fullmatch(request.path))):
            raise PageRefusal(403, objection)
        if request.method in {"GET", "HEAD"}:
            return await self._get(request)
        if request.method == "POST":
            return _json(await self._post(request))
        raise PageRefusal(405, "GET and POST are accepted")

    async def _get(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path == "/sandbox/events":
            return await self._events.stream(request, HEADERS)
        if path.startswith("/sandbox/files/"):
            return self._file(path.removeprefix("/sandbox/files/"))
        if handler := self._gets.get(path):
            return _json(await handler(request))
        if (match := _CHAT.fullmatch(path)) and match[2] is None:
            return _json(self._chat(int(match[1])))
        found = self._files.get(path)
        if found is None:
            raise PageRefusal(404, "there is nothing here")
        return web.Response(body=found.content, headers={**HEADERS, "Content-Type": found.content_type})

    async def _post(self, request: web.BaseRequest) -> object:
        if match := _FILES.fullmatch(request.path):
            return await self._send_files(self._known(int(match[1])), request)
        body = await _body(request)
        if request.path == "/sandbox/panel/move":
            return await self._move(body)
        match = _CHAT.fullmatch(request.path)
        act = self._acts.get(match[2] or "") if match else None
        if match is None or act is None:
            raise PageRefusal(404, "there is nothing here")
        return await act(self._known(int(match[1])), body)

    def _known(self, chat_id: int) -> Chat:
        chat = self._world.chats.find(chat_id)
        if chat is None:
            raise PageRefusal(404, "there is no such chat")
        return chat

    # What the bot called: for tests and benchmarks that run the sandbox in a process of its own

    async def _tally(self, _request: web.BaseRequest) -> object:
        return views.tally(self._world)

    async def _calls(self, request: web.BaseRequest) -> object:
        return views.calls(self._world, request.query.get("method"), _count(request.query.get("limit", "1000")))

    # People and chats

    async def _people(self, request: web.BaseRequest) -> object:
        query = request.query
        offset, limit = _count(query.get("offset", "0")), _count(query.get("limit", "50"))
        return views.people(self._world.chats, query.get("q", ""), offset, min(limit, _MOST_PEOPLE))

    def _chat(self, chat_id: int) -> object:
        chat = self._known(chat_id)
        self._world.chats.mark_read(chat)
        return views.chat(chat, self._world.commands_for(chat))

    async def _write(self, chat: Chat, body: Body) -> object:
        text = body.get("text")
        if not isinstance(text, str) or not text.strip() or length16(text) > _TEXT_LONGEST:
            raise PageRefusal(400, "a text of 1 to 4096 characters is accepted")
        _check_open(chat)
        return {"id": acts.write(self._world, chat.chat_id, text.strip()).message_id}

    async def _send_files(self, chat: Chat, request: web.BaseRequest) -> object:
        _check_open(chat)
        given = await read_files(request)
        _check_open(chat)  # it took a while
        sent = acts.send_files(
            self._world, chat.chat_id, given.uploads, caption=given.caption, as_documents=given.as_documents
        )
        return {"ids": [message.message_id for message in sent]}

    async def _press(self, chat: Chat, body: Body) -> object:
        number, data = body.get("message_id"), body.get("data")
        if not isinstance(number, int):
            raise PageRefusal(400, "message_id: a whole number is accepted")
        message = chat.messages.get(number)
        if message is None or not isinstance(data, str) or data not in views.callback_data(message):
            raise PageRefusal(404, "there is no such button")
        toast = await acts.answered(acts.tap(self._world, chat.chat_id, message.message_id, data), _PRESS_SECONDS)
        return {
            "toast": toast.text if toast else None,
            "alert": bool(toast and toast.show_alert),
            "answered": toast is not None,
        }

    async def _block(self, chat: Chat, body: Body) -> object:
        blocked = body.get("blocked")
        if not isinstance(blocked, bool):
            raise PageRefusal(400, "blocked: true or false is accepted")
        acts.block(self._world, chat.chat_id, blocked=blocked)
        return {"blocked": chat.standing is not Standing.OPEN}

    def _file(self, file_id: str) -> web.Response:
        file = self._world.files.get(file_id)
        if file is None:
            raise PageRefusal(404, "there is no such file")
        inline = file.mime in _INLINE
        kind = file.mime if inline else "application/octet-stream"
        name = quote(file.name, safe="", errors="replace")
        shown = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{name}"
        return web.Response(body=file.content, headers={**HEADERS, "Content-Type": kind, "Content-Disposition": shown})

    # The panel

    async def _panel(self, _request: web.BaseRequest) -> object:
        panel = self._events.panel
        if panel is None:
            return {
                "clock": self._world.now().isoformat(),
                "zone": "UTC",
                "next": None,
                "progress": None,
                "movable": False,
            }
        return as_json(await panel.state(), movable=True)

    async def _move(self, body: Body) -> object:
        panel = self._events.panel
        if panel is None:
            raise PageRefusal(409, "this clock cannot be moved")
        try:
            step = Step(body.get("to", ""))
        except ValueError:
            raise PageRefusal(400, f"to: one of {', '.join(Step)} is accepted") from None
        if self._moving.locked():
            raise PageRefusal(409, "a move is under way")
        async with self._moving:
            try:
                state = await panel.move(step)
            except MoveRefused as refusal:
                raise PageRefusal(409, "the move was refused", str(refusal)) from None
        self._events.panel_changed(state)
        return as_json(state, movable=True)


def _check_open(chat: Chat) -> None:
    if chat.standing is not Standing.OPEN:
        raise PageRefusal(409, "the bot is blocked here")


def _json(body: object, status: int = 200) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        body=text.encode("utf-8", "replace"), status=status, headers={**HEADERS, "Cache-Control": "no-store"},
        content_type="application/json",
    )  # fmt: skip


async def _body(request: web.BaseRequest) -> Body:
    try:
        body: Mapping[str, Any] = json.loads(await request.read())
    except ValueError:
        raise PageRefusal(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise PageRefusal(400, "a JSON object is accepted")
    return body


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 -- nine digits are plenty
        raise PageRefusal(400, "offset and limit are whole numbers")
    return int(text)
