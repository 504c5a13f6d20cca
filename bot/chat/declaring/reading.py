"""Reading a declaration: what an interest is stands only behind the button under its report; each look is recorded."""

from collections.abc import Mapping
from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.cards import Drawn
from bot.chat.declaring.asking import step_said
from bot.chat.desk import Desk, OnButton
from bot.telegram.keyboards import DESKS
from messages.store.accounts import Member
from schedules.desks import DeskKind

READ: Final = DESKS[DeskKind.DECLARATION]
"""The button under the report of an interest: what to do, the declaration, and nothing."""


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


BUTTONS: Final[Mapping[str, OnButton]] = {READ: read}
