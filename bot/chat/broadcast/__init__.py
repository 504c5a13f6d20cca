"""The broadcast desk: writing, choosing, looking, and sending or having approved. The draft's buttons meet here."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from bot.chat.acts import Press, Said
from bot.chat.broadcast import approvals, asking, board, card, looking, timing, withdrawing, writing
from bot.chat.broadcast.asking import AUDIENCE
from bot.chat.buttons import Forged, Wish
from bot.chat.desk import Desk, OnButton, OnCommand, OnWords
from bot.chat.reasons import OnReason
from bot.telegram import presses
from messages.drafting import closed
from messages.drafts import BROADCASTS, Draft, Kind
from messages.errors import DecidedBefore
from messages.rights import Act, entitle
from messages.store.accounts import Member

_OnDraft: TypeAlias = Callable[[Desk, Press, Member, Draft, Wish], Awaitable[None]]
_OnView: TypeAlias = Callable[[Desk, Press, Member, Draft], Awaitable[None]]

_VIEWS: Final[Mapping[str, _OnView]] = {
    "main": writing.to_front,
    "title": asking.ask_title,
    "untitle": writing.untitle,
    "unfile": writing.unfile,
    "discard": writing.ask_to_discard,
    "discarded": writing.discard,
    "audience": AUDIENCE.menu,
    "units": AUDIENCE.units,
    "nodes": AUDIENCE.nodes,
    "posts": AUDIENCE.posts,
    "levels": AUDIENCE.levels,
    "roles": AUDIENCE.roles,
    "expression": AUDIENCE.expression,
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


def _on(attend: _OnDraft) -> OnButton:
    """A button of the draft that is open; of one that is not any more the buttons are taken away."""

    async def of_draft(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
        await entitle(desk.db, member.person_id, Act.BROADCAST, desk.clock.now())
        if not wish.words or not wish.words[0].isdecimal():
            raise Forged
        try:
            draft = await _open(desk, member, int(wish.words[0]))
            await BROADCASTS.touch(desk.db, draft, desk.clock.now())  # what is said next is for this one
            await attend(desk, press, member, draft, wish)
        except DecidedBefore as error:
            await desk.toast(press, error.phrase, member.language)
            with desk.unharmed(press.chat_id):
                await desk.bot.edit_message_reply_markup(press.chat_id, press.message.message_id)

    return of_draft


async def _open(desk: Desk, member: Member, draft_id: int) -> Draft:
    """The person's draft that a button is about."""
    draft = await BROADCASTS.current(desk.db, member.person_id)
    if draft is None or draft.id != draft_id:
        raise closed()
    return draft


async def _nothing(desk: Desk, press: Press, _member: Member, _wish: Wish) -> None:
    with desk.unharmed(press.chat_id):
        await presses.answer(desk.bot, press.query_id)


async def _words(desk: Desk, said: Said, member: Member) -> bool:
    try:
        return await writing.take(desk, said, member)
    except DecidedBefore as error:  # closed by another process while this was read
        await desk.say(member.chat_id, error.phrase, member.language)
        return True


COMMANDS: Final[Mapping[str, OnCommand]] = {"broadcast": writing.begin}
BUTTONS: Final[Mapping[str, OnButton]] = {
    card.VIEW: _on(_view),
    AUDIENCE.pick: _on(AUDIENCE.tick),
    AUDIENCE.list: _on(AUDIENCE.turn_page),
    timing.SET: _on(timing.put),
    timing.DAY: _on(timing.choose_day),
    timing.NOTHING: _nothing,
    looking.SEND: _on(looking.dispatch),
    looking.NAMES: _on(looking.names),
    approvals.DECIDE: approvals.attend,
    withdrawing.WITHDRAW: withdrawing.withdraw,
    board.STEER: board.steer,
}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.BROADCAST: _words}
REASONS: Final[Mapping[str, OnReason]] = {approvals.REASONS: approvals.return_with}
