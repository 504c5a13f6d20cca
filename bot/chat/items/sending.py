"""Sending an item that was written, or announcing it; the draft is closed in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from html import escape

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.items.asking import WRITING
from bot.chat.items.card import expression_of
from bot.chat.stepping import is_as_shown
from bot.chat.words import said_fault, said_few
from bot.telegram.keyboards import DESKS
from messages.drafting import setting
from messages.errors import DecidedBefore, LianxunError, NotEntitled, Outdated
from messages.items.drafts import ITEMS, ItemDraft, Step
from messages.items.records import CHAT, Given, Item, ItemState
from messages.store.accounts import Member
from messages.store.database import Connection
from messages.text.phrase import Phrase, phrase
from schedules.desks import DeskKind


async def send(desk: Desk, press: Press, member: Member, draft: ItemDraft, wish: Wish) -> None:
    """Submit what was shown; where that is not how it stands by now, it is shown once more."""
    if not await is_as_shown(desk, press, member, WRITING, draft, wish):
        return
    try:
        item = await desk.items.submit(
            await _given(desk, draft),
            draft.person_id,
            now := desk.clock.now(),
            by=CHAT,
            item_id=draft.item_id,
            version=draft.version,
            along=partial(_close, desk, draft, now),
        )
    except LianxunError as error:
        await _refused(desk, press, member, draft, error)
        return
    desk.wake()
    await _done(desk, press, member, item, await _submitted(desk, item, member.language))


async def _close(desk: Desk, draft: ItemDraft, now: datetime, conn: Connection) -> None:
    await ITEMS.close(conn, draft=draft, now=now)
    if draft.of_limit is not None:
        await desk.tenders.proposed(conn, draft.of_limit, draft.person_id, now)


async def announce(desk: Desk, press: Press, member: Member, draft: ItemDraft) -> None:
    """Announce it, to be entered by its day."""
    if not draft.content.announceable or draft.item_id is not None:
        raise Forged
    now = desk.clock.now()
    try:
        along = partial(ITEMS.close, draft=draft, now=now)
        item = await desk.items.announce(await _given(desk, draft), draft.person_id, now, by=CHAT, along=along)
    except LianxunError as error:
        await _refused(desk, press, member, draft, error)
        return
    said = phrase("⏳ Announced: {title}", title=item.given.title)
    enter = _leads(desk, phrase("✏️ Enter it now"), member, DeskKind.ENTRY, "enter", item)
    await _done(desk, press, member, item, [said, timely_said(item, now)], enter)


async def _given(desk: Desk, draft: ItemDraft) -> Given:
    return draft.content.given(await expression_of(desk, draft))


async def _refused(desk: Desk, press: Press, member: Member, draft: ItemDraft, error: LianxunError) -> None:
    """It was not taken: the card says why, as long as there is one."""
    if isinstance(error, NotEntitled):
        raise error
    if isinstance(error, DecidedBefore) and await ITEMS.current(desk.db, member.person_id) is None:
        raise error
    change = setting(step=Step.CHECK)
    if isinstance(error, Outdated) and draft.item_id is not None:
        item = await desk.items.of(draft.item_id, member.person_id, desk.clock.now())
        change = setting(step=Step.CHECK, version=item.version, why=item.why)
    await WRITING.show(desk, press, member, draft, change, said_fault(desk, error, member.language))


async def _submitted(desk: Desk, item: Item, language: str) -> list[Phrase]:
    """What became of it, and whether it was in time."""
    said = [phrase("📨 Submitted: {title}", title=item.given.title)]
    if item.state is ItemState.ISSUED:
        said.append(phrase("It is on its way to its readers."))
    elif names := [one.name for one in await desk.items.approvers(item.path, item.person_id, item.posts)]:
        some = said_few(desk, names, language)
        said.append(phrase("It waits for the approval of {names}.", names=some))
    if item.due_on is not None:
        said.append(timely_said(item, desk.clock.now()))
    return said


def timely_said(item: Item, now: datetime) -> Phrase:
    """Whether an item was entered in time, or by when it is to be."""
    day = f"{item.due_on:%m-%d}" if item.due_on else ""
    if item.provisional:
        return phrase("⏰ due {day}, provisional", day=day)
    if item.submitted_at is not None:
        said = phrase("entered in time") if item.timely else phrase("entered late")
        return phrase("⏰ due {day} · {said}", day=day, said=said)
    if item.due_at is not None and item.due_at <= now:
        return phrase("⏰ due {day} · {said}", day=day, said=phrase("that day is over"))
    return phrase("⏰ to be entered by {day}", day=day)


def _leads(
    desk: Desk, what: Phrase, member: Member, kind: DeskKind, act: str, item: Item
) -> list[InlineKeyboardButton]:
    return [labelled(desk, what, member.language, DESKS[kind], act, item.id, item.version)]


async def _done(
    desk: Desk,
    press: Press,
    member: Member,
    item: Item,
    said: Sequence[Phrase],
    *rows: list[InlineKeyboardButton],
) -> None:
    """The card says what became of it, and leads there."""
    text = escape("\n".join(desk.catalog.say(one, member.language) for one in said), quote=False)
    look = _leads(desk, phrase("👁 Look at it"), member, DeskKind.OWN_ITEM, "show", item)
    await cards.turn(desk, press, Drawn(text=text, rows=[*rows, look]))
