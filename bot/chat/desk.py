"""What every desk has: the bot, the texts, the clock and the database."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, TypeAlias

import structlog
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat.acts import Command, Press, Said
from bot.chat.buttons import Wish
from bot.telegram import presses
from messages.acknowledgements import Acknowledger
from messages.store.accounts import Member
from messages.store.database import Database
from messages.text.catalog import LANGUAGES, Catalog
from messages.text.phrase import Phrase
from messages.text.rendering import Renderer
from schedules.absences.desk import Absences
from schedules.announcing import Announcing
from schedules.calendars import Calendars
from schedules.campaigns.desk import Campaigns
from schedules.clock import Clock
from schedules.figures import Counting
from schedules.items.desk import Items
from schedules.policy import Policy
from schedules.register.desk import Register
from schedules.scores.desk import Scores
from schedules.scores.objecting import Objections
from schedules.tenders.desk import Tenders
from schedules.warnings.judging import Judging

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The tools of one bot's desk. ``colleague`` gives another bot by its number; ``wake`` tells the sender of work.

    ``address`` is where the service is reached from outside, ``dashboard`` where the dashboard begins, both without a
    slash at the end.
    """

    bot: Bot = field(repr=False)
    bot_id: int
    colleague: Callable[[int], Bot | None]
    db: Database
    acknowledger: Acknowledger
    catalog: Catalog
    renderer: Renderer
    clock: Clock
    policy: Policy
    calendars: Calendars
    counting: Counting
    announcing: Announcing
    items: Items
    judging: Judging
    campaigns: Campaigns
    register: Register
    tenders: Tenders
    scores: Scores
    objections: Objections
    absences: Absences
    wake: Callable[[], None]
    address: Callable[[], str]
    dashboard: Callable[[], str]

    def at(self, bot_id: int) -> "Desk | None":
        """The same desk at another bot; None where this process does not speak for it."""
        if bot_id == self.bot_id:
            return self
        bot = self.colleague(bot_id)
        return replace(self, bot=bot, bot_id=bot_id) if bot else None

    async def say(
        self, chat_id: int, what: Phrase, language: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Send a phrase as plain text."""
        await self.bot.send_message(chat_id, self.catalog.say(what, language), reply_markup=keyboard)

    async def show(
        self,
        chat_id: int,
        template: str,
        language: str,
        keyboard: InlineKeyboardMarkup | None = None,
        **params: Any,  # noqa: ANN401 -- a template's values
    ) -> None:
        """Send a rendered template."""
        text = self.renderer.render(template, language, **params)
        await self.bot.send_message(chat_id, text, parse_mode=ParseMode.HTML, reply_markup=keyboard)

    async def hand(self, chat_id: int, template: str, language: str, **params: Any) -> None:  # noqa: ANN401 -- a template's values
        """Send a link that is this person's alone: it cannot be forwarded, and nothing looks at it beforehand."""
        await self.bot.send_message(
            chat_id,
            self.renderer.render(template, language, **params),
            parse_mode=ParseMode.HTML,
            protect_content=True,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def toast(self, press: Press, what: Phrase, language: str) -> None:
        """Answer a press of a button. It comes after the work is done, so a failure of it undoes nothing."""
        with self.unharmed(press.chat_id):
            await presses.answer(self.bot, press.query_id, self.catalog.say(what, language))

    @contextmanager
    def unharmed(self, chat_id: int) -> Iterator[None]:
        """Go on when the Bot API refuses an answer or a change of a message: what it shows is recorded already."""
        try:
            yield
        except TelegramError as error:
            _log.info("answer_refused", chat_id=chat_id, error=str(error))

    @property
    def today(self) -> date:
        """The office's present day."""
        return self.clock.now().astimezone(self.clock.zone).date()

    def moment(self, at: datetime, language: str) -> str:
        """An instant as a person reads it: day and time in the office's zone."""
        return self.renderer.moment(at, language)


def spoken(language_code: str | None) -> str:
    """The language for someone of whom only the Telegram client's language is known."""
    if language_code is None or language_code.startswith("zh"):
        return LANGUAGES[0]
    return next((known for known in LANGUAGES if known.startswith(language_code[:2])), "en")


OnCommand: TypeAlias = Callable[[Desk, Command, Member], Awaitable[None]]
"""Attends to a command."""
OnButton: TypeAlias = Callable[[Desk, Press, Member, Wish], Awaitable[None]]
"""Attends to a press of one of a desk's buttons; raises ``Forged`` for words that it never put there."""
OnWords: TypeAlias = Callable[[Desk, Said, Member], Awaitable[bool]]
"""Takes what a person says where it has asked for it, or waits for it; False where it does not."""
