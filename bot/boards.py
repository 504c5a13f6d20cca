"""Boards are kept up to date: one message each, edited when it changed, and no more often than a chat bears.

What is to be shown stands in the database, so a restart goes on with it. Of several processes one looks after the
boards of a bot, by a lease. A message is sent first and recorded then, so a crash between the two shows a board twice
rather than never.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog
from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.broadcast import board
from bot.chat.cards import Drawn
from bot.chat.desk import Desk
from bot.lines import Line, Lines
from bot.outage import WAIT_SECONDS, Outage
from messages.store import boards, steering
from messages.store.boards import NOT_SHOWN, Board
from messages.store.lease import Duty, Lease, Leases
from schedules.boards import Look, Phase, look
from schedules.recall_lists import record

_LOOK_SECONDS: Final = 0.5
_EDIT_EVERY: Final = 3.0
"""Seconds between two edits of one board: more often a chat does not bear for long."""
_QUIET_EVERY: Final = 6.0
"""The same while it waits, and once all is sent, when acknowledgements come in one by one."""
_MEASURED: Final = 15.0
"""Seconds over which the rate is measured."""
_IN_MOTION: Final = frozenset({Phase.RUNNING, Phase.PAUSED, Phase.CANCELLED, Phase.RECALLING, Phase.RECALLED})
_UNCHANGED: Final = "not modified"

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class _Shown:
    """What this process has shown on a board, and when; how many were left at which instant."""

    drawn: Drawn | None = None
    next_at: float = 0.0
    left: deque[tuple[float, int]] = field(default_factory=deque)

    def time_left(self, steady: float, found: Look) -> float | None:
        """Seconds until none are left, at the rate of the last seconds of sending; None where that cannot be told."""
        if found.phase is not Phase.RUNNING:
            self.left.clear()  # a pause is no part of the rate
            return None
        left = found.left
        self.left.append((steady, left))
        while steady - self.left[0][0] > _MEASURED:
            self.left.popleft()
        began, then = self.left[0]
        done = then - left
        return left * (steady - began) / done if done > 0 else None


class Boards:
    """Looks after the boards of every bot that this process gets hold of."""

    def __init__(self, lines: Lines, leases: Leases, *, desk: Callable[[Line], Desk], outage: Outage) -> None:
        """``desk`` makes a bot's desk."""
        self._lines = lines
        self._leases = leases
        self._desk = desk
        self._outage = outage
        self._shown: dict[int, _Shown] = {}
        self._under_way: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Look after boards until cancelled; while the database is away they stand still."""
        try:
            while True:
                try:
                    await self._look()
                except Exception as error:
                    if not self._outage.note(error):
                        raise
                    await asyncio.sleep(WAIT_SECONDS)
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            for task in self._under_way.values():
                task.cancel()
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _look(self) -> None:
        """Have each bot's boards looked after by itself: one that is told to be silent holds up no other."""
        for bot_id in [bot_id for bot_id, task in self._under_way.items() if task.done()]:
            self._under_way.pop(bot_id).result()  # a failure ends the whole, as it should
        for line in await self._lines.current():
            if await self._leases.take(Lease(Duty.SHOWING, line.bot_id)) and line.bot_id not in self._under_way:
                self._under_way[line.bot_id] = asyncio.create_task(self.look_after(self._desk(line)))

    async def look_after(self, desk: Desk) -> None:
        """Bring the boards of one bot up to date, those whose turn it is."""
        async with desk.db.reading() as conn:
            hanging = await boards.hanging(conn, desk.bot_id)
        for one in hanging:
            shown = self._shown.setdefault(one.id, _Shown())
            if shown.next_at <= desk.clock.steady():
                await self._renew(desk, one, shown)

    async def _renew(self, desk: Desk, one: Board, shown: _Shown) -> None:
        found = await look(desk.db, desk.counting, one.notice_id, desk.clock.now())
        steady = desk.clock.steady()
        shown.next_at = steady + (_EDIT_EVERY if found.phase in _IN_MOTION else _QUIET_EVERY)
        drawn = await board.drawn(desk, found, one.language, shown.time_left(steady, found))
        if drawn != shown.drawn:
            try:
                await _show(desk, one, drawn)
                shown.drawn = drawn
            except (BadRequest, Forbidden) as error:
                log.info("a board is taken down", notice=one.notice_id, error=str(error))
                await self._take_down(desk, one)
                return
            except TelegramError as error:
                log.info("a board cannot be shown yet", notice=one.notice_id, error=str(error))
                return
        if found.final:
            await self._take_down(desk, one, found)

    async def _take_down(self, desk: Desk, one: Board, told: Look | None = None) -> None:
        """It shows the end as it was ``told``, or nobody sees it; that its speaker was told who has it is recorded.

        It goes on hanging where something was asked of the notice since it was looked at.
        """
        async with desk.db.writing() as conn:
            if told is not None and await steering.hold(conn, one.notice_id) != told.notice:
                return
            await boards.take_down(conn, one.id, desk.clock.now())
            if told is not None:
                await record(conn, one.person_id, told.notice, told.recalled.missed, desk.clock.now())
        del self._shown[one.id]


async def _show(desk: Desk, one: Board, drawn: Drawn) -> None:
    """Send a board that is not in its chat yet, or edit it; raises ``BadRequest`` for one that was deleted there."""
    keyboard = InlineKeyboardMarkup(drawn.rows) if drawn.rows else None
    if one.message_id != NOT_SHOWN:
        try:
            await desk.bot.edit_message_text(
                drawn.text,
                chat_id=one.chat_id,
                message_id=one.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
            )
        except BadRequest as error:
            if _UNCHANGED not in error.message.lower():
                raise
        return
    sent = await desk.bot.send_message(one.chat_id, drawn.text, parse_mode=ParseMode.HTML, reply_markup=keyboard)
    async with desk.db.writing() as conn:
        await boards.shown(conn, one.id, sent.message_id)
