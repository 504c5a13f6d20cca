"""Which posts a reminder is about: found by unit, title or name; each line shows who holds it, or that nobody does."""

from dataclasses import replace
from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.items.card import VIEW, feet, text_of
from bot.chat.listing import found, page_of, ticks, value_of
from messages.errors import refused
from messages.items.checking import MOST_POSTS
from messages.items.drafts import ITEMS, ItemDraft, Step
from messages.rights import Act, reach
from messages.scopes import Scope
from messages.store.accounts import Member
from messages.text.phrase import phrase

TICK: Final = "isr1"
"""Buttons that tick a post: draft, post, whether it is to be ticked, page."""
LIST: Final = "ist1"
"""Buttons that turn the list's page: draft, page."""


async def _scope(desk: Desk, draft: ItemDraft) -> Scope:
    async with desk.db.reading() as conn:
        return await reach(conn, draft.person_id, Act.SUBMIT)


async def listed(desk: Desk, draft: ItemDraft, member: Member, page: int = 1, *, fault: str = "") -> Drawn:
    """A page of the posts that the search has found."""
    language, scope = member.language, await _scope(desk, draft)
    shown = await found(desk, "post", scope, draft.search, page, chosen=draft.content.posts, language=language)
    rows = ticks(shown, (TICK, draft.id), (LIST, draft.id))
    text = await text_of(desk, draft, language, fault=fault)
    if draft.search:
        said = desk.renderer.render("search", language, search=draft.search, total=shown.total)
        text = f"{text}\n\n{said}"
        rows.append([labelled(desk, phrase("Show all again"), language, VIEW, draft.id, "go", Step.POSTS)])
    return Drawn(text=text, rows=[*rows, *feet(desk, draft, language)])


async def turn_page(desk: Desk, press: Press, member: Member, draft: ItemDraft, wish: Wish) -> None:
    """Another page of the list."""
    match wish.words[1:]:
        case [word] if Step.POSTS in draft.content.steps:
            page = page_of(word)
        case _:
            raise Forged
    await cards.turn(desk, press, await listed(desk, _there(draft), member, page))


async def tick(desk: Desk, press: Press, member: Member, draft: ItemDraft, wish: Wish) -> None:
    """A post was ticked, or is not to be any more."""
    match wish.words[1:]:
        case [number, ("0" | "1") as on, word] if Step.POSTS in draft.content.steps:
            page, code = page_of(word), await value_of(desk, "post", number, await _scope(desk, draft))
        case _:
            raise Forged

    def change(present: ItemDraft) -> ItemDraft:
        others = tuple(one for one in present.content.posts if one != code)
        chosen = (*others, code) if on == "1" else others
        if len(chosen) > MOST_POSTS:
            raise refused(phrase("At most {most} posts are accepted.", most=MOST_POSTS), column="posts")
        return replace(_there(present).with_content(posts=chosen), card=press.message.message_id)

    draft = await ITEMS.change(desk.db, draft.id, change, desk.clock.now())
    await cards.turn(desk, press, await listed(desk, draft, member, page))


def _there(draft: ItemDraft) -> ItemDraft:
    """The draft at the question about posts, where the search is kept."""
    return draft if draft.step is Step.POSTS else draft.at(Step.POSTS)
