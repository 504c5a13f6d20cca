"""The card: one message that shows the draft of a broadcast, with the buttons to go on from it.

It is edited where it stands, and sent anew, below what the person wrote, when the person has written something.
"""

from dataclasses import replace
from typing import Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.broadcast.words import LANES, said_fault, said_when, said_whom
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from messages import drafts
from messages.drafts import Asked, Draft
from messages.errors import Refused
from messages.store import reach
from messages.store.accounts import Member
from messages.store.reach import Reach
from messages.text.markup import parse
from messages.text.phrase import Phrase, phrase

VIEW: Final = "bv1"
"""Buttons that show another face of the card."""
_SHOWN_UP_TO: Final = 400

_HINTS: Final = {
    Asked.CONTENT: phrase("Send the text, pictures, films or files; then choose, and look at the preview."),
    Asked.TITLE: phrase("Please write the title now."),
    Asked.UNITS: phrase("Write a part of a name to search for it."),
    Asked.NODES: phrase("Write a part of a name to search for it."),
    Asked.EXPRESSION: phrase("Please write the expression now."),
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
    beginning = parse(content.text).text
    return desk.renderer.render(
        "broadcast_card",
        language,
        resumed=resumed,
        returned=draft.returned,
        title=content.title or "",
        beginning=beginning if len(beginning) <= _SHOWN_UP_TO else f"{beginning[: _SHOWN_UP_TO - 1]}…",
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


async def send(desk: Desk, member: Member, draft: Draft, drawn: Drawn) -> Draft:
    """Send the card anew, below all else, and take the old one away; gives the draft as it is by then."""
    message_id = await cards.send(desk, member.chat_id, drawn)
    before: list[int] = []

    def change(present: Draft) -> Draft:
        before.extend([present.card] if present.card is not None else [])
        return replace(present, card=message_id)

    draft = await drafts.change(desk.db, draft.id, change, desk.clock.now())
    for old in before:
        await cards.take_away(desk, member.chat_id, old)
    return draft
