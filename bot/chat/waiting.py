"""What waits for a person's decision, as one list: broadcasts, items, campaigns, warnings, reviews, and leave.

Few are shown at once, each as a button; of more of a kind there is a list of its own, with pages.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Command, Press
from bot.chat.broadcast import approvals
from bot.chat.broadcast.words import called
from bot.chat.buttons import Forged, Wish, button
from bot.chat.campaigns import deciding
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk, OnButton, OnCommand
from bot.chat.items import approving
from bot.chat.leave import deciding as leave
from bot.chat.listing import page_of, turns
from bot.chat.register import review_cards
from bot.chat.score import answering
from bot.chat.words import COMMA
from bot.telegram import keyboards
from messages.items.records import MARKS, Item, ItemState
from messages.register.campaigns import Campaign
from messages.rights import Act, acts_of, refuse
from messages.scores.objections import Objection
from messages.store.accounts import Member
from messages.text.periods import label_said
from messages.text.phrase import Phrase, nphrase, phrase
from messages.warnings.matters import MatterKind, counted_said
from schedules.desks import DeskKind
from schedules.warnings.cards import Laid

LIST: Final = keyboards.DESKS[DeskKind.ITEMS]
"""Buttons about the list: all of it, or a page of a kind."""
REVIEWS: Final = keyboards.DESKS[DeskKind.REVIEWS]
"""The button of a notice that tells of several reviews."""
OBJECTIONS: Final = keyboards.DESKS[DeskKind.OBJECTIONS]
"""The button of a notice that tells of several objections."""
_NOTHING_TO_DECIDE: Final = phrase("This is not open to you: only administrators, leaders and inspectors decide.")
_SHOWN: Final = 3
_PAGE: Final = 8
_DECIDING: Final = frozenset({Act.APPROVE_ITEMS, Act.CONFIRM_RED})
_REVIEWING: Final = frozenset({Act.REVIEW_RISKS, Act.INSPECT})


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Some that wait: how many of each kind, the buttons that open those of a page, and where that page is."""

    name: str
    said: Sequence[Phrase]
    rows: Sequence[list[InlineKeyboardButton]]
    total: int
    number: int = 1
    pages: int = 1


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/approvals``: all that waits for this person's decision."""
    await cards.send(desk, member.chat_id, await _all(desk, member))


