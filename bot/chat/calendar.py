"""The desk of calendars: a person subscribes to the own limits of matters, or to the office's, by a secret link."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.chat.acts import Command, Press
from bot.chat.buttons import Wish, button
from bot.chat.desk import Desk, OnButton, OnCommand
from messages import calendar_links
from messages.calendar_links import Feed
from messages.errors import NotEntitled
from messages.store.accounts import Member
from messages.store.calendar_links import Opened
from messages.text.phrase import Phrase, phrase

_MAKE: Final = "cl1"
_END: Final = "cl2"
_LABELS: Final[Mapping[Feed, tuple[Phrase, Phrase, Phrase]]] = {
    Feed.OWN: (
        phrase("➕ Make my link"),
        phrase("🔄 New link of mine (the old one ends)"),
        phrase("✖️ End my link"),
    ),
    Feed.OFFICE: (
        phrase("➕ Make the link of my units"),
        phrase("🔄 New link of my units (the old one ends)"),
        phrase("✖️ End the link of my units"),
    ),
}
"""For each feed: make a link, make another, end it."""
_NONE: Final = phrase("Calendars are for who answers for a step of a tender and for who looks after units.")


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/calendar``: what can be subscribed to, and what was."""
    feeds = await calendar_links.feeds_of(desk.db, member.person_id)
    if not feeds:
        raise NotEntitled(_NONE)
    keyboard = _keyboard(desk, feeds, member.language)
    await desk.show(member.chat_id, "calendar_links", member.language, keyboard, feeds=feeds)


async def make(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A link was asked for: it is sent once, cannot be passed on, and nothing looks at it beforehand."""
    feed = Feed(wish.word([*Feed]))
    token = await calendar_links.make(desk.db, member.person_id, feed, desk.clock.now())
    address = f"{desk.address()}/calendar/{token}.ics"
    await desk.hand(
        member.chat_id,
        "calendar_link",
        member.language,
        feed=feed,
        address=address,
        subscribing=urlsplit(address)._replace(scheme="webcal").geturl(),
    )
    await _redraw(desk, press, member, phrase("The link is below."))


async def end(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A link was ended: what it was given to gets nothing more."""
    ended = await calendar_links.end(desk.db, member.person_id, Feed(wish.word([*Feed])), desk.clock.now())
    said = phrase("The link has ended.") if ended else phrase("There was no link any more.")
    await _redraw(desk, press, member, said)


async def _redraw(desk: Desk, press: Press, member: Member, said: Phrase) -> None:
    await desk.toast(press, said, member.language)
    feeds = await calendar_links.feeds_of(desk.db, member.person_id)
    with desk.unharmed(press.chat_id):
        await desk.bot.edit_message_text(
            desk.renderer.render("calendar_links", member.language, feeds=feeds),
            chat_id=press.chat_id,
            message_id=press.message.message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(desk, feeds, member.language),
        )


def _keyboard(desk: Desk, feeds: Mapping[Feed, Opened | None], language: str) -> InlineKeyboardMarkup:
    rows: list[list[InlineKeyboardButton]] = []
    for feed, opened in feeds.items():
        first, another, over = (desk.catalog.say(label, language) for label in _LABELS[feed])
        rows.append([button(another if opened else first, _MAKE, feed)])
        if opened:
            rows.append([button(over, _END, feed)])
    return InlineKeyboardMarkup(rows)


COMMANDS: Final[Mapping[str, OnCommand]] = {"calendar": show}
BUTTONS: Final[Mapping[str, OnButton]] = {_MAKE: make, _END: end}
