"""Entering a matter: its draft is begun, found again and discarded; buttons answer, lead on, and save it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish
from bot.chat.card_ends import End
from bot.chat.desk import Desk
from bot.chat.drafting import resumed, send_card
from bot.chat.listing import page_of, value_of
from bot.chat.stepping import Discarding, is_as_shown
from bot.chat.tenders import dates
from bot.chat.tenders.asking import WRITING, face, units
from bot.chat.tenders.card import text_of, told_of
from bot.chat.tenders.kinds import VIEW
from bot.chat.tenders.matter import drawn, whole_of
from bot.chat.tenders.when import TIMED
from bot.chat.words import said_fault
from messages.drafting import setting
from messages.errors import DecidedBefore, LianxunError, NotEntitled
from messages.rights import Act, entitle, reach
from messages.scopes import Scope
from messages.store import choosing
from messages.store.accounts import Member
from messages.tenders.drafts import EMPTY, MATTERS, Dated, MatterContent, MatterDraft, MatterStep
from messages.tenders.milestones import MILESTONES, MatterKind, Milestone
from messages.tenders.records import Method
from messages.text.phrase import phrase

_OnView: TypeAlias = Callable[[Desk, Press, Member, MatterDraft], Awaitable[None]]
_Change: TypeAlias = Callable[[MatterDraft], MatterDraft]


async def begin(desk: Desk, member: Member, content: MatterContent = EMPTY) -> bool:
    """A new draft, perhaps with what was said elsewhere; or the one that was left. Gives whether it is a new one."""
    now = desk.clock.now()
    scope = await entitle(desk.db, member.person_id, Act.ENTER_MATTERS, now)
    content = replace(content, unit=await _only_unit(desk, scope))
    new = MatterDraft(id=0, person_id=member.person_id, content=content).at(MatterStep.KIND)
    async with desk.db.writing() as conn:
        await MATTERS.make_room(conn, member.person_id, EMPTY, now)
        draft = await MATTERS.begin(conn, new.onward() if content.kind else new, now)
    await MATTERS.touch(desk.db, draft, now)
    shown, anew = await face(desk, draft, member), draft.content == content
    if not anew:
        shown = resumed(desk, shown, member.language)
    await send_card(desk, member, MATTERS, draft, shown)
    return anew


async def _only_unit(desk: Desk, scope: Scope) -> str:
    """The unit for which a person enters matters, where it is one: nobody is asked for it."""
    async with desk.db.reading() as conn:
        found, total = await choosing.units_within(conn, scope, "", offset=0, limit=1)
    return found[0].name if total == 1 else ""


# Answers by button


async def answer(desk: Desk, press: Press, member: Member, draft: MatterDraft, wish: Wish) -> None:
    """A question was answered: the next one is asked."""
    match wish.words[1:]:
        case [MatterStep.UNIT as word, number]:
            async with desk.db.reading() as conn:
                scope = await reach(conn, draft.person_id, Act.ENTER_MATTERS)
            change: _Change = _with(unit=await value_of(desk, "unit", number, scope))
        case [MatterStep.DATES as word, value] if draft.milestone is not None:
            await WRITING.show(desk, press, member, draft, _dated(desk, draft.milestone, value))
            return
        case [MatterStep.KIND as word, value] if value in set(MatterKind):
            change = _of_kind(MatterKind(value))
        case [MatterStep.METHOD as word, value] if value in draft.content.methods:
            change = _with(method=Method(value))
        case _:
            raise Forged
    await WRITING.show(
        desk, press, member, draft, lambda present: replace(change(present), step=MatterStep(word)).onward()
    )


def _of_kind(kind: MatterKind) -> _Change:
    return lambda present: replace(present, content=present.content.of_kind(kind))


def _with(**changes: object) -> _Change:
    return lambda present: present.with_content(**changes)


def _dated(desk: Desk, milestone: Milestone, value: str) -> _Change:
    """The day of a step; where the time matters, that is offered next."""
    day, clock = dates.day_of(desk, value)
    dated = Dated(milestone=milestone, day=day, clock=clock)

    def change(present: MatterDraft) -> MatterDraft:
        content = present.content.dated(dated)
        stays = milestone if clock is None and milestone in TIMED else None
        return replace(present, content=content, milestone=stays)

    return change


# Faces


async def view(desk: Desk, press: Press, member: Member, draft: MatterDraft, wish: Wish) -> None:
    """Another face of the card."""
    kind = draft.content.kind or MatterKind.TENDER
    match wish.words[1:]:
        case ["go", word] if word in {*draft.content.steps, MatterStep.CHECK}:
            await WRITING.show(desk, press, member, draft, lambda present: present.at(MatterStep(word)))
        case ["date", word] if word in MILESTONES[kind]:
            await WRITING.show(desk, press, member, draft, _asking_date(Milestone(word)))
        case ["steps", word]:
            rows = dates.steps(desk, draft, member.language, page_of(word))
            shown = await face(desk, draft.at(MatterStep.DATES), member)
            rows += shown.rows[-1:]
            await cards.turn(desk, press, replace(shown, rows=rows))
        case [name] if name in _VIEWS:
            await _VIEWS[name](desk, press, member, draft)
        case _:
            raise Forged


def _asking_date(milestone: Milestone) -> _Change:
    return lambda present: replace(
        present if present.step is MatterStep.DATES else present.at(MatterStep.DATES), milestone=milestone
    )


async def _undate(desk: Desk, press: Press, member: Member, draft: MatterDraft) -> None:
    """The date that is being looked at is not known."""
    milestone = draft.milestone
    if milestone is None:
        raise Forged
    await WRITING.show(
        desk,
        press,
        member,
        draft,
        lambda present: replace(present, content=present.content.undated(milestone), milestone=None),
    )


_DISCARDING: Final = Discarding(
    drafts=MATTERS, view=VIEW, text=text_of, gone=phrase("The draft is discarded. Nothing was entered.")
)
_VIEWS: Final[Mapping[str, _OnView]] = {
    "undate": _undate,
    "discard": _DISCARDING.ask,
    "discarded": _DISCARDING.discard,
}


async def turn_page(desk: Desk, press: Press, member: Member, draft: MatterDraft, wish: Wish) -> None:
    """Another page of the units."""
    match wish.words[1:]:
        case [word]:
            page = page_of(word)
        case _:
            raise Forged
    there = draft if draft.step is MatterStep.UNIT else draft.at(MatterStep.UNIT)
    await cards.turn(desk, press, await units(desk, there, member, page))


# Saving


async def save(desk: Desk, press: Press, member: Member, draft: MatterDraft, wish: Wish) -> None:
    """Enter what was shown; where that is not how it stands by now, it is shown once more."""
    if not await is_as_shown(desk, press, member, WRITING, draft, wish):
        return
    now = desk.clock.now()
    try:
        along = partial(MATTERS.close, draft=draft, now=now)
        taken = await desk.tenders.enter(told_of(desk, draft), draft.person_id, now, along)
    except (NotEntitled, DecidedBefore):
        raise
    except LianxunError as error:
        fault = said_fault(desk, error, member.language)
        await WRITING.show(desk, press, member, draft, setting(step=MatterStep.CHECK), fault)
        return
    desk.wake()
    whole = await whole_of(desk, member, taken.matter.id)
    line = End(line=phrase("💾 It is entered: the service prompts by itself from now on."))
    await cards.turn(desk, press, await drawn(desk, member, whole, end=line))
