"""The card of a draft: edited where it stands, and sent anew, below what the person wrote, when that was something."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from bot.chat import cards
from bot.chat.cards import Drawn
from bot.chat.desk import Desk
from messages.drafting import Drafted, Drafts
from messages.store.accounts import Member

D = TypeVar("D", bound=Drafted)


async def send_card(desk: Desk, member: Member, drafts: Drafts[D], draft: D, drawn: Drawn) -> D:
    """Send a draft's card anew, below all else, and take the old one away; gives the draft as it is by then."""
    card = await cards.send(desk, member.chat_id, drawn)
    before: list[int] = []

    def change(present: D) -> D:
        before.extend([present.card] if present.card is not None else [])
        return replace(present, card=card)

    draft = await drafts.change(desk.db, draft.id, change, desk.clock.now())
    for message_id in before:
        await cards.take_away(desk, member.chat_id, message_id)
    return draft


async def show_taken(
    desk: Desk, member: Member, drafts: Drafts[D], draft: D, draw: Callable[[D], Awaitable[Drawn]], *, anew: bool
) -> None:
    """Show a draft that has taken something, ``anew`` or where its card stands.

    Another process may have taken something meanwhile, and shown it before this one did: then that is shown again.
    """
    if anew or draft.card is None:
        shown: D | None = await send_card(desk, member, drafts, draft, await draw(draft))
    else:
        await cards.edit(desk, member.chat_id, draft.card, await draw(draft))
        shown = await drafts.current(desk.db, member.person_id)
    if shown is not None and shown.content != draft.content and shown.card is not None:
        await cards.edit(desk, member.chat_id, shown.card, await draw(shown))
