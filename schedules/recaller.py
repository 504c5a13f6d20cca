"""Recalls: what was delivered of a recalled notice is deleted again, for each bot that this process sends for.

A deletion puts no message into a chat, so it takes no notice's place on the wire; it keeps to the wire's pace all the
same, to a part of it while the bot has something to send, and to its silence. What is to be deleted is found by state:
a crash repeats a few deletions, and a message that is gone already is as good as deleted.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from messages.deliveries import (
    Erased,
    Erasure,
    Flooded,
    Migrated,
    PermanentFailure,
    Reason,
    Recall,
    TokenRefused,
)
from messages.figures import Figures
from messages.store import recalls
from messages.store.database import Database
from messages.store.recalls import START, Place, Recallable, Settled
from messages.text.phrase import Phrase, phrase
from schedules.clock import Clock
from schedules.pacer import Pacer
from schedules.retry import TOKEN_PAUSE

DELETABLE_FOR: Final = timedelta(hours=48)
"""The Bot API deletes no message that is older: https://core.telegram.org/bots/api#deletemessage."""
_LOOK_SECONDS: Final = 0.5
_AT_ONCE: Final = 30
"""So many are deleted between two records of what came of it: a crash repeats no more."""
_BESIDE_SENDING: Final = 0.25
"""The part of the wire's rate that deletions keep to while there is something to send."""

log = structlog.get_logger(__name__)


class Eraser(Protocol):
    """Deletes messages of one bot; it never raises for what the wire or the other side does."""

    async def erase(self, chat_id: int, message_ids: Sequence[int]) -> Erasure:
        """Delete once, without retrying."""
        ...

    async def redraw(self, account_id: int, message_id: int) -> Erasure:
        """Write a message of several notices anew, without what was recalled; once, too."""
        ...


class Sending(Protocol):
    """The senders of this process."""

    def wires(self) -> Collection[tuple[int, Pacer]]:
        """The bots for which this process sends, each with its pace."""
        ...

    def holds(self, bot_id: int) -> bool:
        """Whether this process sends for the bot at this moment."""
        ...

    def is_busy(self, bot_id: int) -> bool:
        """Whether the bot has something to send at this moment."""
        ...


class Recaller:
    """Deletes what is to be recalled."""

    def __init__(self, *, db: Database, clock: Clock, senders: Sending, eraser: Callable[[int], Eraser | None]) -> None:
        """``eraser`` gives that of a bot, if there is one."""
        self._db = db
        self._clock = clock
        self._senders = senders
        self._eraser = eraser
        self._after: dict[int, Place] = {}

    async def run(self) -> None:
        """Delete whatever there is to delete, and look again and again."""
        while True:
            done = await asyncio.gather(*(self.step(bot_id, pacer) for bot_id, pacer in self._senders.wires()))
            await asyncio.sleep(0 if any(done) else _LOOK_SECONDS)

    async def step(self, bot_id: int, pacer: Pacer) -> int:
        """Delete the next few messages of a bot and record what came of it; gives of how many deliveries."""
        eraser = self._eraser(bot_id)
        if eraser is None or self._is_silent(pacer):
            return 0
        async with self._db.reading() as conn:
            found = await recalls.wanted(conn, bot_id, after=self._after.get(bot_id, START), limit=_AT_ONCE)
        if not found:
            self._after.pop(bot_id, None)  # what failed for the moment is tried again, from the first on
            return 0
        settled = [one for one in await self._erase(bot_id, pacer, eraser, found) if one is not None]
        async with self._db.writing() as conn:
            await recalls.settle(conn, settled)
        return len(settled)

    async def _erase(
        self, bot_id: int, pacer: Pacer, eraser: Eraser, found: Sequence[Recallable]
    ) -> list[Settled | None]:
        done: list[Settled | None] = []
        for one in found:
            if self._is_silent(pacer) or not self._senders.holds(bot_id):
                break
            began = self._clock.steady()
            outcome = await self._erase_one(eraser, one)
            self._after[bot_id] = one.place
            self._heed(pacer, outcome)
            done.append(_settled(one, outcome))
            await asyncio.sleep(began + self._period(bot_id, pacer) - self._clock.steady())
        return done

    async def _erase_one(self, eraser: Eraser, one: Recallable) -> Erasure:
        if one.shared:
            return await eraser.redraw(one.account_id, one.message_ids[-1])
        if is_too_old(one.sent_at, self._clock.now()):
            return PermanentFailure(Reason.UNDELETABLE)
        return await eraser.erase(one.chat_id, one.message_ids)

    def _is_silent(self, pacer: Pacer) -> bool:
        return pacer.silent_until > self._clock.steady()

    def _period(self, bot_id: int, pacer: Pacer) -> float:
        if not pacer.rate:
            return 0.0
        return 1 / (pacer.rate * (_BESIDE_SENDING if self._senders.is_busy(bot_id) else 1))

    @staticmethod
    def _heed(pacer: Pacer, outcome: Erasure) -> None:
        match outcome:
            case Flooded(retry_after):
                log.warning("the Bot API asks for silence while messages are deleted", seconds=retry_after.seconds)
                pacer.flooded(retry_after.total_seconds())
            case TokenRefused():
                pacer.pause(TOKEN_PAUSE.total_seconds())
            case _:
                pass


def foreseen(figures: Figures, now: datetime) -> Phrase:
    """What a recall can still delete, said before it is begun."""
    delivered = figures.counts.delivered
    return phrase(
        "Of {delivered} people who have received it, the messages of about {deletable} can still be deleted: those "
        "sent within 48 hours.",
        delivered=delivered,
        deletable=max(0, delivered - figures.delivered_by(now - DELETABLE_FOR)),
    )


def is_too_old(sent_at: datetime, now: datetime) -> bool:
    """Whether the Bot API would refuse to delete a message: then nobody asks it, perhaps a million times."""
    return now - sent_at >= DELETABLE_FOR


def _settled(one: Recallable, outcome: Erasure) -> Settled | None:
    """What to record; nothing where trying again can help, until the message is too old."""
    match outcome:
        case Erased():
            return Settled(place=one.place, recall=Recall.DONE)
        case PermanentFailure(reason):
            return Settled(place=one.place, recall=Recall.FAILED, reason=reason)
        case Migrated():
            return Settled(place=one.place, recall=Recall.FAILED, reason=Reason.CHAT_NOT_FOUND)
        case _:
            return None