async def turn(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """All of it, or a page of a kind; a notice that tells of several opens their list in a message of its own."""
    match wish.words:
        case ["list", _, _]:
            await _list_anew(desk, press, member, await _items(desk, member, 1))
        case ["all"]:
            await cards.turn(desk, press, await _all(desk, member))
        case [name, number] if name in _KINDS:
            group = await _KINDS[name](desk, member, page_of(number))
            await cards.turn(desk, press, _listed(desk, group, member.language))
        case _:
            raise Forged


def _anew(group_of: Callable[[Desk, Member, int], Awaitable[_Group]]) -> OnButton:
    """A button of a notice that lists what waits of one kind, in a message of its own."""

    async def list_anew(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
        match wish.words:
            case ["list", _, _]:
                await _list_anew(desk, press, member, await group_of(desk, member, 1))
            case _:
                raise Forged

    return list_anew


async def _list_anew(desk: Desk, press: Press, member: Member, group: _Group) -> None:
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, _listed(desk, group, member.language))


async def _all(desk: Desk, member: Member) -> Drawn:
    """How many wait of each kind, and the first of each."""
    language = member.language
    groups = [one for one in await _groups(desk, member) if one.total]
    kinds = [desk.catalog.say(said, language) for one in groups for said in one.said]
    rows: list[list[InlineKeyboardButton]] = []
    for one in groups:
        rows += one.rows[:_SHOWN]
        if one.total > _SHOWN:
            more = desk.catalog.say(COMMA, language).join(desk.catalog.say(said, language) for said in one.said)
            rows.append([labelled(desk, phrase("All of them: {what} »", what=more), language, LIST, one.name, 1)])
    return Drawn(text=desk.renderer.render("approvals", language, kinds=kinds), rows=rows)


async def _groups(desk: Desk, member: Member) -> list[_Group]:
    """What a person may decide, by kind. Raises ``NotEntitled`` for who decides nothing."""
    async with desk.db.reading() as conn:
        acts = await acts_of(conn, member.person_id)
    groups = [await _items(desk, member, 1), await _matters(desk, member, 1)] if acts & _DECIDING else []
    if Act.RUN_CAMPAIGNS in acts:
        groups.append(await _campaigns(desk, member, 1))
    if await desk.objections.answers(member.person_id):
        groups.append(await _objections(desk, member, 1))
    if acts & _REVIEWING:
        groups.append(await _reviews(desk, member, 1))
    if Act.GRANT_ABSENCE in acts:
        groups.append(await _absences(desk, member, 1))
    if Act.APPROVE in acts:
        return [await _broadcasts(desk, member, 1), *groups]
    if not groups:
        raise await refuse(desk.db, member.person_id, Act.APPROVE, desk.clock.now(), _NOTHING_TO_DECIDE)
    return groups


async def _broadcasts(desk: Desk, member: Member, number: int) -> _Group:
    waiting = await desk.announcing.approvals.waiting(member.person_id, desk.clock.now())
    pages = max(1, -(-len(waiting) // _PAGE))
    number = min(number, pages)
    return _Group(
        name="broadcasts",
        said=_said(nphrase("{count} broadcast", "{count} broadcasts", len(waiting))),
        rows=[
            [button(f"📨 {one.proposer} · {called(one.content)}", approvals.DECIDE, "show", one.id)]
            for one in waiting[(number - 1) * _PAGE : number * _PAGE]
        ],
        total=len(waiting),
        number=number,
        pages=pages,
    )


async def _items(desk: Desk, member: Member, number: int) -> _Group:
    page = await desk.items.waiting(member.person_id, number, desk.clock.now())
    return _Group(
        name="items",
        said=_said(nphrase("{count} item", "{count} items", page.total)),
        rows=[[_item(one)] for one in page.items],
        total=page.total,
        number=page.number,
        pages=page.pages,
    )


async def _campaigns(desk: Desk, member: Member, number: int) -> _Group:
    page = await desk.campaigns.waiting(member.person_id, number, desk.clock.now())
    return _Group(
        name="campaigns",
        said=_said(nphrase("{count} campaign", "{count} campaigns", page.total)),
        rows=[[_campaign(one.campaign)] for one in page.campaigns],
        total=page.total,
        number=page.number,
        pages=page.pages,
    )


async def _absences(desk: Desk, member: Member, number: int) -> _Group:
    page = await desk.absences.waiting(member.person_id, number, desk.clock.now())
    return _Group(
        name="absences",
        said=_said(nphrase("{count} request for leave", "{count} requests for leave", page.total)),
        rows=[[leave.opening(desk, one, member.language)] for one in page.absences],
        total=page.total,
        number=page.number,
        pages=page.pages,
    )


async def _reviews(desk: Desk, member: Member, number: int) -> _Group:
    page = await desk.register.waiting(member.person_id, number, desk.clock.now())
    what = nphrase("{count} submission to the register", "{count} submissions to the register", page.total)
    return _Group(
        name="reviews",
        said=_said(what),
        rows=[[review_cards.opening(one)] for one in page.reviews],
        total=page.total,
        number=page.number,
        pages=page.pages,
    )


async def _objections(desk: Desk, member: Member, number: int) -> _Group:
    some, total = await desk.objections.waiting(member.person_id, desk.clock.now(), number, size=_PAGE)
    pages = max(1, -(-total // _PAGE))
    return _Group(
        name="objections",
        said=_said(nphrase("{count} objection to a statement", "{count} objections to statements", total)),
        rows=[[_objection(one, desk.clock.now(), member.language)] for one in some],
        total=total,
        number=min(number, pages),
        pages=pages,
    )


def _objection(one: Objection, now: datetime, language: str) -> InlineKeyboardButton:
    sign = "⏰" if one.is_overdue(now) else "✋"
    label = f"{sign} {one.name} · {label_said(one.period, language)}"
    return button(label, answering.ANSWER, "show", one.id, one.version)


def _campaign(one: Campaign) -> InlineKeyboardButton:
    return button(f"📋 {one.author} · {one.given.title}", deciding.DECIDE, "show", one.id, one.version)


async def _matters(desk: Desk, member: Member, number: int) -> _Group:
    page = await desk.judging.waiting(member.person_id, number, desk.clock.now())
    counts = await desk.judging.counts(member.person_id)
    return _Group(
        name="matters",
        said=[counted_said(kind, count) for kind, count in counts.items()],
        rows=[[_matter(one)] for one in page.matters],
        total=page.total,
        number=page.number,
        pages=page.pages,
    )


def _matter(one: Laid) -> InlineKeyboardButton:
    what = {MatterKind.ANSWER: "✍️", MatterKind.RELEASE: "🔓", MatterKind.RISE: "⬆️"}[one.matter.kind]
    label = f"{MARKS[one.warning.grade]} {what} {one.warning.post} · {one.warning.title}"
    return button(label, keyboards.DESKS[one.desk.kind], "show", one.desk.id, one.desk.version)


def _said(what: Phrase) -> list[Phrase]:
    return [what] if what.count else []


def _item(item: Item) -> InlineKeyboardButton:
    kind = approving.CONFIRM if item.state is ItemState.CONFIRMING else approving.DECIDE
    mark = MARKS[item.given.grade] if item.given.grade else "📄"
    return button(f"{mark} {item.person} · {item.given.title}", kind, "show", item.id, item.version)


def _listed(desk: Desk, group: _Group, language: str) -> Drawn:
    """A page of a kind."""
    text = desk.renderer.render("approvals", language, kinds=[desk.catalog.say(said, language) for said in group.said])
    back = labelled(desk, phrase("↩ Overview"), language, LIST, "all")
    rows = [*group.rows, *turns(group.number, group.pages, (LIST, group.name)), [back]]
    return Drawn(text=text, rows=rows)


_KINDS: Final[Mapping[str, Callable[[Desk, Member, int], Awaitable[_Group]]]] = {
    "broadcasts": _broadcasts,
    "items": _items,
    "matters": _matters,
    "campaigns": _campaigns,
    "reviews": _reviews,
    "objections": _objections,
    "absences": _absences,
}
COMMANDS: Final[Mapping[str, OnCommand]] = {"approvals": show}
BUTTONS: Final[Mapping[str, OnButton]] = {LIST: turn, REVIEWS: _anew(_reviews), OBJECTIONS: _anew(_objections)}
