"""The buttons under what people are told of matters: to look, to declare interests, to propose a reminder."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.declaring.writing import declare
from bot.chat.desk import Desk
from bot.telegram.keyboards import DESKS
from messages.store.accounts import Member
from schedules.desks import DeskKind

PROMPTED: Final = DESKS[DeskKind.PROMPT]
"""Buttons under notices about matters: what to do, the matter, and the row of the prompt or the limit."""

OnPrompted: TypeAlias = Callable[[Desk, Press, Member, int, int], Awaitable[None]]
"""Attends to such a press: of this matter, and of this row of its prompts or limits (of MATTER its version)."""


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button under a notice about a matter."""
    match wish.words:
        case [what, number, row] if what in _DOING:
            await _DOING[what](desk, press, member, number_of(number), number_of(row))
        case _:
            raise Forged


_DOING: Final[Mapping[str, OnPrompted]] = {"declare": declare}
