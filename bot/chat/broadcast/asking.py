"""What the card asks to be written: a title, or an audience as an expression. It waits for it visibly."""

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.broadcast import card
from bot.chat.broadcast.card import VIEW
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from messages import drafts
from messages.audience import term_of
from messages.drafts import Asked, Draft
from messages.rights import Act, reach
from messages.store import reach as reaches
from messages.store.accounts import Member
from messages.text.phrase import phrase


async def ask_title(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """The next words are the title."""
    await _ask(desk, press, member, draft, Asked.TITLE)


async def ask_expression(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """The next words are an expression."""
    await _ask(desk, press, member, draft, Asked.EXPRESSION)


async def _ask(desk: Desk, press: Press, member: Member, draft: Draft, asked: Asked) -> None:
    change = drafts.setting(asked=asked, card=press.message.message_id)
    draft = await drafts.change(desk.db, draft.id, change, desk.clock.now())
    await cards.turn(desk, press, await face(desk, draft, member))


async def face(desk: Desk, draft: Draft, member: Member, *, fault: str = "") -> Drawn:
    """The card as it waits for what the draft asks for, or its front where it asks for nothing; with what was wrong."""
    language = member.language
    match draft.asked:
        case Asked.TITLE:
            rows = [[card.back(desk, draft, language)]]
            if draft.content.title:
                rows.insert(0, [labelled(desk, phrase("Without a title"), language, VIEW, draft.id, "untitle")])
            return Drawn(text=await card.text_of(desk, draft, language, fault=fault), rows=rows)
        case Asked.EXPRESSION:
            text = await card.text_of(desk, draft, language, fault=fault)
            terms = await _terms(desk, member)
            return Drawn(text=f"{text}\n\n{terms}", rows=[[card.back(desk, draft, language, "audience")]])
    return await card.front(desk, draft, language, fault=fault)


async def _terms(desk: Desk, member: Member) -> str:
    """How an expression is written, by examples that there are in this office."""
    async with desk.db.reading() as conn:
        scope = await reach(conn, member.person_id, Act.BROADCAST)
        units, _ = await reaches.units_within(conn, scope, "", offset=0, limit=1)
        nodes, _ = await reaches.nodes_named(conn, "", offset=0, limit=1)
    unit = term_of("unit", units[0].name if units else "NAME")
    return desk.renderer.render(
        "audience_terms", member.language, unit=unit, node=term_of("node", nodes[0].name) if nodes else ""
    )
