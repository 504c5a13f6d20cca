"""Places on a bot's wire, shared between processes: one process paces a token, whoever else writes asks it first.

So all together stay within the token's rate, and an answer to a person still takes the very next place.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from typing import Final, Protocol

from messages.store import places
from messages.store.database import Database
from messages.store.lease import Duty, Lease, Leases
from messages.store.places import Place
from schedules.pacer import Pacer, Send

_POLL: Final = 0.1
_NOBODY_SENDS_AFTER: Final = 1.0
"""Seconds without a grant after which it is looked up whether anybody sends for the bot at all."""


class Granters(Protocol):
    """The senders of this process."""

    def wires(self) -> Collection[tuple[int, Pacer]]:
        """The bots for which this process sends, each with its pace."""
        ...

    def holds(self, bot_id: int) -> bool:
        """Whether this process sends for the bot at this moment."""
        ...


class Granting:
    """Grants places on the wires for which this process sends."""

    def __init__(self, db: Database, senders: Granters) -> None:
        """Grant for as long as ``senders`` hold their bots."""
        self._db = db
        self._senders = senders
        self._asked = asyncio.Event()
        self._promised: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """A place was asked for: look now."""
        self._asked.set()

    async def run(self) -> None:
        """Grant what is asked for, each in its turn; one that fails is seen again at the next look."""
        try:
            while True:
                self._asked.clear()
                await self._look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL):
                        await self._asked.wait()
        finally:
            for task in self._promised.values():
                task.cancel()

    async def _look(self) -> None:
        for place_id in [place_id for place_id, task in self._promised.items() if task.done()]:
            self._promised.pop(place_id).result()  # what failed is told, and seen again at the next look
        pacers = dict(self._senders.wires())
        if not pacers:
            return
        async with self._db.reading() as conn:
            asked = await places.asked_for(conn, [*pacers])
        for place in asked:
            if place.id not in self._promised:
                self._promised[place.id] = asyncio.create_task(self._grant(place, pacers[place.bot_id]))

    async def _grant(self, place: Place, pacer: Pacer) -> None:
        await pacer.answer(place.chat_id)  # its end is never heard of here: the pacer counts it as late as can be
        if self._senders.holds(place.bot_id):
            async with self._db.writing() as conn:
                await places.grant(conn, place.id)


class Asking:
    """Asks the sender of a bot, in whatever process, for places on its wire."""

    def __init__(self, db: Database, leases: Leases, steady: Callable[[], float]) -> None:
        """``leases`` tells whether anybody sends."""
        self._db = db
        self._leases = leases
        self._steady = steady
        self._waiting: dict[int, asyncio.Event] = {}

    def granted(self, place_id: str) -> None:
        """A place was given, as the database tells it."""
        if (event := self._waiting.get(int(place_id))) is not None:
            event.set()

    async def place(self, bot_id: int, chat_id: int) -> bool:
        """Wait for a place to write to a chat, which is to be taken at once; False where nobody sends for the bot."""
        async with self._db.writing() as conn:
            place_id = await places.ask(conn, bot_id, chat_id)
        event = self._waiting[place_id] = asyncio.Event()
        granted = False
        try:
            granted = await self._wait(event, place_id, bot_id)
        finally:
            del self._waiting[place_id]
            if not granted:
                async with self._db.writing() as conn:
                    await places.withdraw(conn, place_id)
        return granted

    async def _wait(self, event: asyncio.Event, place_id: int, bot_id: int) -> bool:
        look_at = self._steady() + _NOBODY_SENDS_AFTER
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL):
                    await event.wait()
                    return True
            async with self._db.reading() as conn:
                if await places.is_granted(conn, place_id):
                    return True
            if self._steady() >= look_at:
                look_at = self._steady() + _NOBODY_SENDS_AFTER
                if not await self._leases.is_held(Lease(Duty.SENDING, bot_id)):
                    return False


class SharedPace:
    """The pace of answers by one bot: this process's own while it sends for the bot, asked for elsewhere otherwise."""

    def __init__(self, bot_id: int, pacer: Pacer, *, holds: Callable[[int], bool], asking: Asking) -> None:
        """``holds`` tells whether this process sends for a bot."""
        self._bot_id = bot_id
        self._pacer = pacer
        self._holds = holds
        self._asking = asking

    async def answer(self, chat_id: int) -> Send:
        """Take the very next place on the wire; waits only for the wire itself."""
        if not self._holds(self._bot_id) and await self._asking.place(self._bot_id, chat_id):
            return self._pacer.start(chat_id)
        return await self._pacer.answer(chat_id)

    def end(self, send: Send) -> None:
        """The answer to a send is in, whatever it says."""
        self._pacer.end(send)

    def flooded(self, retry_after: float) -> None:
        """The Bot API asked the whole bot to be silent for so many seconds."""
        self._pacer.flooded(retry_after)
