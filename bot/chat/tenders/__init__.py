"""The desk of matters: tenders, purchases, recruitments and their dates. Its buttons meet here."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Wish
from bot.chat.desk import Desk, OnButton, OnCommand, OnWords
from bot.chat.reasons import OnReason
from bot.chat.tenders import dates, kinds, matter, moving, overview, placing, prompted, responsible, writing
from bot.chat.tenders.asking import WRITING
from messages.drafts import Kind
from messages.store.accounts import Member


async def _nothing(desk: Desk, press: Press, _member: Member, _wish: Wish) -> None:
    await cards.attend(desk, press)


COMMANDS: Final[Mapping[str, OnCommand]] = {"tender": overview.show}
BUTTONS: Final[Mapping[str, OnButton]] = {
    prompted.PROMPTED: prompted.attend,
    kinds.LIST: overview.attend,
    kinds.CARD: matter.attend,
    kinds.MOVE: moving.attend,
    kinds.POSTS: responsible.attend,
    kinds.PLACE: placing.attend,
    kinds.VIEW: WRITING.on(writing.view),
    kinds.SET: WRITING.on(writing.answer),
    kinds.MONTH: WRITING.on(dates.turn_month),
    kinds.UNITS: WRITING.on(writing.turn_page),
    kinds.SAVE: WRITING.on(writing.save),
    kinds.NOTHING: _nothing,
}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.MATTER: WRITING.words, Kind.MATTERS: overview.take}
REASONS: Final[Mapping[str, OnReason]] = {
    **matter.REASONS,
    **moving.REASONS,
    **responsible.REASONS,
    **placing.REASONS,
}
READING: Final[Mapping[str, Callable[[str], str]]] = {**moving.READING, **responsible.READING, **placing.READING}
"""How what is asked for is read that is no reason."""
ASKED_BY: Final[Mapping[str, Collection[str]]] = dict.fromkeys(
    REASONS, (kinds.CARD, kinds.MOVE, kinds.POSTS, kinds.PLACE)
)
"""The buttons that name what a reason is asked for: all of these name the matter."""
