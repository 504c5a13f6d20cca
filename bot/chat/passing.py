"""The desk of passing on: from the inbox to a post, to who takes it over, to the question whether that is meant.

Each step is drawn in the inbox's own message, and its buttons carry all that the next one needs: nothing is kept.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat import inbox
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button
from bot.chat.desk import Desk, OnButton
from bot.telegram import presses
from messages import passing
from messages.passing import NotInCharge, Offer, PassingRefused
from messages.store.accounts import Member
from messages.store.passing import Charge, Successor
from messages.text.phrase import Phrase, phrase

_OFFER: Final = "f2"
_ASK: Final = "f3"
_DO: Final = "f4"


async def begin(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A notice is to be passed on: for which of the own posts, where it waits for several."""
    delivery_id, page = wish.numbers(2)
    charges = await passing.charges(desk.db, member, delivery_id)
    if charges is None:
        raise Forged
    if not charges:
        await _end(desk, press, member, phrase("This notice does not wait for you any more."), page)
    elif len(charges) == 1:
        await _offer(desk, press, member, charges[0].obligation_id, 1, page)
    else:
        rows = [[button(f"{one.unit} · {one.post}", _OFFER, one.obligation_id, 1, page)] for one in charges]
        which = phrase("For which of your posts do you pass it on?")
        await _draw(desk, press, member, charges[0], which, rows, page)


async def offer(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Who can take it over, a page at a time."""
    obligation_id, number, page = wish.numbers(3)
    await _offer(desk, press, member, obligation_id, number, page)


async def ask(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Whether it is meant: once done, it cannot be taken back."""
    obligation_id, post_id, page = wish.numbers(3)
    async with _kindly(desk, press, member, page):
        charge, to = await passing.chosen(desk.db, member, obligation_id, post_id, desk.clock.now())
        sure = phrase("Yes, pass it on to {name}", name=to.name)
        rows = [[button(desk.catalog.say(sure, member.language), _DO, obligation_id, post_id, page)]]
        await _draw(desk, press, member, charge, _question(charge, to), rows, page)


async def pass_on(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """It is meant: recorded, then answered, then the inbox without that notice."""
    obligation_id, post_id, page = wish.numbers(3)
    async with _kindly(desk, press, member, page):
        to = await passing.pass_on(desk.db, member, obligation_id, post_id, desk.clock.now())
        desk.wake()
        await _end(desk, press, member, phrase("Passed on to {name} ({post}).", name=to.name, post=to.post), page)


async def _offer(desk: Desk, press: Press, member: Member, obligation_id: int, number: int, page: int) -> None:
    async with _kindly(desk, press, member, page):
        found = await passing.offer(desk.db, member, obligation_id, number, desk.clock.now())
        if not found.items:
            nobody = phrase("Nobody else in your unit can take it over: the others have it already.")
            await _end(desk, press, member, nobody, page)
            return
        rows = [[button(f"{one.name} · {one.post}", _ASK, obligation_id, one.post_id, page)] for one in found.items]
        turns = _turns(desk, found, member.language, page)
        await _draw(desk, press, member, found.charge, _to_whom(found), [*rows, turns] if turns else rows, page)


@asynccontextmanager
async def _kindly(desk: Desk, press: Press, member: Member, page: int) -> AsyncIterator[None]:
    """Tell what cannot be passed on, and show the inbox again; another's charge was never offered to this person."""
    try:
        yield
    except NotInCharge as error:
        raise Forged from error
    except PassingRefused as error:
        await _end(desk, press, member, error.phrase, page)


def _to_whom(found: Offer) -> Phrase:
    whom = phrase("Who takes it over from you ({post})?", post=found.charge.post)
    if found.pages == 1:
        return whom
    return phrase("{whom} Page {number} of {pages}.", whom=whom, number=found.number, pages=found.pages)


def _question(charge: Charge, to: Successor) -> Phrase:
    meant = phrase(
        "Shall {name} ({post}) acknowledge it in your place ({own})? Both names are recorded; it cannot be taken back.",
        name=to.name,
        post=to.post,
        own=charge.post,
    )
    if to.reachable:
        return meant
    return phrase("{meant} {name} cannot be written to at present: it would wait.", meant=meant, name=to.name)


def _turns(desk: Desk, found: Offer, language: str, page: int) -> list[InlineKeyboardButton]:
    way = {found.number - 1: phrase("« Previous"), found.number + 1: phrase("Next »")}
    return [
        button(desk.catalog.say(label, language), _OFFER, found.charge.obligation_id, number, page)
        for number, label in way.items()
        if 1 <= number <= found.pages
    ]


async def _draw(
    desk: Desk,
    press: Press,
    member: Member,
    of: Charge,
    what: Phrase,
    rows: list[list[InlineKeyboardButton]],
    page: int,
) -> None:
    """Show a step in the inbox's message, under the notice's title; back leads to the inbox."""
    language = member.language
    title = desk.renderer.title(of.template, language, of.title, **of.params)
    back = button(desk.catalog.say(phrase("« Back"), language), inbox.TURN, page)
    with desk.unharmed(press.chat_id):
        await presses.answer(desk.bot, press.query_id)
        await desk.bot.edit_message_text(
            f"↪ {title}\n\n{desk.catalog.say(what, language)}",
            chat_id=press.chat_id,
            message_id=press.message.message_id,
            reply_markup=InlineKeyboardMarkup([*rows, [back]]),
        )


async def _end(desk: Desk, press: Press, member: Member, how: Phrase, page: int) -> None:
    """Say how it ended, and show the inbox again."""
    await desk.toast(press, how, member.language)
    await inbox.redraw(desk, press, member, page)


BUTTONS: Final[Mapping[str, OnButton]] = {inbox.FORWARD: begin, _OFFER: offer, _ASK: ask, _DO: pass_on}
