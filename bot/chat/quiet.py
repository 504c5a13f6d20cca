"""The desk of quiet hours: a person sees the own ones, and chooses others within the office's bounds."""

from collections.abc import Mapping
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.chat.acts import Command, Press
from bot.chat.buttons import Forged, Wish, button
from bot.chat.desk import Desk, OnButton, OnCommand
from bot.telegram import presses
from messages import accounts
from messages.errors import Refused
from messages.quiet_hours import OwnHours
from messages.store.accounts import Member
from messages.text.phrase import phrase
from schedules import quiet_hours

_TURN: Final = "q1"
_CHOOSE: Final = "q2"
_OFFICES: Final = "q3"
_CARD, _FROM, _UNTIL = "card", "from", "until"
_NONE: Final = OwnHours.of(0, 0)
_DAY: Final = 24 * 60
_IN_A_ROW: Final = 4


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/quiet``: the hours as they are, with buttons to change them."""
    own = await accounts.quiet_hours_of(desk.db, member.person_id)
    keyboard = InlineKeyboardMarkup(_card(desk, own, member.language))
    await desk.bot.send_message(
        member.chat_id, _text(desk, own, member.language), parse_mode=ParseMode.HTML, reply_markup=keyboard
    )


async def turn(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Offer the times for one end of the hours; or go back."""
    which = wish.word((_CARD, _FROM, _UNTIL))
    with desk.unharmed(press.chat_id):
        await presses.answer(desk.bot, press.query_id)
    await _redraw(desk, press, member, which)


async def choose(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Hours were chosen."""
    since, until = wish.numbers(2)
    if max(since, until) >= _DAY or (own := OwnHours.of(since, until)) is None:
        raise Forged
    try:
        await _keep(desk, press, member, own)
    except Refused as outside:
        raise Forged from outside


async def follow_office(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """The office's hours again."""
    if wish.words:
        raise Forged
    await _keep(desk, press, member, None)


async def _keep(desk: Desk, press: Press, member: Member, own: OwnHours | None) -> None:
    now, calendar = desk.clock.now(), await desk.calendars.current()
    await quiet_hours.choose(desk.db, member.person_id, own, now, hours=desk.policy.quiet_hours, calendar=calendar)
    desk.wake()
    await desk.toast(press, phrase("Your quiet hours are kept."), member.language)
    await _redraw(desk, press, member, _CARD)


async def _redraw(desk: Desk, press: Press, member: Member, which: str) -> None:
    own = await accounts.quiet_hours_of(desk.db, member.person_id)
    rows = _card(desk, own, member.language) if which == _CARD else _times(desk, own, which, member.language)
    with desk.unharmed(press.chat_id):
        await desk.bot.edit_message_text(
            _text(desk, own, member.language),
            chat_id=press.chat_id,
            message_id=press.message.message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=InlineKeyboardMarkup(rows),
        )


def _text(desk: Desk, own: OwnHours | None, language: str) -> str:
    hours = desk.policy.quiet_hours
    present = own or hours
    return desk.renderer.render(
        "quiet",
        language,
        start=f"{present.start:%H:%M}",
        end=f"{present.end:%H:%M}",
        never=present.start == present.end,
        own=own is not None,
        days_off=hours.days_off,
    )


def _card(desk: Desk, own: OwnHours | None, language: str) -> list[list[InlineKeyboardButton]]:
    hours, say = desk.policy.quiet_hours, desk.catalog.say
    rows: list[list[InlineKeyboardButton]] = []
    if hours.earliest_start != hours.latest_end:
        ends = (phrase("🌙 Begin at …"), _FROM), (phrase("☀️ End at …"), _UNTIL)
        rows.append([button(say(what, language), _TURN, which) for what, which in ends])
        if own != _NONE:
            rows.append([button(say(phrase("No quiet hours at night"), language), _CHOOSE, 0, 0)])
    if own is not None:
        offices = phrase("As the office: {start}–{end}", start=f"{hours.start:%H:%M}", end=f"{hours.end:%H:%M}")
        rows.append([button(say(offices, language), _OFFICES)])
    return rows


def _times(desk: Desk, own: OwnHours | None, which: str, language: str) -> list[list[InlineKeyboardButton]]:
    """The half hours that may be chosen for one end, while the other stays."""
    found = quiet_hours.choices(desk.policy.quiet_hours, own, start=which == _FROM)
    buttons = [button(f"{one.start if which == _FROM else one.end:%H:%M}", _CHOOSE, *one.minutes) for one in found]
    rows = [buttons[start : start + _IN_A_ROW] for start in range(0, len(buttons), _IN_A_ROW)]
    return [*rows, [button(desk.catalog.say(phrase("« Back"), language), _TURN, _CARD)]]


COMMANDS: Final[Mapping[str, OnCommand]] = {"quiet": show}
BUTTONS: Final[Mapping[str, OnButton]] = {_TURN: turn, _CHOOSE: choose, _OFFICES: follow_office}
