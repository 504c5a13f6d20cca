"""The card: one message that shows the draft of a broadcast, with the buttons to go on from it.

It is edited where it stands, and sent anew, below what the person wrote, when the person has written something.
"""

from typing import Final

from telegram import InlineKeyboardButton

from bot.chat.audience import HINTS
from bot.chat.broadcast.words import LANES, said_when
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.words import beginning_of, said_fault, said_whom
from messages.drafting import Asked
from messages.drafts import Draft
from messages.errors import Refused
from messages.store import reach
from messages.store.reach import Reach
from messages.text.phrase import Phrase, phrase

VIEW: Final = "bv1"
"""Buttons that show another face of the card."""

_HINTS: Final = {
    **HINTS,
    Asked.CONTENT: phrase("Send the text, pictures, films or files; then choose, and look at the preview."),
    Asked.TITLE: phrase("Please write the title now."),
}


def back(desk: Desk, draft: Draft, language: str, to: str = "main") -> InlineKeyboardButton:
    """The button that goes back."""
    return labelled(desk, phrase("« Go back"), language, VIEW, draft.id, to)


async def front(desk: Desk, draft: Draft, language: str, *, resumed: bool = False, fault: str = "") -> Drawn:
    """The card's face: all that is chosen."""
    text = await text_of(desk, draft, language, resumed=resumed, fault=fault)

    def view(what: Phrase, to: str) -> InlineKeyboardButton:
        return labelled(desk, what, language, VIEW, draft.id, to)

    rows = [
        [view(phrase("👥 Audience"), "audience"), view(phrase("✅ Acknowledgement"), "within")],
        [view(phrase("🕘 When"), "when"), view(phrase("❗ Urgency"), "lane")],
        [view(phrase("🏷 Title"), "title")],
        [view(phrase("👁 Preview"), "preview")],
        [view(phrase("🗑 Discard"), "discard")],
    ]
    if draft.content.attachments:
        rows[2].append(view(phrase("📎 Take the files out"), "unfile"))
    return Drawn(text=text, rows=rows)


async def text_of(desk: Desk, draft: Draft, language: str, *, resumed: bool = False, fault: str = "") -> str:
    """What the card says."""
    content = draft.content
    found, wrong = await _reach(desk, draft, language)
    within = desk.policy.broadcasts.within if content.within is None else content.within
    return desk.renderer.render(
        "broadcast_card",
        language,
        resumed=resumed,
        returned=draft.returned,
        title=content.title or "",
        beginning=beginning_of(content.text),
        files=len(content.attachments),
        audience=said_whom(desk, content.audience, language),
        people=found.people if found else None,
        unreachable=found.unreachable if found else 0,
        fault=fault or wrong,
        acknowledge=content.acknowledge,
        within=within,
        when=said_when(desk, content, language),
        lane=desk.catalog.say(LANES[content.lane], language),
        hint=desk.catalog.say(_HINTS.get(draft.asked, _HINTS[Asked.CONTENT]), language),
    )


async def _reach(desk: Desk, draft: Draft, language: str) -> tuple[Reach | None, str]:
    """Whom the audience comes to now, or what is wrong with it."""
    try:
        expression = await desk.announcing.previews.expression(draft.content, draft.person_id)
        if not expression:
            return None, ""
        async with desk.db.reading() as conn:
            return await reach.count(conn, expression), ""
    except Refused as error:
        return None, said_fault(desk, error, language)
