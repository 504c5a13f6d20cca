"""The sandbox: a Bot API server for one bot, with a page where people chat with it. Nothing leaves the machine."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from bot.sandbox import acts
from bot.sandbox.api import BotApi
from bot.sandbox.chats import Chat, Chats, Message, Standing
from bot.sandbox.events import Events
from bot.sandbox.faults import FaultSwitches
from bot.sandbox.guard import Guard
from bot.sandbox.journal import Journal
from bot.sandbox.limits import Limits
from bot.sandbox.page_api import PageApi
from bot.sandbox.page_files import PageFiles
from bot.sandbox.panel import Panel
from bot.sandbox.parameters import Upload
from bot.sandbox.updates import Backoff, Updates
from bot.sandbox.world import Call, Toast, World
from schedules.clock import Clock

_LARGEST_BODY: Final = 64 * 2**20
_SHUTDOWN_SECONDS: Final = 1.0


class Sandbox:
    """The embedded Bot API.

    ``steady`` (seconds) measures the limits and ``now`` (aware) dates the messages; both are the machine's unless
    given. ``store`` is a file that keeps chats and pending updates over a restart. ``hosts`` are further names
    under which the page may be opened. ``strict`` writes unknown parameters into ``violations``. With
    ``welcome_all`` every positive chat id is a person whom the bot has met. ``keep_messages`` is for each chat,
    ``keep_calls`` for the log of calls.
    """

    def __init__(  # noqa: PLR0913 -- every one has a default but the token
        self,
        *,
        token: str,
        username: str = "lianxun_demo_bot",
        steady: Callable[[], float] | None = None,
        now: Callable[[], datetime] | None = None,
        limits: Limits | None = None,
        panel: Panel | None = None,
        store: Path | None = None,
        hosts: Sequence[str] = (),
        strict: bool = False,
        welcome_all: bool = False,
        keep_messages: int = 500,
        keep_calls: int = 20_000,
        backoff: Backoff | None = None,
    ) -> None:
        """Prepare; ``start`` opens the port."""
        clock = Clock(ZoneInfo("UTC"))
        self.token = token
        self.faults = FaultSwitches()
        self._now = now or clock.now
        self.world = World(
            token=token,
            username=username,
            steady=steady or clock.steady,
            now=self._now,
            limits=limits or Limits(),
            chats=Chats(keep=keep_messages, welcome_all=welcome_all),
            updates=Updates(self._now, backoff=backoff),
            calls=keep_calls,
        )
        self.world.chats.on_change.append(lambda chat, _: self._events.chat_changed(chat.chat_id))
        self._journal = Journal(store, self.world) if store else None
        self._events = Events(self.world.steady, panel)
        self._files = PageFiles()
        self._names = set(hosts)
        self._api = BotApi(self.world, self.faults, token=token, strict=strict)
        self._page: PageApi | None = None
        self._runner: web.ServerRunner | None = None
        self._root = ""

    # Life

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Take back what was kept, open the port (0: any free one) and answer."""
        if self._journal is not None:
            await self._journal.open()
        await asyncio.to_thread(self._files.read)
        self._page = PageApi(self.world, self._events, Guard({host, *self._names}), self._files)
        server = web.Server(self._answer, request_factory=_request, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, backlog=1024)
        await site.start()
        bound = self._runner.addresses[0][1]
        shown = f"[{host}]" if ":" in host else host
        self._root = f"http://{shown}:{bound}"
        self.world.updates.resume()

    async def stop(self) -> None:
        """Let go of whoever waits or hangs, close the port, and write down what is kept."""
        self.faults.clear()
        await self._events.stop()
        await self.world.updates.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._journal is not None:
            await self._journal.close()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith("/bot"):
            return await self._api.answer(request)
        if path.startswith("/file/bot"):
            return self._api.file(request)
        if self._page is None:
            return web.Response(status=503)
        return await self._page.answer(request)

    @property
    def panel(self) -> Panel | None:
        """What the page's panel shows and moves; may be given after the sandbox was made."""
        return self._events.panel

    @panel.setter
    def panel(self, panel: Panel) -> None:
        self._events.panel = panel

    @property
    def url(self) -> str:
        """The root address, without a slash at its end."""
        return self._root

    # What is known

    @property
    def chats(self) -> Chats:
        """Every chat."""
        return self.world.chats

    @property
    def floods(self) -> dict[str, int]:
        """How often each limit refused: ``overall``, ``per_chat``, ``group_per_minute``."""
        return dict(self.world.gate.floods)

    @property
    def violations(self) -> deque[str]:
        """With ``strict``: each unknown method or parameter that was called."""
        return self.world.violations

    def add_person(self, chat_id: int, name: str, language: str = "", *, detail: str = "") -> Chat:
        """A person the bot may write to."""
        return self.world.chats.add_person(chat_id, name, language, detail=detail)

    def messages(self, chat_id: int) -> list[Message]:
        """A chat's messages, oldest first."""
        return self.world.chats.messages(chat_id)

    def calls(self, method: str | None = None) -> list[Call]:
        """Every call so far, oldest first, or those of one method."""
        return [call for call in self.world.calls if method is None or call.method == method]

    # What people do

    async def send_text(
        self, chat_id: int, text: str, *, sender_id: int | None = None, entities: Sequence[Mapping[str, Any]] = ()
    ) -> Message:
        """A person writes (in a group: ``sender_id``); ``entities`` format the text, as the Bot API has them."""
        return acts.write(self.world, chat_id, text, sender_id=sender_id, entities=entities)

    async def send_files(
        self,
        chat_id: int,
        uploads: Sequence[Upload],
        *,
        caption: str = "",
        entities: Sequence[Mapping[str, Any]] = (),
        as_documents: bool = False,
    ) -> list[Message]:
        """A person sends files chosen at once: several are albums. Pictures and films to be seen, unless told."""
        return acts.send_files(
            self.world, chat_id, uploads, caption=caption, entities=entities, as_documents=as_documents
        )

    async def press(
        self, chat_id: int, message_id: int, data: str, *, user_id: int | None = None, seconds: float = 5.0
    ) -> Toast | None:
        """A press on a button, and the bot's answer; None when none came within ``seconds``.

        The press may be forged: any data, a message that is not there, another ``user_id``.
        """
        return await acts.answered(acts.tap(self.world, chat_id, message_id, data, user_id=user_id), seconds)

    def block(self, chat_id: int) -> None:
        """A person blocks the bot."""
        acts.block(self.world, chat_id, blocked=True)

    def unblock(self, chat_id: int) -> None:
        """A person takes the bot back."""
        acts.block(self.world, chat_id, blocked=False)

    def deactivate(self, chat_id: int) -> None:
        """A person's account is deleted."""
        self.world.chats.set_standing(chat_id, Standing.DEACTIVATED)

    def lose(self, chat_id: int) -> None:
        """A chat that is no longer found."""
        self.world.chats.set_standing(chat_id, Standing.GONE)

    def push_update(self, update: dict[str, Any]) -> None:
        """Any update, as a test wants it."""
        self.world.updates.push_as_is(update)


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    """A request whose body may be as large as the Bot API takes it."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST_BODY)
