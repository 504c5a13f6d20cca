"""The own items: listed newest first, opened, withdrawn before their approval, entered and corrected."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import cards, whole
from bot.chat.acts import Command, Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.drafting import send_card
from bot.chat.items.asking import face
from bot.chat.items.card import VIEW
from bot.chat.items.sending import timely_said
from bot.chat.items.words import decisive_of, label_of, named_posts, said_category, said_grade
from bot.chat.listing import page_of, turns
from bot.chat.words import beginning_of
from bot.telegram.keyboards import DESKS
from messages.audience_words import audience_said
from messages.errors import CHANGED, DecidedBefore, Outdated, Refused
from messages.items.drafts import EMPTY, ITEMS, ItemContent, ItemDraft, Step, filled
from messages.items.kinds import kind_said
from messages.items.records import OPEN, Item, ItemState, item_state_said
from messages.rights import Act, entitle
from messages.store.accounts import Member
from messages.text.phrase import phrase
from schedules.desks import DeskKind

OWN: Final = DESKS[DeskKind.OWN_ITEM]
"""Buttons that lead to an own item, also from notices: what to do, the item, its version. They send a message anew."""
LIST: Final = "iml1"
"""Buttons of the list and of what is opened from it: what, the item or the page, and a version."""
_TO_ENTER: Final = (ItemState.ANNOUNCED, ItemState.RETURNED)
_MARKS: Final[Mapping[ItemState, str]] = {
    ItemState.ANNOUNCED: "✏️",
    ItemState.SUBMITTED: "⏳",
    ItemState.RETURNED: "↩️",
    ItemState.CONFIRMING: "⏳",
    ItemState.ISSUED: "✅",
    ItemState.WITHDRAWN: "✖️",
}

_OnItem: TypeAlias = Callable[[Desk, Press, Member, Item, int], Awaitable[None]]


async def begin(desk: Desk, _command: Command, member: Member) -> None:
    """``/mine``: the own items, newest first."""
    await entitle(desk.db, member.person_id, Act.SUBMIT, desk.clock.now())
    await cards.send(desk, member.chat_id, await _listed(desk, member, 1))


async def _listed(desk: Desk, member: Member, number: int) -> Drawn:
    page = await desk.items.mine(member.person_id, number, desk.clock.now())
    lines = [_line(desk, item, member.language) for item in page.items]
    text = desk.renderer.render(
        "items_mine", member.language, items=lines, total=page.total, number=page.number, pages=page.pages
    )
    rows = [
        [button(f"{_MARKS[item.state]} {item.given.title}", LIST, "show", item.id, item.version)] for item in page.items
    ]
    return Drawn(text=text, rows=[*rows, *turns(page.number, page.pages, (LIST, "page"))])


def _line(desk: Desk, item: Item, language: str) -> dict[str, Any]:
    """What the list, and what is opened from it, say of an item."""
    say, content = desk.catalog.say, ItemContent.of_item(item.given)
    return {
        "mark": _MARKS[item.state],
        "title": item.given.title,
        "category": said_category(desk, item.given.category, language),
        "kind": say(kind_said(item.given.kind), language),
        "grade": said_grade(desk, item.given.grade, language) if item.given.grade else "",
        "state": say(item_state_said(item.state), language),
        "due": say(timely_said(item, desk.clock.now()), language)
        if item.due_on and item.state is not ItemState.WITHDRAWN
        else "",
        "why": item.why or "" if item.state is ItemState.RETURNED else "",
        "missing": [say(label_of(step, content), language) for step in content.missing]
        if item.state in _TO_ENTER
        else [],
    }


async def _opened(desk: Desk, item: Item, language: str) -> Drawn:
    """All of an item, and what can be done about it."""
    decisive = decisive_of(ItemContent.of_item(item.given))
    text = desk.renderer.render(
        "item_mine",
        language,
        **_line(desk, item, language),
        unit=item.unit,
        decisive=desk.catalog.say(decisive, language) if decisive else "",
        day=item.given.decisive_on,
        beginning=beginning_of(item.given.text),
        files=len(item.given.attachments),
        audience=desk.catalog.say(audience_said(item.given.audience), language) if item.given.audience else "",
        **named_posts(desk, item.posts, language),
        submitted_at=item.submitted_at,
        approver=item.approver,
        confirmer=item.confirmer,
    )
    return Drawn(text=text, rows=_acts(desk, item, language))


def _acts(desk: Desk, item: Item, language: str) -> list[list[InlineKeyboardButton]]:
    def leads(what: Any, act: str) -> InlineKeyboardButton:  # noqa: ANN401 -- a phrase
        return labelled(desk, what, language, LIST, act, item.id, item.version)

    enter = phrase("✏️ Enter it now") if item.state is ItemState.ANNOUNCED else phrase("✏️ Correct it")
    rows = [[labelled(desk, enter, language, OWN, "enter", item.id, item.version)]] if item.state in _TO_ENTER else []
    if item.given.text or item.given.attachments:
        rows.append([leads(phrase("👁 Show it in full"), "whole")])
    if item.state in OPEN:
        rows.append([leads(phrase("🗑 Withdraw"), "ask")])
    return [*rows, [labelled(desk, phrase("« My items"), language, LIST, "page", 1)]]


# Buttons


async def own(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button that leads to an item, perhaps from a notice, which stays as it is."""
    match wish.words:
        case ["show", number, _version]:
            item = await _own(desk, member, number_of(number))
            await cards.attend(desk, press)
            await cards.send(desk, member.chat_id, await _opened(desk, item, member.language))
        case ["enter", number, version]:
            await _enter(desk, press, member, number_of(number), number_of(version))
        case ["instead", number, version, draft_id, seen]:
            instead = (number_of(draft_id), seen)
            await _enter(desk, press, member, number_of(number), number_of(version), instead)
        case _:
            raise Forged


