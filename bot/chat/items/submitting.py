"""Submitting an item: its draft is begun, found again and discarded; buttons answer, lead on, announce and send."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from bot.chat import whole
from bot.chat.acts import Command, Press
from bot.chat.buttons import Forged, Wish
from bot.chat.desk import Desk
from bot.chat.drafting import resumed, send_card
from bot.chat.items import dates, sending
from bot.chat.items.asking import AUDIENCE, WRITING, face, refuse_wrong
from bot.chat.items.card import VIEW, text_of
from bot.chat.stepping import Discarding
from bot.chat.words import said_fault
from messages.errors import Refused
from messages.items.drafts import EMPTY, ITEMS, ItemContent, ItemDraft, Step
from messages.items.kinds import KINDS, ItemKind
from messages.notices import Category, Grade
from messages.rights import Act, entitle
from messages.store.accounts import Member
from messages.text.phrase import phrase

_OnView: TypeAlias = Callable[[Desk, Press, Member, ItemDraft], Awaitable[None]]
_Change: TypeAlias = Callable[[ItemDraft], ItemDraft]


async def begin(desk: Desk, command: Command, member: Member) -> None:
    """``/submit``: a new draft, or the one that was left. What is written behind the command is the title."""
    now = desk.clock.now()
    await entitle(desk.db, member.person_id, Act.SUBMIT, now)
    async with desk.db.writing() as conn:
        draft = await ITEMS.begin(conn, ItemDraft(id=0, person_id=member.person_id, content=EMPTY), now)
    left, fault = draft.content != EMPTY, ""
    try:
        draft = await ITEMS.change(desk.db, draft.id, _titled(desk, draft, command.argument), now)
    except Refused as error:
        fault = said_fault(desk, error, member.language)
    drawn = await face(desk, draft, member, fault=fault)
    if left:
        drawn = resumed(desk, drawn, member.language)
    await send_card(desk, member, ITEMS, draft, drawn)


def _titled(desk: Desk, draft: ItemDraft, given: str) -> _Change:
    """The change that gives the title to a draft without one; raises ``Refused`` as for one that is asked for."""
    title = " ".join(given.replace("\0", " ").split())
    if not title or draft.content.title:
        return lambda present: present
    refuse_wrong(replace(draft.content, title=title), Step.TITLE, desk.today)
    return lambda present: present if present.content.title else present.with_content(title=title)


# Answers by button


async def answer(desk: Desk, press: Press, member: Member, draft: ItemDraft, wish: Wish) -> None:
    """A question was answered: the next one is asked."""
    match wish.words[1:]:
        case [word, value] if word in _ANSWERS and Step(word) in draft.content.steps:
            change = _ANSWERS[word](desk, draft.content, value)
        case _:
            raise Forged
    await WRITING.show(desk, press, member, draft, lambda present: replace(change(present), step=Step(word)).onward())


def _category(_desk: Desk, _content: ItemContent, value: str) -> _Change:
    if value not in KINDS:
        raise Forged
    return lambda present: replace(present, content=present.content.of_category(Category(value)))


def _kind(_desk: Desk, content: ItemContent, value: str) -> _Change:
    if content.category is None or value not in KINDS[content.category]:
        raise Forged
    return _with(kind=ItemKind(value))


def _date(desk: Desk, _content: ItemContent, value: str) -> _Change:
    return _with(decisive_on=dates.span_of(desk).day_of(value))


def _grade(_desk: Desk, _content: ItemContent, value: str) -> _Change:
    if value not in set(Grade):
        raise Forged
    return _with(grade=Grade(value))


def _with(**changes: Any) -> _Change:  # noqa: ANN401 -- fields of the content
    return lambda present: present.with_content(**changes)


_ANSWERS: Final[Mapping[str, Callable[[Desk, ItemContent, str], _Change]]] = {
    Step.CATEGORY: _category,
    Step.KIND: _kind,
    Step.DATE: _date,
    Step.GRADE: _grade,
}


def _about_audience(present: ItemDraft) -> ItemDraft:
    """The draft at the question about its audience, where what is searched for is kept."""
    return present if present.step is Step.AUDIENCE else present.at(Step.AUDIENCE)


# Faces


async def view(desk: Desk, press: Press, member: Member, draft: ItemDraft, wish: Wish) -> None:
    """Another face of the card."""
    content = draft.content
    match wish.words[1:]:
        case ["go", word] if word in {*content.steps, Step.CHECK}:
            await WRITING.show(desk, press, member, draft, lambda present: present.at(Step(word)))
        case [name] if name in AUDIENCE.views and Step.AUDIENCE in content.steps:
            draft = await ITEMS.change(desk.db, draft.id, _about_audience, desk.clock.now())
            await AUDIENCE.views[name](desk, press, member, draft)
        case [name] if name in _VIEWS:
            await _VIEWS[name](desk, press, member, draft)
        case _:
            raise Forged


async def _unfile(desk: Desk, press: Press, member: Member, draft: ItemDraft) -> None:
    """Without files."""
    await WRITING.show(desk, press, member, draft, _with(attachments=()))


async def _show_whole(desk: Desk, press: Press, member: Member, draft: ItemDraft) -> None:
    """The item as it will be read, and below it the card again."""
    await whole.show_draft(desk, press, member, draft, WRITING)


_DISCARDING: Final = Discarding(
    drafts=ITEMS, view=VIEW, text=text_of, gone=phrase("The draft is discarded. Nothing was submitted.")
)
_VIEWS: Final[Mapping[str, _OnView]] = {
    "unfile": _unfile,
    "whole": _show_whole,
    "discard": _DISCARDING.ask,
    "discarded": _DISCARDING.discard,
    "announce": sending.announce,
}
