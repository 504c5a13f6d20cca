"""People talk with the bot over real HTTP: the sandbox on one side, the intake and the chat on the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, Final, Self

from telegram.ext import ExtBot

from bot.chat.desk import Desk
from bot.chat.routing import Chat
from bot.sandbox.chats import Message
from bot.sandbox.limits import NO_LIMITS
from bot.sandbox.parameters import Upload
from bot.sandbox.server import Sandbox
from bot.telegram.answers import AnswerMeter
from bot.telegram.bot import build_bot
from bot.telegram.files import BotFiles
from bot.telegram.incoming import Update
from bot.telegram.notifier import TelegramNotifier
from bot.telegram.ordering import Inbox
from bot.telegram.updates import PollingIntake
from messages.deliveries import ClaimedDelivery, Delivered, PartSent
from messages.notices import Lane
from messages.store import claims, deliveries
from messages.store.bots import MAIN_BOT
from messages.store.claims import Order, Sender
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.phrase import Phrase
from messages.text.rendering import Renderer
from schedules.absences.desk import Absences
from schedules.announcing import Announcing
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.campaigns.desk import Campaigns
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.figures import Counting
from schedules.items.desk import Items
from schedules.pacer import Limits, Pacer
from schedules.policy import load
from schedules.register.desk import Register
from schedules.retry import RetryPolicy, decide_each
from schedules.scores.desk import Scores
from schedules.scores.objecting import Objections
from schedules.tenders.desk import Tenders
from schedules.warnings.judging import Judging
from tests.acknowledging import acknowledger
from tests.office import Office
from tests.service import PATIENCE

_NO_RETRY = RetryPolicy(waits=[timedelta()], give_up_attempts=1)

HOLDERS_MENU: Final = [
    "inbox",
    "risk",
    "tender",
    "web",
    "warnings",
    "score",
    "declare",
    "calendar",
    "lookup",
    "leave",
    "who_saw_me",
    "mydata",
    "quiet",
    "language",
    "help",
]
"""What is offered to a holder of a post who bears no role."""


class Talk(Office):
    """An office whose people have chats with a bot; ``another`` is the same office at another bot.

    ``woken`` counts how often the sender was told that something is due.
    """

    def __init__(
        self, db: Database, clock: Clock, catalog: Catalog, renderer: Renderer, *, bot_id: int = MAIN_BOT
    ) -> None:
        super().__init__(db)
        self.bot_id = bot_id
        self.bots: dict[int, ExtBot[str]] = {}
        self.clock = clock
        self.catalog = catalog
        self.renderer = renderer
        self.token = f"{41 + bot_id}:a-token-of-tests"
        self.sandbox = Sandbox(token=self.token, now=clock.now, limits=NO_LIMITS, strict=True)
        self.policy = load()
        self.woken = 0
        self._pushed = 0
        self._processed = 0
        self._progress = asyncio.Condition()
        self.bot: ExtBot[str]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        await self.sandbox.start()
        pacer = Pacer(limits=Limits(rate=0, chat_seconds=0), steady=self.clock.steady)
        self.bot = self.bots[self.bot_id] = build_bot(self.token, self.sandbox.url, AnswerMeter(pacer))
        await self.bot.initialize()
        self.desk = Desk(
            bot=self.bot,
            bot_id=self.bot_id,
            colleague=self.bots.get,
            db=self.db,
            acknowledger=acknowledger(self.db),
            catalog=self.catalog,
            renderer=self.renderer,
            clock=self.clock,
            policy=self.policy,
            calendars=Calendars(self.db, "CN"),
            counting=Counting(self.db, self.clock),
            announcing=Announcing.of(
                db=self.db,
                policy=self.policy,
                calendars=Calendars(self.db, "CN"),
                renderer=self.renderer,
                clock=self.clock,
                rate=lambda _: 30.0,
            ),
            items=Items(db=self.db, policy=self.policy, calendars=Calendars(self.db, "CN"), zone=self.clock.zone),
            judging=Judging(db=self.db, policy=self.policy, calendars=Calendars(self.db, "CN"), zone=self.clock.zone),
            campaigns=Campaigns(
                db=self.db,
                policy=self.policy,
                calendars=Calendars(self.db, "CN"),
                zone=self.clock.zone,
                apart=Apart(),
            ),
            register=Register(db=self.db, policy=self.policy, calendars=Calendars(self.db, "CN"), zone=self.clock.zone),
            tenders=Tenders(
                db=self.db,
                policy=self.policy,
                calendars=Calendars(self.db, "CN"),
                zone=self.clock.zone,
                apart=Apart(),
            ),
            scores=Scores(
                db=self.db,
                policy=self.policy,
                calendars=Calendars(self.db, "CN"),
                zone=self.clock.zone,
                apart=Apart(),
            ),
            objections=Objections(
                db=self.db,
                policy=self.policy,
                calendars=Calendars(self.db, "CN"),
                zone=self.clock.zone,
                apart=Apart(),
            ),
            absences=Absences(db=self.db, policy=self.policy, calendars=Calendars(self.db, "CN"), zone=self.clock.zone),
            wake=self._wake,
            address=lambda: "http://127.0.0.1:8080",
            dashboard=lambda: "http://127.0.0.1:8080/web",
        )
        self.restart()
        intake = PollingIntake(self.bot, Inbox(self._process), poll=timedelta(seconds=2))
        polling = asyncio.create_task(intake.run())
        try:
            yield self
        finally:
            polling.cancel()
            with suppress(asyncio.CancelledError):
                await polling
            await self.bot.shutdown()
            await self.sandbox.stop()
            assert not self.sandbox.violations

    def restart(self) -> None:
        """The chat begins anew: nothing is known but what the database keeps."""
        self.chat = Chat(self.desk)

    def another(self, bot_id: int) -> "Talk":
        """The same office at another bot, still to be opened."""
        there = Talk(self.db, self.clock, self.catalog, self.renderer, bot_id=bot_id)
        there.bots = self.bots
        return there

    def _wake(self) -> None:
        self.woken += 1

    async def _process(self, update: Update) -> None:
        if (later := await self.chat.process(update)) is not None:
            await later()
        async with self._progress:
            self._processed += 1
            self._progress.notify_all()

    async def _attended(self) -> None:
        """Everything that people did has been answered."""
        self._pushed += 1
        async with asyncio.timeout(PATIENCE), self._progress:
            await self._progress.wait_for(lambda: self._processed >= self._pushed)

    def texts(self, chat_id: int) -> list[str]:
        """What the bot has said in a chat."""
        return [message.text for message in self.sandbox.messages(chat_id) if message.from_bot]

    def last(self, chat_id: int) -> Message:
        return [message for message in self.sandbox.messages(chat_id) if message.from_bot][-1]

    def menu(self, chat_id: int) -> list[dict[str, str]]:
        """The command menu set for a chat, empty for none."""
        menus = self.sandbox.world.profile.commands
        return list(menus.get((f"chat:{chat_id}", ""), []))

    def said(self, what: Phrase, language: str = "en") -> str:
        return self.catalog.say(what, language)

    async def meet(self, chat_id: int, language: str = "en") -> None:
        self.sandbox.add_person(chat_id, f"Person {chat_id}", language)

    async def write(self, chat_id: int, text: str) -> list[str]:
        """A person writes; gives what the bot answered there."""
        before = len(self.texts(chat_id))
        await self.sandbox.send_text(chat_id, text)
        await self._attended()
        return self.texts(chat_id)[before:]

    async def send_files(
        self, chat_id: int, *uploads: Upload, caption: str = "", as_documents: bool = False
    ) -> list[str]:
        """A person sends files chosen at once; gives what the bot answered there."""
        before = len(self.texts(chat_id))
        self._pushed += len(uploads) - 1
        await self.sandbox.send_files(chat_id, uploads, caption=caption, as_documents=as_documents)
        await self._attended()
        return self.texts(chat_id)[before:]

    async def press(self, chat_id: int, message_id: int, data: str) -> str | None:
        """A person presses; gives the toast."""
        toast = await self.sandbox.press(chat_id, message_id, data)
        await self._attended()
        return toast.text if toast else None

    async def press_button(self, chat_id: int, message: Message, row: int = 0, column: int = 0) -> str | None:
        return await self.press(chat_id, message.message_id, buttons(message)[row][column]["callback_data"])

    async def block(self, chat_id: int, *, blocked: bool) -> None:
        (self.sandbox.block if blocked else self.sandbox.unblock)(chat_id)
        await self._attended()

    async def push(self, update: dict[str, Any]) -> None:
        self.sandbox.push_update(update)
        await self._attended()

    async def employ(self, name: str, chat_id: int, titles: tuple[str, ...] = ("Clerk",), language: str = "en") -> int:
        """Hire a person who joins at once."""
        person = await self.hire(name, titles, language)
        await self.meet(chat_id, language)
        await self.write(chat_id, f"/start {await self.invite(person)}")
        return person

    async def send(self) -> list[int]:
        """Send all that is due over the wire, in all its parts; gives the deliveries."""
        notifier = TelegramNotifier(self.bot, BotFiles(self.bot_id, self.db))
        composer = Composer(self.renderer, self.catalog)
        sent: list[int] = []
        while claimed := await self._claimed():
            for one in claimed:
                assert one.chat_id is not None
                outcome = await notifier.send(composer.compose(one, one.chat_id))
                assert isinstance(outcome, Delivered | PartSent)
                async with self.db.writing() as conn:
                    decisions = decide_each(one, outcome, _NO_RETRY, self.now)
                    await deliveries.settle(conn, [decision.settlement for _, decision in decisions])
                sent += [one.id] if isinstance(outcome, Delivered) else []
        return sent

    async def _claimed(self) -> list[ClaimedDelivery]:
        async with self.db.writing() as conn:
            order = Order(sender=Sender(bot_id=self.bot_id, term=0), lanes=[*Lane], limit=100)
            return await claims.claim(conn, [order], self.now)


def buttons(message: Message) -> list[list[dict[str, str]]]:
    """The rows of buttons under a message."""
    return list((message.reply_markup or {}).get("inline_keyboard", []))