async def listed(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button of the list, or of an item that was opened from it."""
    match wish.words:
        case ["page", word]:
            await entitle(desk.db, member.person_id, Act.SUBMIT, desk.clock.now())
            await cards.turn(desk, press, await _listed(desk, member, page_of(word)))
        case [act, number, version] if act in _ACTS:
            item = await _own(desk, member, number_of(number))
            await _ACTS[act](desk, press, member, item, number_of(version))
        case _:
            raise Forged


async def _own(desk: Desk, member: Member, item_id: int) -> Item:
    """An item of the person's own; that somebody else's was asked for is recorded."""
    return await desk.items.own(item_id, member.person_id, desk.clock.now())


async def _show(desk: Desk, press: Press, member: Member, item: Item, _version: int) -> None:
    await cards.turn(desk, press, await _opened(desk, item, member.language))


async def _whole(desk: Desk, press: Press, member: Member, item: Item, _version: int) -> None:
    await cards.attend(desk, press)
    try:
        await whole.show(desk, member, item.given.title, item.given.text, item.given.attachments)
    except Refused as error:
        await desk.say(member.chat_id, error.phrase, member.language)


async def _ask(desk: Desk, press: Press, member: Member, item: Item, version: int) -> None:
    """Withdrawing is asked once more."""
    language = member.language
    rows = [
        [labelled(desk, phrase("🗑 Yes, withdraw it"), language, LIST, "withdraw", item.id, version)],
        [labelled(desk, phrase("« Go back"), language, LIST, "show", item.id, version)],
    ]
    said = phrase("Withdraw “{title}”? Nobody receives it then.", title=item.given.title)
    await cards.turn(desk, press, cards.plain(desk, said, language, *rows))


async def _withdraw(desk: Desk, press: Press, member: Member, item: Item, version: int) -> None:
    """It is withdrawn, and so is the draft that would have entered it; of one that has changed that is told."""
    now = desk.clock.now()
    try:
        item = await desk.items.withdraw(item.id, member.person_id, now, version)
    except (DecidedBefore, Outdated) as error:
        await desk.toast(press, error.phrase, member.language)
        item = await _own(desk, member, item.id)
        await cards.edit(desk, press.chat_id, press.message.message_id, await _opened(desk, item, member.language))
        return
    draft = await ITEMS.current(desk.db, member.person_id)
    if draft is not None and draft.item_id == item.id:
        await _discard(desk, member, draft)
    await cards.turn(desk, press, await _opened(desk, item, member.language))


_ACTS: Final[Mapping[str, _OnItem]] = {"show": _show, "whole": _whole, "ask": _ask, "withdraw": _withdraw}


# Entering


async def _enter(
    desk: Desk, press: Press, member: Member, item_id: int, version: int, instead: tuple[int, str] | None = None
) -> None:
    """An item that was announced or came back becomes the draft, ``instead`` of this draft with this content."""
    item, now = await _own(desk, member, item_id), desk.clock.now()
    await entitle(desk.db, member.person_id, Act.SUBMIT, now)
    if item.state not in _TO_ENTER:
        said = phrase("This item is: {state}.", state=item_state_said(item.state))
        await desk.toast(press, said, member.language)
        await cards.send(desk, member.chat_id, await _opened(desk, item, member.language))
        return
    if version == item.version:
        await cards.attend(desk, press)
    else:
        await desk.toast(press, CHANGED, member.language)
    draft = await ITEMS.current(desk.db, member.person_id)
    if draft is not None and draft.item_id != item.id and draft.content != EMPTY:
        if instead != (draft.id, draft.digest):  # another one is being written by now, or more of it
            await _ask_instead(desk, member, draft, item)
            return
        await _discard(desk, member, draft)
    async with desk.db.writing() as conn:
        await ITEMS.make_room(conn, member.person_id, EMPTY, now)
        draft = await ITEMS.begin(conn, filled(item), now)
    await ITEMS.touch(desk.db, draft, now)
    await send_card(desk, member, ITEMS, draft, await face(desk, draft, member))


async def _discard(desk: Desk, member: Member, draft: ItemDraft) -> None:
    """A draft is closed from elsewhere: its card goes too."""
    await ITEMS.discard(desk.db, draft, desk.clock.now())
    if draft.card is not None:
        await cards.take_away(desk, member.chat_id, draft.card)


async def _ask_instead(desk: Desk, member: Member, draft: ItemDraft, item: Item) -> None:
    """Another item is being written: which one goes on is asked."""
    language, instead = member.language, phrase("🗑 Discard that, enter this")
    rows = [
        [labelled(desk, phrase("✏️ Go on with that one"), language, VIEW, draft.id, "go", Step.CHECK)],
        [labelled(desk, instead, language, OWN, "instead", item.id, item.version, draft.id, draft.digest)],
    ]
    said = phrase(
        "You are writing “{draft}” at the moment. Please send or discard that before you enter “{item}”.",
        draft=draft.content.title or "…",
        item=item.given.title,
    )
    await cards.send(desk, member.chat_id, cards.plain(desk, said, language, *rows))
