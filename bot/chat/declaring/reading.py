"""Reading what was declared about a matter: what an interest is stands behind a button; each look is recorded."""

from collections.abc import Mapping
from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.cards import Drawn, Rows
from bot.chat.declaring.asking import step_said
from bot.chat.desk import Desk, OnButton
from bot.chat.listing import turns
from bot.telegram.keyboards import DESKS
from messages.errors import NotFound
from messages.store.accounts import Member
from schedules.desks import DeskKind
from schedules.tenders.declaring import NOTHING

OF_MATTER: Final = "dm1"
"""The button that leads to all that was declared about a matter: the matter, and a page."""
READ: Final = DESKS[DeskKind.DECLARATION]
"""The button under the report of an interest, and in a list: what to do, the declaration, and nothing."""
_TURN: Final = "dn1"
_PAGE: Final = 8


async def read(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """The declaration, in a message of its own that cannot be passed on; the report stays as it is."""
    match wish.words:
        case ["show", number, _]:
            one = await desk.tenders.declaration(number_of(number), member.person_id, desk.clock.now())
        case _:
            raise Forged
    step = step_said(desk, one.milestone, member.language)
    text = desk.renderer.render("declaration", member.language, one=one, step=step)
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, Drawn(text=text, rows=[]), protect=True)


async def show(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """What was declared about a matter, as far as the person may know of it, in a message of its own."""
    matter_id, number = wish.numbers(2)
    drawn = await _listed(desk, member, matter_id, number)
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, drawn, protect=True)


async def turn(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Another page of it."""
    matter_id, number = wish.numbers(2)
    await cards.turn(desk, press, await _listed(desk, member, matter_id, number))


async def _listed(desk: Desk, member: Member, matter_id: int, number: int) -> Drawn:
    language = member.language
    found = await desk.tenders.declarations(matter_id, member.person_id, desk.clock.now())
    if not found:
        raise NotFound(NOTHING)
    pages = -(-len(found) // _PAGE)
    number = max(1, min(number, pages))
    shown = found[(number - 1) * _PAGE : number * _PAGE]
    text = desk.renderer.render("declarations_listed", language, title=found[0].title, declarations=shown)
    rows: Rows = [[button(f"👁 {one.name}", READ, "show", one.id, 0)] for one in shown if one.given.interest]
    return Drawn(text=text, rows=[*rows, *turns(number, pages, (_TURN, matter_id))])


BUTTONS: Final[Mapping[str, OnButton]] = {READ: read, OF_MATTER: show, _TURN: turn}
