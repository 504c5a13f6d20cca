"""The decisive day of an item: by a quick button, from a calendar of days that have come, or as it is written."""

from datetime import date, timedelta
from typing import Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.days import Span, day_written, month_card
from bot.chat.desk import Desk
from bot.chat.items.card import VIEW
from messages.errors import refused
from messages.items.checking import EARLIEST
from messages.items.drafts import ItemDraft, Step
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase

SET: Final = "isc1"
"""Buttons that answer a question: draft, question, answer."""
MONTH: Final = "isd1"
"""Buttons that turn the calendar: draft, month."""
NOTHING: Final = "isx1"
"""Buttons that only show something."""


def span_of(desk: Desk) -> Span:
    """The days that can be decisive: those that have come."""
    return Span(first=EARLIEST, last=desk.today, nothing=NOTHING)


def quick(desk: Desk, draft: ItemDraft, language: str) -> Rows:
    """The buttons of the last days, and the one that opens the calendar."""
    today = desk.today

    def choice(what: Phrase, ago: int) -> InlineKeyboardButton:
        day = today - timedelta(days=ago)
        said = phrase("{what} · {day}", what=what, day=f"{day:%m-%d}")
        return labelled(desk, said, language, SET, draft.id, Step.DATE, day.isoformat())

    return [
        [choice(phrase("Today"), 0)],
        [choice(phrase("Yesterday"), 1)],
        [choice(phrase("The day before yesterday"), 2)],
        [labelled(desk, phrase("📅 Another day …"), language, MONTH, draft.id, f"{today:%Y-%m}")],
    ]


async def turn_month(desk: Desk, press: Press, member: Member, draft: ItemDraft, wish: Wish) -> None:
    """A month of the calendar."""
    match wish.words[1:]:
        case [written] if Step.DATE in draft.content.steps:
            first = span_of(desk).month_of(written)
        case _:
            raise Forged
    await cards.turn(desk, press, await _month(desk, draft, member.language, first))


async def _month(desk: Desk, draft: ItemDraft, language: str, first: date) -> Drawn:
    """A month; days off are marked, and days that are still to come cannot be chosen."""
    leads = {"day": (SET, draft.id, Step.DATE), "turn": (MONTH, draft.id)}
    back = labelled(desk, phrase("« Go back"), language, VIEW, draft.id, "go", Step.DATE)
    return await month_card(desk, first, span_of(desk), language, **leads, back=back)


def day_come(words: str, today: date) -> date:
    """The day that somebody wrote, which has come; without its year the last one."""
    day = day_written(words, today, ahead=False)
    if not EARLIEST <= day <= today:
        raise refused(phrase("A day that has come is accepted: days to enter an item count from it."), column="date")
    return day
