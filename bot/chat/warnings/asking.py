"""What a decision about a warning is asked for: why, and by when it is to be answered anew.

The reason is kept until the date is chosen, so that a restart between the two loses nothing; who wants another one goes
back.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.buttons import button
from bot.chat.cards import labelled
from bot.chat.desk import Desk
from messages import reasons
from messages.errors import DecidedBefore
from messages.reasons import About
from messages.store.accounts import Member
from messages.text.phrase import nphrase, phrase

DAYS: Final = (1, 2, 3, 5, 10)
"""The working days to choose from for a new date."""


async def why(desk: Desk, member: Member, about: About) -> None:
    """The next words are the reason for this."""
    await reasons.ask(desk.db, member.person_id, about, desk.clock.now())


async def when(
    desk: Desk,
    member: Member,
    about: About,
    warning_id: int,
    kind: str,
    *further: list[InlineKeyboardButton],
) -> None:
    """The reason is given (``about``): now a new date is chosen, each button with the day that it means."""
    now, language = desk.clock.now(), member.language
    await reasons.ask(desk.db, member.person_id, about, now)
    dates = await desk.judging.dates(warning_id, DAYS, now)
    rows = [[_choice(desk, kind, about, days, at, language)] for days, at in zip(DAYS, dates, strict=True)]
    back = [labelled(desk, phrase("« Go back"), language, kind, "back", about.id, about.version)]
    asked = phrase("By when is it to be answered? Reason: {why}", why=about.why)
    await cards.send(desk, member.chat_id, cards.plain(desk, asked, language, *rows, *further, back), protect=True)


def _choice(desk: Desk, kind: str, about: About, days: int, at: datetime, language: str) -> InlineKeyboardButton:
    moment = desk.moment(at, language)
    label = nphrase("{count} working day · {moment}", "{count} working days · {moment}", days, moment=moment)
    return button(desk.catalog.say(label, language), kind, "days", about.id, about.version, days)


def with_reason(about: About, why: str, message_id: int) -> About:
    """What was asked about, with the reason that was given."""
    return replace(about, why=why, message=message_id)


async def given(desk: Desk, member: Member, name: str, act: str, number: int) -> About:
    """The reason that was given for this decision; raises ``DecidedBefore`` where none waits for its date any more."""
    question = await reasons.asked(desk.db, member.person_id)
    about = question.about if question else None
    if about is None or (about.desk, about.act, about.id) != (name, act, number) or not about.why:
        raise DecidedBefore(phrase("This question is closed: please look at it once more."))
    return about


async def stop(desk: Desk, member: Member) -> None:
    """The next words are no reason any more."""
    async with desk.db.writing() as conn:
        await reasons.stop(conn, member.person_id, desk.clock.now())
