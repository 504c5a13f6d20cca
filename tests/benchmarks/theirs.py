"""The peer: python-telegram-bot as its documentation shows it, with its own transport and its own rate limiter."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ApplicationBuilder

from bot.telegram.keyboards import notice_markup
from messages.deliveries import ClaimedDelivery
from messages.notices import NewNotice
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.composer import Composer
from tests.benchmarks.ours import ZONE, Person
from tests.benchmarks.standin import TOKEN, Standin

RATE: Final = 30
RETRIES: Final = 10
CONCURRENT: Final = 64
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True)
class Letter:
    """A message ready to send: the same text and keyboard as ours."""

    chat_id: int
    text: str
    keyboard: InlineKeyboardMarkup | None


def letters(notice: NewNotice, people: Sequence[Person]) -> list[Letter]:
    """What our side sends to these people, made beforehand: the peer has nothing to render, claim or record."""
    catalog = Catalog.load()
    composer = Composer(Renderer(catalog, ZONE), catalog)
    return [_letter(composer, _delivery(number, notice, person), person) for number, person in enumerate(people, 1)]


def _letter(composer: Composer, delivery: ClaimedDelivery, person: Person) -> Letter:
    made = composer.compose(delivery, person.chat_id)
    keyboard = _button(delivery.id, made.acknowledge) if made.acknowledge else None
    return Letter(person.chat_id, made.text, keyboard)


def _button(delivery_id: int, label: str) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup.de_json(json.loads(notice_markup(delivery_id, label)))


def _delivery(number: int, notice: NewNotice, person: Person) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=number,
        notice_id=1,
        person_id=number,
        bot_id=1,
        term=1,
        chat_id=person.chat_id,
        language=person.language,
        reminder=0,
        repeat=False,
        lane=notice.lane,
        attempts=1,
        template=notice.template,
        params=notice.params,
        title=notice.title,
        acknowledge=notice.acknowledge,
        acknowledge_by=notice.acknowledge_by,
        provisional=notice.provisional,
        protect=False,
    )


@asynccontextmanager
async def rate_limited_bot(at: Standin) -> AsyncIterator[Bot]:
    """The bot of an application with ``AIORateLimiter`` at the documented limits, trying again after flood errors."""
    limiter = AIORateLimiter(overall_max_rate=RATE, overall_time_period=1, max_retries=RETRIES)
    made = ApplicationBuilder().token(TOKEN).base_url(f"{at.url}/bot").rate_limiter(limiter).build()
    async with made.bot:
        yield made.bot


@asynccontextmanager
async def bare_bot(at: Standin) -> AsyncIterator[Bot]:
    """A bot with the library's default transport (httpx, 256 connections)."""
    async with Bot(TOKEN, base_url=f"{at.url}/bot") as bot:
        yield bot


async def send(bot: Bot, letter: Letter) -> bool:
    """Send one; False where it failed in the end."""
    try:
        await bot.send_message(
            letter.chat_id,
            letter.text,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=letter.keyboard,
        )
    except TelegramError:
        return False
    return True


async def broadcast(bot: Bot, post: Sequence[Letter]) -> tuple[float, int]:
    """Send all at once, the limiter keeps the pace; gives the seconds and how many failed in the end."""
    began = time.monotonic()
    sent = await asyncio.gather(*(send(bot, letter) for letter in post))
    return time.monotonic() - began, sent.count(False)


async def pour(bot: Bot, post: Sequence[Letter]) -> int:
    """Send with so many at a time; gives how many failed."""
    slots = asyncio.Semaphore(CONCURRENT)

    async def one(letter: Letter) -> bool:
        async with slots:
            return await send(bot, letter)

    return (await asyncio.gather(*map(one, post))).count(False)
