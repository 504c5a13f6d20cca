"""What the card asks to be written: a title, or something about the audience. It waits for it visibly."""

from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.audience import HINTS, Audience
from bot.chat.broadcast import card
from bot.chat.broadcast.card import VIEW
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from messages.drafting import Asked, setting
from messages.drafts import BROADCASTS, Draft
from messages.rights import Act
from messages.store.accounts import Member
from messages.text.phrase import phrase

AUDIENCE: Final[Audience[Draft]] = Audience(
    drafts=BROADCASTS,
    act=Act.BROADCAST,
    view=VIEW,
    pick="bc1",
    list="bl1",
    text=card.text_of,
    feet=lambda desk, draft, language: [[card.back(desk, draft, language)]],
)
"""How a broadcast's audience is chosen."""


async def ask_title(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """The next words are the title."""
    change = setting(asked=Asked.TITLE, card=press.message.message_id)
    draft = await BROADCASTS.change(desk.db, draft.id, change, desk.clock.now())
    await cards.turn(desk, press, await face(desk, draft, member))


async def face(desk: Desk, draft: Draft, member: Member, *, fault: str = "") -> Drawn:
    """The card as it waits for what the draft asks for, or its front where it asks for nothing; with what was wrong."""
    language = member.language
    if draft.asked in HINTS:
        return await AUDIENCE.face(desk, draft, member, fault=fault)
    if draft.asked is not Asked.TITLE:
        return await card.front(desk, draft, language, fault=fault)
    rows = [[card.back(desk, draft, language)]]
    if draft.content.title:
        rows.insert(0, [labelled(desk, phrase("Without a title"), language, VIEW, draft.id, "untitle")])
    return Drawn(text=await card.text_of(desk, draft, language, fault=fault), rows=rows)
