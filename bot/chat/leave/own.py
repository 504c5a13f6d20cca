"""``/leave``: the own leave, asked for, granted and taken back; and who of the own units is on leave."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Command, Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk, OnButton, OnCommand
from bot.chat.leave import asking
from bot.chat.leave.deciding import opening
from bot.chat.listing import page_of, turns
from messages.absences import MARKS, Absence, AbsenceState, absence_state_said, days_said
from messages.errors import LianxunError, NotEntitled, NotFound
from messages.rights import Act, acts_of
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase

LEAVE: Final = "lo1"
"""Buttons of the list: ask, one of the own leave, taking it back, and a page of others' leave."""


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/leave``: how the own leave stands."""
    await cards.send(desk, member.chat_id, await _own(desk, member))


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button of the list."""
    match wish.words:
        case ["ask"]:
            await asking.begin(desk, press, member)
        case ["own"]:
            await cards.turn(desk, press, await _own(desk, member))
        case ["one", number]:
            await cards.turn(desk, press, await _one(desk, member, number_of(number)))
        case ["back", number]:
            await _take_back(desk, press, member, number_of(number))
        case ["others", number]:
            await cards.turn(desk, press, await _others(desk, member, page_of(number)))
        case _:
            raise Forged


async def _own(desk: Desk, member: Member) -> Drawn:
    language = member.language
    some = await desk.absences.own(member.person_id)
    rows: Rows = [[labelled(desk, phrase("➕ Ask for leave"), language, LEAVE, "ask")]]
    rows += [[_opening(desk, one, language)] for one in reversed(some) if _may_take_back(desk, one)]
    async with desk.db.reading() as conn:
        grants = Act.GRANT_ABSENCE in await acts_of(conn, member.person_id)
    if grants:
        rows.append([labelled(desk, phrase("👥 Leave in my units"), language, LEAVE, "others", 1)])
    text = desk.renderer.render("leave", language, lines=[_line(desk, one, language) for one in some], grants=grants)
    return Drawn(text=text, rows=rows)


def _line(desk: Desk, one: Absence, language: str) -> dict[str, Any]:
    return {
        "mark": MARKS[one.state],
        "days": desk.catalog.say(days_said(one.days), language),
        "state": desk.catalog.say(absence_state_said(one.state), language),
        "person": one.person,
        "unit": one.unit,
        "why": one.why,
    }


def _opening(desk: Desk, one: Absence, language: str) -> InlineKeyboardButton:
    return button(f"{MARKS[one.state]} {desk.catalog.say(days_said(one.days), language)}", LEAVE, "one", one.id)


def _may_take_back(desk: Desk, one: Absence) -> bool:
    """Whether its person may still take it back, or what is left of it."""
    return one.waits or (one.state is AbsenceState.GRANTED and one.days.last >= desk.today)


async def _one(desk: Desk, member: Member, absence_id: int, fault: Phrase | None = None) -> Drawn:
    """One's own leave, and whether it is to be taken back."""
    one, language = await _found(desk, member, absence_id), member.language
    rows: Rows = []
    if _may_take_back(desk, one):
        rows.append([labelled(desk, _taking_back(desk, one), language, LEAVE, "back", one.id)])
    rows.append([labelled(desk, phrase("« Go back"), language, LEAVE, "own")])
    said = desk.catalog.say(fault, language) if fault else ""
    text = desk.renderer.render("leave_one", language, one=_line(desk, one, language), note=one.note, fault=said)
    return Drawn(text=text, rows=rows)


def _taking_back(desk: Desk, one: Absence) -> Phrase:
    """What is taken back: all of it, or, where it has begun, the days from today on."""
    if one.waits or one.days.first >= desk.today:
        return phrase("↩️ Take it back")
    return phrase("↩️ I am back: it ended yesterday, {day}", day=f"{desk.today - timedelta(days=1):%m-%d}")


async def _found(desk: Desk, member: Member, absence_id: int) -> Absence:
    one = await desk.absences.of(absence_id, member.person_id)
    if one.person_id != member.person_id:
        raise Forged
    return one


async def _take_back(desk: Desk, press: Press, member: Member, absence_id: int) -> None:
    one = await _found(desk, member, absence_id)
    try:
        await desk.absences.take_back(one.id, member.person_id, desk.clock.now())
    except (NotEntitled, NotFound):
        raise
    except LianxunError as error:
        await desk.toast(press, error.phrase, member.language)
        drawn = await _one(desk, member, absence_id, error.phrase)
    else:
        desk.wake()
        await desk.toast(press, phrase("It is taken back."), member.language)
        drawn = await _own(desk, member)
    await cards.edit(desk, member.chat_id, press.message.message_id, drawn)


async def _others(desk: Desk, member: Member, number: int) -> Drawn:
    """Leave of people of the own units, from today on; what waits has a button."""
    page, language = await desk.absences.list(member.person_id, number, desk.clock.now()), member.language
    rows: Rows = [[opening(desk, one, language)] for one in page.absences if one.waits]
    rows += turns(page.number, page.pages, (LEAVE, "others"))
    rows.append([labelled(desk, phrase("« Go back"), language, LEAVE, "own")])
    lines = [_line(desk, one, language) for one in page.absences]
    text = desk.renderer.render(
        "leave_others", language, lines=lines, total=page.total, number=page.number, pages=page.pages
    )
    return Drawn(text=text, rows=rows)


COMMANDS: Final[Mapping[str, OnCommand]] = {"leave": show}
BUTTONS: Final[Mapping[str, OnButton]] = {LEAVE: attend}
