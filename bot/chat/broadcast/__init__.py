"""The broadcast desk: writing, choosing, looking, and sending or having approved. The draft's buttons meet here."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.broadcast import approvals, asking, board, card, looking, timing, withdrawing, writing
from bot.chat.broadcast.asking import AUDIENCE
from bot.chat.broadcast.writing import WRITING
from bot.chat.buttons import Forged, Wish
from bot.chat.desk import Desk, OnButton, OnCommand, OnWords
from bot.chat.reasons import OnReason
from messages.drafts import Draft, Kind
from messages.store.accounts import Member

_OnView: TypeAlias = Callable[[Desk, Press, Member, Draft], Awaitable[None]]

_VIEWS: Final[Mapping[str, _OnView]] = {
    "main": writing.to_front,
    "title": asking.ask_title,
    "untitle": writing.untitle,
    "unfile": writing.unfile,
    "discard": writing.ask_to_discard,
    "discarded": writing.discard,
    **AUDIENCE.views,
    "within": timing.within,
    "lane": timing.lane,
    "when": timing.when,
    "preview": looking.look,
}


async def _view(desk: Desk, press: Press, member: Member, draft: Draft, wish: Wish) -> None:
    """Another face of the card."""
    match wish.words[1:]:
        case [name] if name in _VIEWS:
            await _VIEWS[name](desk, press, member, draft)
        case _:
            raise Forged


async def _nothing(desk: Desk, press: Press, _member: Member, _wish: Wish) -> None:
    await cards.attend(desk, press)


COMMANDS: Final[Mapping[str, OnCommand]] = {"broadcast": writing.begin}
BUTTONS: Final[Mapping[str, OnButton]] = {
    card.VIEW: WRITING.on(_view),
    AUDIENCE.pick: WRITING.on(AUDIENCE.tick),
    AUDIENCE.list: WRITING.on(AUDIENCE.turn_page),
    timing.SET: WRITING.on(timing.put),
    timing.DAY: WRITING.on(timing.choose_day),
    timing.NOTHING: _nothing,
    looking.SEND: WRITING.on(looking.dispatch),
    looking.NAMES: WRITING.on(looking.names),
    approvals.DECIDE: approvals.attend,
    withdrawing.WITHDRAW: withdrawing.withdraw,
    board.STEER: board.steer,
}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.BROADCAST: WRITING.words}
REASONS: Final[Mapping[str, OnReason]] = {approvals.REASONS: approvals.return_with}
