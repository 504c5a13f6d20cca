"""The lines of this process: for each bot of the office its connection, its pace and its way out.

The bots are rows that an administrator adds and retires while the service runs, so they are looked up again now and
then. One whose token cannot be read is told by name and left out; it harms no other.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from pydantic import SecretStr
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.settings import Settings, SettingsRefused
from bot.telegram.answers import AnswerMeter, Pace
from bot.telegram.bot import build_bot, hang_up
from bot.telegram.files import BotFiles
from bot.telegram.notifier import TelegramNotifier
from messages.errors import LianxunError, Refused
from messages.organisation import tokens
from messages.store import bots
from messages.store.bots import MAIN_BOT, Bot
from messages.store.database import Database
from messages.text.phrase import phrase
from schedules.clock import Clock
from schedules.notifier import Wire
from schedules.pacer import Limits, Pacer

_ANSWERS: Final = 36
"""Connections kept free for answers to people while the dispatcher uses all of its own."""
_LOOK_SECONDS: Final = 2.0
_LANDING_SECONDS: Final = 10.0
"""After its bot is gone a line stays open for so long: what is in flight on it may still be answered."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One bot as this process speaks for it."""

    row: Bot
    bot: ExtBot[str] = field(repr=False)
    wire: Wire
    token: SecretStr
    webhook_secret: str = field(repr=False)

    @property
    def bot_id(self) -> int:
        """The bot's number."""
        return self.row.id


class Lines:
    """Opens a line for each bot that there is."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        clock: Clock,
        *,
        concurrency: int,
        read_timeout: float,
        pace: Callable[[int, Pacer], Pace],
    ) -> None:
        """``concurrency`` notices at a time for each bot; ``pace`` makes that of its answers."""
        self._settings = settings
        self._db = db
        self._clock = clock
        self._connections = concurrency + _ANSWERS
        self._read_timeout = read_timeout
        self._pace = pace
        self._open: dict[int, Line] = {}
        self._left_out: set[Bot] = set()
        self._doing: set[asyncio.Task[None]] = set()
        self._looked_at: float | None = None
        self._one_at_a_time = asyncio.Lock()

    def of(self, bot_id: int) -> Line | None:
        """The line of a bot, if there is one."""
        return self._open.get(bot_id)

    async def start(self) -> None:
        """Open every line. ``Refused`` where there is none, or where the Bot API refuses the settings' token."""
        await self.current()
        if not self._open:
            raise SettingsRefused(
                phrase("LIANXUN_TELEGRAM_TOKEN is missing: the bot's token from @BotFather is needed.")
            )
        await asyncio.gather(*self._doing)

    async def current(self) -> Sequence[Line]:
        """The lines that there are now; the database is asked at most every two seconds."""
        async with self._one_at_a_time:
            steady = self._clock.steady()
            if self._looked_at is None or steady - self._looked_at >= _LOOK_SECONDS:
                await self._look()
                self._looked_at = steady
            return [*self._open.values()]

    async def wires(self) -> Sequence[Wire]:
        """Their ways out."""
        return [line.wire for line in await self.current()]

    async def close(self) -> None:
        """Close every line."""
        doing = [*self._doing]
        for task in doing:
            task.cancel()
        await asyncio.gather(*doing, return_exceptions=True)
        lines = [*self._open.values()]
        self._open.clear()
        await asyncio.gather(*(hang_up(line.bot) for line in lines))

    async def _look(self) -> None:
        """Close the lines of bots that are retired or have another token; open those of bots that are new."""
        async with self._db.reading() as conn:
            found = {row.id: (row, token) for row in await bots.current(conn) if (token := self._token(row))}
        for line in [*self._open.values()]:
            if line.bot_id not in found or found[line.bot_id][1] != line.token:
                del self._open[line.bot_id]
                self._do(_hang_up_later(line))
        for row, token in found.values():
            if row.id not in self._open:
                self._open[row.id] = line = self._line(row, token)
                await line.bot.request.initialize()
                self._do(self._greet(line))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    def _token(self, row: Bot) -> SecretStr | None:
        if row.id == MAIN_BOT:
            return self._settings.telegram_token if self._settings.telegram_token.get_secret_value() else None
        try:
            return SecretStr(tokens.unseal(row.token or "", self._settings.token_key.get_secret_value(), bot=row.name))
        except LianxunError as error:
            if row not in self._left_out:
                self._left_out.add(row)
                log.error("a bot is left out", bot=row.name, error=str(error))  # noqa: TRY400 -- a sentence says all
            return None

    def _line(self, row: Bot, token: SecretStr) -> Line:
        pacer = Pacer(Limits(rate=self._settings.send_rate), self._clock.steady)
        bot = build_bot(
            token.get_secret_value(),
            self._settings.telegram_api_root,
            AnswerMeter(self._pace(row.id, pacer)),
            connections=self._connections,
            read_timeout=self._read_timeout,
        )
        wire = Wire(
            bot_id=row.id, name=row.name, notifier=TelegramNotifier(bot, BotFiles(row.id, self._db)), pacer=pacer
        )
        return Line(row=row, bot=bot, wire=wire, token=token, webhook_secret=self._webhook_secret(row, token))

    def _webhook_secret(self, row: Bot, token: SecretStr) -> str:
        """The office's own for the main bot; otherwise one that every process makes the same, and nobody else can."""
        own = self._settings.webhook_secret.get_secret_value()
        if own and row.id == MAIN_BOT:
            return own
        key = own or token.get_secret_value()
        return hmac.new(key.encode(), f"webhook of bot {row.id}".encode(), hashlib.sha256).hexdigest()

    async def _greet(self, line: Line) -> None:
        """Ask the Bot API who we are. The refused token of the settings ends the start; a server may come back."""
        try:
            await line.bot.initialize()
        except InvalidToken:
            if line.bot_id == MAIN_BOT:
                raise Refused(
                    phrase("The Bot API refuses the bot's token. Please check LIANXUN_TELEGRAM_TOKEN.")
                ) from None
            log.error("the Bot API refuses the bot's token", bot=line.row.name)  # noqa: TRY400 -- a sentence says all
        except TelegramError as error:
            log.warning("the Bot API cannot be reached yet", bot=line.row.name, error=str(error))


async def _hang_up_later(line: Line) -> None:
    try:
        await asyncio.sleep(_LANDING_SECONDS)
    finally:
        await hang_up(line.bot)
