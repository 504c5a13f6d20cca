"""Approving items: what a collector has submitted is looked at, and approved, returned with a reason, or regraded.

A red one is confirmed likewise, by the office. Each button carries the version that its presser has seen: of one that
has changed since, the present one is shown, and of one that was decided, how.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import cards, whole
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.card_ends import End
from bot.chat.cards import labelled, marked
from bot.chat.desk import Desk, OnButton
from bot.chat.items import drawing
from bot.chat.reasons import OnReason, go_back, or_stand
from bot.chat.standing import pressing
from bot.telegram import keyboards
from messages import reasons
from messages.errors import CHANGED, Outdated
from messages.items.records import MARKS, Item, ItemState, grade_said
from messages.notices import Grade
from messages.reasons import About
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase
from schedules.desks import DeskKind
from schedules.items.telling import desk_of

_OnItem: TypeAlias = Callable[[Desk, Press, Member, Item], Awaitable[None]]

DECIDE: Final = keyboards.DESKS[DeskKind.ITEM]
"""Buttons about an item that waits for its leader: what is to be done, which one, its version; and a grade."""
CONFIRM: Final = keyboards.DESKS[DeskKind.RED]
"""The same about a red one that waits for the office."""
_REASON: Final = "item"


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about an item."""
    match wish.words:
        case ["set", number, version, grade] if grade in [*Grade]:
            doing: _OnItem = partial(_set_grade, grade=Grade(grade))
        case [what, number, version] if what in _DOING:
            doing = _DOING[what]
        case _:
            raise Forged
    item_id, seen = number_of(number), number_of(version)
    async with pressing(desk, press, member, item_id, None if doing is _show else _stand):
        item = await desk.items.for_decision(item_id, member.person_id, desk.clock.now(), leader=wish.kind == DECIDE)
        if item.version != seen and doing is not _show:
            raise Outdated(CHANGED)
        await doing(desk, press, member, item)


async def _stand(desk: Desk, member: Member, message_id: int, item_id: int, fault: Phrase | None = None) -> None:
    """Show in a card how its item stands: with its buttons while it waits, and else what was decided."""
    item, language = await desk.items.of(item_id, member.person_id, desk.clock.now()), member.language
    rows = cards.leading(desk, desk_of(item), language) if await desk.items.may(item, member.person_id) else []
    end = End(line=None if rows else drawing.outcome(desk, item, language), fault=fault)
    await cards.edit(desk, member.chat_id, message_id, await drawing.drawn(desk, item, language, rows, end))


async def _show(desk: Desk, press: Press, member: Member, item: Item) -> None:
    """All of an item, with its files, in a message of its own that has the buttons."""
    item = await desk.items.of(item.id, member.person_id, desk.clock.now())  # whose look is recorded
    await cards.attend(desk, press)
    drawn = await drawing.drawn(desk, item, member.language, end=End())
    protect = item.given.grade is not None
    await whole.lay(desk, member, drawn.text, item.given.attachments, desk_of(item), protect=protect)


async def _approve(desk: Desk, press: Press, member: Member, item: Item) -> None:
    """By its leader; of a red one that was approved, by the office."""
    decide = desk.items.confirm if item.state is ItemState.CONFIRMING else desk.items.approve
    decided = await decide(item.id, member.person_id, item.version, desk.clock.now())
    desk.wake()
    drawn = await drawing.drawn(desk, decided, member.language)
    await cards.turn(desk, press, drawn)


async def _ask_why(desk: Desk, press: Press, member: Member, item: Item) -> None:
    """The next words are the reason for which it is returned."""
    card, language = press.message.message_id, member.language
    about = About(desk=_REASON, act="return", id=item.id, version=item.version, card=card)
    await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
    end = End(ask=phrase("↩️ Why is it returned? Please write the reason."))
    await cards.turn(desk, press, await drawing.drawn(desk, item, language, [[_back(desk, item, language)]], end))


def _back(desk: Desk, item: Item, language: str) -> InlineKeyboardButton:
    kind = CONFIRM if item.state is ItemState.CONFIRMING else DECIDE
    return labelled(desk, phrase("« Go back"), language, kind, "back", item.id, item.version)


async def _go_back(desk: Desk, press: Press, member: Member, item: Item) -> None:
    """Nothing is decided yet."""
    await go_back(desk, press, member, item.id, _stand)


async def _return_with(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """Return an item with the reason that was asked for; its card says so."""
    now, language = desk.clock.now(), member.language
    item = await desk.items.give_back(about.id, member.person_id, about.version, why, now, message_id)
    desk.wake()
    line = phrase(
        "↩️ Returned by {name} on {moment}. Reason: {why}",
        name=member.name,
        moment=desk.moment(now, language),
        why=item.why or "",
    )
    await cards.edit(desk, member.chat_id, about.card, await drawing.drawn(desk, item, language, end=End(line=line)))
    await desk.say(member.chat_id, phrase("↩️ Returned with your reason."), language)


async def _ask_grade(desk: Desk, press: Press, member: Member, item: Item) -> None:
    """The three grades, the present one marked."""
    language = member.language

    def choice(grade: Grade) -> InlineKeyboardButton:
        what = f"{MARKS[grade]} {desk.catalog.say(grade_said(grade), language)}"
        label = marked(chosen=grade is item.given.grade, what=what)
        return button(label, DECIDE, "set", item.id, item.version, grade.value)

    rows = [[choice(grade) for grade in Grade], [_back(desk, item, language)]]
    end = End(ask=phrase("🔄 Which grade should it have?"))
    await cards.turn(desk, press, await drawing.drawn(desk, item, language, rows, end))


async def _set_grade(desk: Desk, press: Press, member: Member, item: Item, *, grade: Grade) -> None:
    await desk.items.regrade(item.id, member.person_id, item.version, grade, desk.clock.now())
    desk.wake()
    await cards.attend(desk, press)
    await _stand(desk, member, press.message.message_id, item.id)


_DOING: Final[Mapping[str, _OnItem]] = {
    "show": _show,
    "approve": _approve,
    "return": _ask_why,
    "back": _go_back,
    "grade": _ask_grade,
}
BUTTONS: Final[Mapping[str, OnButton]] = {DECIDE: attend, CONFIRM: attend}
REASONS: Final[Mapping[str, OnReason]] = {_REASON: or_stand(_return_with, _stand)}
