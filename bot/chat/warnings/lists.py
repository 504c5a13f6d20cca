"""Warnings in lists: the own open ones, what waits for a person's decision, and those of the own units by grade.

Opened, one shows its history and the buttons that this person may use. Each look at somebody else's is recorded.
"""

from collections.abc import Mapping
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Command, Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk, OnButton, OnCommand
from bot.chat.listing import page_of, turns
from bot.chat.warnings import drawing, possible
from bot.telegram import keyboards, showing
from messages.items.records import MARKS, grade_said
from messages.notices import Grade
from messages.store.accounts import Member
from messages.store.warning_lists import Filters, WarningLine
from messages.text.phrase import phrase
from messages.warnings import views
from messages.warnings.awaited import days_of
from messages.warnings.matters import counted_said
from messages.warnings.records import warning_state_said
from schedules.desks import DeskKind
from schedules.notifier import PREVIEW, Outgoing

LIST: Final = keyboards.DESKS[DeskKind.WARNINGS]
"""Buttons that lead to lists and to a warning in one: what, and which."""
WAITING: Final = keyboards.DESKS[DeskKind.ITEMS]
"""Buttons about what waits for a person's decision."""
WORST_FIRST: Final = (Grade.RED, Grade.ORANGE, Grade.BLUE)
_PAGE: Final = 6
_OWN_SHOWN: Final = 10


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/warnings``."""
    await cards.send(desk, member.chat_id, await _front(desk, member), protect=True)


async def turn(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A list, a page of one, or a warning in it; from a notice the list comes in a message of its own."""
    match wish.words:
        case ["list", _, _]:
            drawn = await _front(desk, member)
            await cards.attend(desk, press)
            await cards.send(desk, member.chat_id, drawn, protect=True)
        case ["all"]:
            await cards.turn(desk, press, await _front(desk, member))
        case ["grade", grade, number] if grade in [*Grade]:
            await cards.turn(desk, press, await _listed(desk, member, Grade(grade), page_of(number)))
        case ["open", number]:
            await cards.turn(desk, press, await _opened(desk, member, number_of(number)))
        case ["says", number]:
            await _say(desk, press, member, number_of(number))
        case _:
            raise Forged


async def _front(desk: Desk, member: Member) -> Drawn:
    """The own ones, what waits for the person, and how many there are in the own units, or the person was told of."""
    language = member.language
    mine = await views.mine(desk.db, member.person_id, desk.clock.now())
    grades = await views.open_by_grade(desk.db, member.person_id)
    counts = {} if grades is None else await desk.judging.counts(member.person_id)
    text = desk.renderer.render(
        "warnings",
        language,
        mine=[_own(desk, one, language) for one in mine[:_OWN_SHOWN]],
        total=len(mine),
        kinds=[desk.catalog.say(counted_said(kind, count), language) for kind, count in counts.items()],
        grades=[_grade(desk, grade, language, grades[grade]) for grade in WORST_FIRST] if grades is not None else None,
    )
    rows: Rows = [[_open(one)] for one in mine[:_OWN_SHOWN]]
    if counts:
        rows.append([labelled(desk, phrase("✍️ What waits for my decision"), language, WAITING, "matters", 1)])
    if grades:
        rows += [[_grade_button(desk, grade, language, grades[grade])] for grade in WORST_FIRST if grades[grade]]
    return Drawn(text=text, rows=rows)


def _own(desk: Desk, one: WarningLine, language: str) -> dict[str, Any]:
    return {
        "mark": MARKS[one.grade],
        "title": one.title,
        "post": one.post.title,
        "state": desk.catalog.say(warning_state_said(one.state), language),
        "days": (days := days_of(one, desk.clock.now())),
        "provisional": one.provisional and days.any,
    }


def _grade(desk: Desk, grade: Grade, language: str, count: int) -> dict[str, Any]:
    return {"mark": MARKS[grade], "name": desk.catalog.say(grade_said(grade), language), "count": count}


def _grade_button(desk: Desk, grade: Grade, language: str, count: int) -> InlineKeyboardButton:
    name = desk.catalog.say(grade_said(grade), language)
    return button(f"{MARKS[grade]} {name} · {count}", LIST, "grade", grade.value, 1)


def _open(one: WarningLine) -> InlineKeyboardButton:
    return button(f"{MARKS[one.grade]} {one.post.title} · {one.title}", LIST, "open", one.id)


async def _listed(desk: Desk, member: Member, grade: Grade, number: int) -> Drawn:
    """A page of the open ones of a grade in the own units."""
    language = member.language
    filters, now = Filters(grade=grade), desk.clock.now()
    page = await views.open_of(desk.db, member.person_id, filters, number, now, size=_PAGE)
    lines = [told.warning for told in page.rows]
    text = desk.renderer.render(
        "warnings_listed",
        language,
        mark=MARKS[grade],
        grade=desk.catalog.say(grade_said(grade), language),
        total=page.total,
        number=page.number,
        pages=page.pages,
        items=[_line(desk, one, language) for one in lines],
    )
    rows = [
        [button(f"{place} · {one.post.title} · {one.title}", LIST, "open", one.id)]
        for place, one in enumerate(lines, 1)
    ]
    return Drawn(
        text=text, rows=[*rows, *turns(page.number, page.pages, (LIST, "grade", grade.value)), _back(desk, language)]
    )


def _line(desk: Desk, one: WarningLine, language: str) -> dict[str, Any]:
    return {
        "title": one.title,
        "unit": one.post.unit,
        "post": one.post.title,
        "holder": one.post.holder,
        "state": desk.catalog.say(warning_state_said(one.state), language),
        "days": days_of(one, desk.clock.now()),
    }


def _back(desk: Desk, language: str) -> list[InlineKeyboardButton]:
    return [labelled(desk, phrase("↩ Overview"), language, LIST, "all")]


async def _opened(desk: Desk, member: Member, warning_id: int) -> Drawn:
    """A warning with its history, and what this person may do about it."""
    told = await views.of_warning(desk.db, member.person_id, warning_id, desk.clock.now())
    rows = await possible.rows(desk, member, told)
    return drawing.life(desk, told, member.language, [*rows, _back(desk, member.language)])


async def _say(desk: Desk, press: Press, member: Member, warning_id: int) -> None:
    """What it says, with its files, for its holder and those who decide."""
    case = await desk.judging.look(warning_id, member.person_id, desk.clock.now())
    await cards.attend(desk, press)
    said = {"title": case.warning.title, "text": case.wording.text, "mark": MARKS[case.warning.grade]}
    outgoing = Outgoing(
        delivery_id=PREVIEW,
        chat_id=member.chat_id,
        text=desk.renderer.render("warning_says", member.language, **said),
        acknowledge=None,
        protect=True,
        attachments=case.wording.attachments,
    )
    await showing.show(desk.bot, desk.bot_id, desk.db, member.chat_id, outgoing)


COMMANDS: Final[Mapping[str, OnCommand]] = {"warnings": show}
BUTTONS: Final[Mapping[str, OnButton]] = {LIST: turn}
