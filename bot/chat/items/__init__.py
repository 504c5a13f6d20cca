"""The desk of items: collectors submit them step by step, and look after their own. The draft's buttons meet here."""

from collections.abc import Mapping
from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Wish
from bot.chat.desk import Desk, OnButton, OnCommand, OnWords
from bot.chat.items import card, dates, mine, posts, sending, submitting
from bot.chat.items.asking import AUDIENCE, SEND, WRITING
from messages.drafts import Kind
from messages.store.accounts import Member


async def _nothing(desk: Desk, press: Press, _member: Member, _wish: Wish) -> None:
    await cards.attend(desk, press)


COMMANDS: Final[Mapping[str, OnCommand]] = {"submit": submitting.begin, "mine": mine.begin}
BUTTONS: Final[Mapping[str, OnButton]] = {
    card.VIEW: WRITING.on(submitting.view),
    dates.SET: WRITING.on(submitting.answer),
    dates.MONTH: WRITING.on(dates.turn_month),
    dates.NOTHING: _nothing,
    posts.TICK: WRITING.on(posts.tick),
    posts.LIST: WRITING.on(posts.turn_page),
    AUDIENCE.pick: WRITING.on(AUDIENCE.tick),
    AUDIENCE.list: WRITING.on(AUDIENCE.turn_page),
    SEND: WRITING.on(sending.send),
    mine.OWN: mine.own,
    mine.LIST: mine.listed,
}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.ITEM: WRITING.words}
