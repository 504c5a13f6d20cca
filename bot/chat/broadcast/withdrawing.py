"""Withdrawing: who proposed a broadcast, and thinks better of it before it is decided, has it as a draft again."""

from typing import Final

from telegram import InlineKeyboardMarkup

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.broadcast import card
from bot.chat.broadcast.words import called
from bot.chat.buttons import Forged, Wish
from bot.chat.cards import labelled
from bot.chat.desk import Desk
from bot.chat.drafting import send_card
from messages.drafts import BROADCASTS
from messages.errors import DecidedBefore
from messages.store.accounts import Member
from messages.text.phrase import nphrase, phrase

WITHDRAW: Final = "bw1"
"""The button that withdraws: which proposal."""
_LONGEST_ID: Final = 19


async def tell_waiting(desk: Desk, member: Member) -> None:
    """Say what the person has proposed and nobody has decided, with a button for each to withdraw it."""
    waiting = await desk.announcing.approvals.proposed(member.person_id)
    if not waiting:
        return
    said = nphrase(
        "⏳ {count} broadcast of yours waits for approval.",
        "⏳ {count} broadcasts of yours wait for approval.",
        len(waiting),
    )
    rows = [
        [labelled(desk, phrase("↩️ Withdraw: {what}", what=called(one.content)), member.language, WITHDRAW, one.id)]
        for one in waiting
    ]
    await desk.say(member.chat_id, said, member.language, InlineKeyboardMarkup(rows))


async def withdraw(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A proposal is a draft again; of one that was decided it is told how."""
    match wish.words:
        case [number] if number.isdecimal() and len(number) < _LONGEST_ID:
            proposal_id = int(number)
        case _:
            raise Forged
    language = member.language
    try:
        draft = await desk.announcing.approvals.withdraw(proposal_id, member.person_id, desk.clock.now())
    except DecidedBefore as error:
        await cards.turn(desk, press, cards.plain(desk, error.phrase, language))
        return
    if draft is None:
        later = phrase("↩️ Withdrawn. Once the draft at hand is sent or discarded, /broadcast has it as a draft again.")
        await cards.turn(desk, press, cards.plain(desk, later, language))
        return
    await cards.turn(desk, press, cards.plain(desk, phrase("↩️ Withdrawn: it is a draft again."), language))
    await send_card(desk, member, BROADCASTS, draft, await card.front(desk, draft, language))
