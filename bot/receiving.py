"""The receivers of this process: an intake for each bot, by polling or by webhook.

Of polling processes one alone may ask for a bot's updates, so polling is a lease; webhooks come to whichever process
they are delivered to.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web
from telegram.error import TelegramError

from bot.chat.commands import publish_menu
from bot.chat.desk import Desk
from bot.chat.routing import Chat
from bot.lines import Line, Lines
from bot.outage import WAIT_SECONDS, Outage
from bot.settings import Settings, TelegramMode
from bot.telegram.incoming import Update
from bot.telegram.ordering import Inbox, Later
from bot.telegram.updates import WEBHOOK_PATH, PollingIntake, WebhookIntake
from messages.store.bots import MAIN_BOT
from messages.store.lease import Duty, Lease, Leases

_LOOK_SECONDS: Final = 0.5
_MENUS_FOLLOW: Final = 60.0
"""Seconds between two looks at whose rights have changed."""
_MENU_AGAIN: Final = 30
"""Seconds until the menu of commands is tried again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Receiver:
    line: Line
    desk: Desk
    intake: PollingIntake | WebhookIntake
    tasks: tuple[asyncio.Task[None], ...]


class Receivers:
    """Receives for every bot that this process gets hold of."""

    def __init__(
        self, settings: Settings, lines: Lines, leases: Leases, *, desk: Callable[[Line], Desk], outage: Outage
    ) -> None:
        """``desk`` makes a bot's desk."""
        self._settings = settings
        self._lines = lines
        self._leases = leases
        self._desk = desk
        self._outage = outage
        self._polls = settings.telegram_mode is TelegramMode.POLLING
        self._running: dict[int, _Receiver] = {}

    async def run(self) -> None:
        """Receive until cancelled; then what was taken is finished."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            await self._end([*self._running])

    async def handle(self, request: web.Request) -> web.Response:
        """``POST /telegram/webhook`` (the main bot) and ``/telegram/webhook/N``: 404 for a bot that is not served."""
        receiver = self._running.get(int(request.match_info.get("bot", MAIN_BOT)))
        if receiver is None or not isinstance(receiver.intake, WebhookIntake):
            return web.Response(status=HTTPStatus.NOT_FOUND)
        return await receiver.intake.handle(request)

    async def _look(self) -> None:
        lines = {line.bot_id: line for line in await self._lines.current()}
        lost = [
            bot_id
            for bot_id, receiver in self._running.items()
            if lines.get(bot_id) is not receiver.line or not self._may(bot_id) or receiver.tasks[0].done()
        ]
        await self._end(lost)
        for bot_id, line in lines.items():
            if bot_id not in self._running and (not self._polls or await self._leases.take(_lease(bot_id))):
                self._running[bot_id] = self._begin(line)

    def _may(self, bot_id: int) -> bool:
        return not self._polls or self._leases.holds(_lease(bot_id))

    def _begin(self, line: Line) -> _Receiver:
        desk = self._desk(line)
        chat = Chat(desk)
        inbox = Inbox(self._patient(chat))
        intake = PollingIntake(line.bot, inbox) if self._polls else self._webhook(line, inbox)
        tasks = asyncio.create_task(intake.run()), asyncio.create_task(self._keep_menus(chat, desk, line))
        return _Receiver(line=line, desk=desk, intake=intake, tasks=tasks)

    async def _keep_menus(self, chat: Chat, desk: Desk, line: Line) -> None:
        """Set the menus of commands, and have them follow whom roles are given to and taken from."""
        await _publish_menu(desk, line)
        while True:
            try:
                await chat.follow_menus()
            except Exception as error:
                if not self._outage.note(error):
                    raise
            await asyncio.sleep(_MENUS_FOLLOW)

    def _patient(self, chat: Chat) -> Callable[[Update], Awaitable[Later | None]]:
        """Processes an update when the database is there: until then it is not received, and comes again if we end."""

        async def process(update: Update) -> Later | None:
            while True:
                try:
                    return await chat.process(update)
                except Exception as error:
                    if not self._outage.note(error):
                        raise
                await asyncio.sleep(WAIT_SECONDS)

        return process

    def _webhook(self, line: Line, inbox: Inbox) -> WebhookIntake:
        path = WEBHOOK_PATH if line.bot_id == MAIN_BOT else f"{WEBHOOK_PATH}/{line.bot_id}"
        url = str(self._settings.public_url).rstrip("/") + path
        return WebhookIntake(line.bot, inbox, url=url, secret=line.webhook_secret)

    async def _end(self, bot_ids: list[int]) -> None:
        """End these intakes; one that failed is told, and begun again at the next look."""
        ending = {bot_id: self._running.pop(bot_id) for bot_id in bot_ids}
        tasks = [task for receiver in ending.values() for task in receiver.tasks]
        for task in tasks:
            task.cancel()
        for end in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(end, Exception):
                log.error("an intake failed and is begun again", exc_info=end)
        for bot_id in ending:
            await self._leases.give_back(_lease(bot_id))


def _lease(bot_id: int) -> Lease:
    return Lease(Duty.RECEIVING, bot_id)


async def _publish_menu(desk: Desk, line: Line) -> None:
    """Set the menu of commands, as soon as the Bot API can be reached."""
    while True:
        try:
            await publish_menu(desk)
        except TelegramError as error:
            log.info(
                "the menu of commands cannot be set yet", bot=line.row.name, error=str(error), again_in=_MENU_AGAIN
            )
            await asyncio.sleep(_MENU_AGAIN)
        else:
            return
