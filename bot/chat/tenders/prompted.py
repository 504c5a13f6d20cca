"""The buttons under what people are told of matters: to look, to declare interests, to propose a reminder."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.declaring.writing import declare
from bot.chat.desk import Desk
from bot.chat.tenders import writing
from bot.chat.tenders.matter import drawn, whole_of
from bot.chat.tenders.proposing import propose
from bot.telegram.keyboards import DESKS
from messages.drafting import closed
from messages.errors import DecidedBefore, Outdated
from messages.items.drafts import ITEMS
from messages.store.accounts import Member
from messages.tenders.drafts import MATTERS_OF, MatterContent
from schedules.desks import DeskKind

PROMPTED: Final = DESKS[DeskKind.PROMPT]
"""Buttons under notices about matters: what to do, the matter, and the row of the prompt or the limit."""

OnPrompted: TypeAlias = Callable[[Desk, Press, Member, int, int], Awaitable[None]]
"""Attends to such a press: of this matter, and of this row of its prompts or limits (of MATTER its version)."""


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button under a notice about a matter."""
    match wish.words:
        case [what, number, row] if what in _DOING:
            await _attempt(_DOING[what], desk, press, member, number_of(number), number_of(row))
        case _:
            raise Forged


async def _attempt(doing: OnPrompted, desk: Desk, press: Press, member: Member, number: int, row: int) -> None:
    try:
        await doing(desk, press, member, number, row)
    except (DecidedBefore, Outdated) as error:
        await desk.toast(press, error.phrase, member.language)


async def _show(desk: Desk, press: Press, member: Member, matter_id: int, _row: int) -> None:
    """The matter with its dates, in a message of its own: the notice stays as it is."""
    whole = await whole_of(desk, member, matter_id)
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, await drawn(desk, member, whole))


async def _enter(desk: Desk, press: Press, member: Member, draft_id: int, _row: int) -> None:
    """What is being submitted as an item is entered as a matter instead, by its title; a text stays in its draft."""
    draft = await ITEMS.current(desk.db, member.person_id)
    if draft is None or draft.id != draft_id or draft.content.kind not in MATTERS_OF:
        raise closed()
    await cards.attend(desk, press)
    content = MatterContent(kind=MATTERS_OF[draft.content.kind], title=draft.content.title)
    if await writing.begin(desk, member, content) and not (draft.content.text or draft.content.attachments):
        await ITEMS.discard(desk.db, draft, desk.clock.now())
        await cards.take_away(desk, member.chat_id, press.message.message_id)


_DOING: Final[Mapping[str, OnPrompted]] = {"show": _show, "declare": declare, "enter": _enter, "propose": propose}
