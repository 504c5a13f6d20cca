"""The desk of campaigns: writing one step by step, approving, how they stand, running them. Its buttons meet here."""

from collections.abc import Collection, Mapping
from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Wish
from bot.chat.campaigns import card, dates, deciding, overview, progress, running, writing
from bot.chat.campaigns.asking import AUDIENCE, SEND, WRITING
from bot.chat.desk import Desk, OnButton, OnCommand, OnWords
from bot.chat.reasons import OnReason
from messages.drafts import Kind
from messages.store.accounts import Member


async def _nothing(desk: Desk, press: Press, _member: Member, _wish: Wish) -> None:
    await cards.attend(desk, press)


COMMANDS: Final[Mapping[str, OnCommand]] = {"campaigns": overview.show}
BUTTONS: Final[Mapping[str, OnButton]] = {
    card.VIEW: WRITING.on(writing.view),
    dates.SET: WRITING.on(writing.answer),
    dates.MONTH: WRITING.on(dates.turn_month),
    dates.NOTHING: _nothing,
    AUDIENCE.pick: WRITING.on(AUDIENCE.tick),
    AUDIENCE.list: WRITING.on(AUDIENCE.turn_page),
    SEND: WRITING.on(writing.start),
    deciding.DECIDE: deciding.attend,
    overview.PROGRESS: overview.own,
    progress.LIST: overview.attend,
    running.RUN: running.attend,
}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.CAMPAIGN: WRITING.words}
REASONS: Final[Mapping[str, OnReason]] = {**deciding.REASONS, **running.REASONS}
ASKED_BY: Final[Mapping[str, Collection[str]]] = {
    **dict.fromkeys(deciding.REASONS, (deciding.DECIDE,)),
    **dict.fromkeys(running.REASONS, (running.RUN,)),
}
"""The buttons that name what a reason is asked for: of others a number may be a page's."""
