"""Proposing a blue reminder of a limit that passed: its draft is opened, filled, as its card; the presser sends it."""

from dataclasses import replace

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.cards import labelled
from bot.chat.desk import Desk
from bot.chat.drafting import send_card
from bot.chat.items.asking import face
from bot.chat.items.card import VIEW
from messages.items.drafts import EMPTY, ITEMS, ItemDraft, Step
from messages.notices import LONGEST_TITLE
from messages.store.accounts import Member
from messages.text.lengths import cut
from messages.text.phrase import phrase


async def propose(desk: Desk, press: Press, member: Member, matter_id: int, limit_id: int) -> None:
    """Open the draft; where another item is being written, that goes first."""
    now, language = desk.clock.now(), member.language
    draft = await ITEMS.current(desk.db, member.person_id)
    if draft is not None and draft.content != EMPTY:
        await cards.attend(desk, press)
        await _wait(desk, member, draft)
        return
    found = await desk.tenders.proposal(matter_id, limit_id, member.person_id, now)
    await cards.attend(desk, press)
    title = cut(desk.catalog.say(found.title, language), LONGEST_TITLE)
    text = desk.renderer.render(found.template, language, **found.params).strip()
    content = replace(found.content, title=title, text=text)
    new = ItemDraft(id=0, person_id=member.person_id, content=content, of_limit=found.about).at(Step.CHECK)
    async with desk.db.writing() as conn:
        await ITEMS.make_room(conn, member.person_id, EMPTY, now)
        draft = await ITEMS.begin(conn, new, now)
    await ITEMS.touch(desk.db, draft, now)
    await send_card(desk, member, ITEMS, draft, await face(desk, draft, member))


async def _wait(desk: Desk, member: Member, draft: ItemDraft) -> None:
    on = labelled(desk, phrase("✏️ Go on with that one"), member.language, VIEW, draft.id, "go", Step.CHECK)
    said = phrase(
        "You are writing “{draft}” at the moment. Please send or discard that, and then press the button once more.",
        draft=draft.content.title or "…",
    )
    await cards.send(desk, member.chat_id, cards.plain(desk, said, member.language, [on]))
