"""Approving: what waits is listed and shown as it will be read; then it is approved, or returned with a reason."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from html import escape
from typing import Final, TypeAlias

from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.broadcast import looking
from bot.chat.buttons import Forged, Wish
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.words import said_fault
from bot.telegram import presses
from messages import reasons
from messages.errors import LianxunError, NotEntitled, Outdated
from messages.reasons import About
from messages.store.accounts import Member
from messages.text.phrase import nphrase, phrase

_OnProposal: TypeAlias = Callable[[Desk, Press, Member, int], Awaitable[None]]

DECIDE: Final = "ba1"
"""Buttons about a proposal: what is to be done, and which one; to approve it also the preview that was shown."""
REASONS: Final = "proposal"
"""What a reason for returning a proposal is asked for by."""
_LONGEST_ID: Final = 19


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about a proposal."""
    doing: _OnProposal
    match wish.words:
        case ["yes", number, *seen] if number.isdecimal() and len(number) < _LONGEST_ID:
            doing = partial(_approve, seen="".join(seen))
        case [what, number] if what in _DOING and number.isdecimal() and len(number) < _LONGEST_ID:
            doing = _DOING[what]
        case _:
            raise Forged
    try:
        await doing(desk, press, member, int(number))
    except NotEntitled:
        raise
    except LianxunError as error:
        # Decided meanwhile, or something about it cannot be sent any more.
        text = escape(said_fault(desk, error, member.language), quote=False)
        await cards.turn(desk, press, Drawn(text=text, rows=[]))


async def _show(desk: Desk, press: Press, member: Member, proposal_id: int) -> None:
    """The message as it will be read, what it comes to, and the two ways to decide."""
    now, language = desk.clock.now(), member.language
    proposal = await desk.announcing.approvals.for_decision(proposal_id, member.person_id, now)
    preview = await desk.announcing.previews.preview(proposal.content, proposal.person_id, now)
    with desk.unharmed(press.chat_id):
        await presses.answer(desk.bot, press.query_id)
    await looking.show_message(desk, member, preview)
    keyboard = InlineKeyboardMarkup(
        [
            [labelled(desk, phrase("✅ Approve and send"), language, DECIDE, "yes", proposal_id, preview.seen)],
            [labelled(desk, phrase("↩️ Return"), language, DECIDE, "no", proposal_id)],
        ]
    )
    said = looking.said(desk, preview, language, by=proposal.proposer)
    await desk.bot.send_message(member.chat_id, said, parse_mode=ParseMode.HTML, reply_markup=keyboard)


async def _approve(desk: Desk, press: Press, member: Member, proposal_id: int, seen: str) -> None:
    """What was shown is approved; where that is not how it stands by now, it is shown once more."""
    try:
        announced = await desk.announcing.approvals.approve(proposal_id, member.person_id, seen, desk.clock.now())
    except Outdated as error:
        await desk.toast(press, error.phrase, member.language)
        await _show(desk, press, member, proposal_id)
        return
    desk.wake()
    said = nphrase(
        "✅ Approved: notice {id} is on its way to {count} person.",
        "✅ Approved: notice {id} is on its way to {count} people.",
        announced.recipients,
        id=announced.id,
    )
    await cards.turn(desk, press, cards.plain(desk, said, member.language))


async def _ask_why(desk: Desk, press: Press, member: Member, proposal_id: int) -> None:
    """The next words are the reason."""
    now, language = desk.clock.now(), member.language
    await desk.announcing.approvals.for_decision(proposal_id, member.person_id, now)
    await reasons.ask(desk.db, member.person_id, About(desk=REASONS, act="return", id=proposal_id), now)
    rows = [
        [labelled(desk, phrase("Return it without a reason"), language, DECIDE, "silent", proposal_id)],
        [labelled(desk, phrase("« Go back"), language, DECIDE, "back", proposal_id)],
    ]
    said = phrase("↩️ Why is it returned? Please write the reason.")
    await cards.turn(desk, press, cards.plain(desk, said, language, *rows))


async def _change_mind(desk: Desk, press: Press, member: Member, proposal_id: int) -> None:
    async with desk.db.writing() as conn:
        await reasons.stop(conn, member.person_id, desk.clock.now())
    again = labelled(desk, phrase("👁 Show it again"), member.language, DECIDE, "show", proposal_id)
    await cards.turn(desk, press, cards.plain(desk, phrase("Nothing is decided yet."), member.language, [again]))


async def _return_silently(desk: Desk, press: Press, member: Member, proposal_id: int) -> None:
    await _give_back(desk, member, proposal_id, "")
    await cards.turn(desk, press, cards.plain(desk, phrase("↩️ Returned."), member.language))


async def _give_back(desk: Desk, member: Member, proposal_id: int, why: str, message_id: int | None = None) -> None:
    await desk.announcing.approvals.give_back(proposal_id, member.person_id, why, desk.clock.now(), message_id)
    desk.wake()


async def return_with(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """Return a proposal with the reason that was asked for."""
    await _give_back(desk, member, about.id, why, message_id)
    await desk.say(member.chat_id, phrase("↩️ Returned with your reason."), member.language)


_DOING: Final[Mapping[str, _OnProposal]] = {
    "show": _show,
    "no": _ask_why,
    "back": _change_mind,
    "silent": _return_silently,
}
