"""What people are told about items: those who decide, those who are to enter one, and the collector of what came of it.

The values of the templates ``item_card``, ``items_waiting``, ``item_outcome`` and ``entry_due``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from messages.audience_words import audience_said
from messages.items.kinds import DECISIVE, category_said, decisive_said, kind_said
from messages.items.records import MARKS, Item, ItemState, grade_said, laid_as
from messages.notices import Category, Grade, Json, Lane, NewNotice
from messages.text.lengths import cut
from messages.text.markup import LONGEST_TEXT, visible_length
from messages.text.phrase import kept
from schedules.desks import DeskKind, DeskOf
from schedules.items.deadlines import EntryDue, explained
from schedules.laying import many_key, one_key
from schedules.reporting import report

WAITING: Final = "items"
"""What keys of notices about several items that wait begin with."""
_USEFUL: Final = timedelta(days=30)
"""What is told about an item is of no use after this."""
_FEWEST_POSTS, _MOST_POSTS = 3, 20
_FRAME: Final = 1200
"""Characters of a card besides its title, its text and its posts."""
_BETWEEN: Final = 15
_LISTED: Final = 12
_TITLE_LISTED: Final = 60
_NAME_SHOWN: Final = 30
"""So that the longest card, and the longest list, fit into one message."""


class Outcome(StrEnum):
    """What its collector is told of an item."""

    APPROVED = "approved"  # a red one: it goes on to the office
    ISSUED = "issued"
    RETURNED = "returned"
    REGRADED = "regraded"


def told(
    code: str,
    key: str,
    template: str,
    params: Mapping[str, Json],
    now: datetime,
    *,
    item: Item | None = None,
    desk: DeskOf | None = None,
    attached: bool = False,
) -> NewNotice:
    """A notice to one person: about a red item at once, at night too."""
    red = item is not None and item.given.grade is Grade.RED
    return report(
        f"{key}:{code}",
        template,
        params,
        code,
        now,
        lane=Lane.RED if red else Lane.PROMPT,
        grade=item.given.grade if item and attached else None,
        expires_at=now + _USEFUL,
        anytime=red,
        attachments=item.given.attachments if item and attached else (),
        desk=str(desk) if desk else None,
    )


def desk_of(item: Item) -> DeskOf:
    """What an item lays before who decides it."""
    kind = DeskKind.REMINDER if item.given.category is Category.REMINDER else DeskKind.ITEM
    if item.state is ItemState.CONFIRMING:
        kind = DeskKind.RED
    return DeskOf(kind=kind, id=item.id, version=item.version)


def card(item: Item, due: EntryDue | None, people: int) -> dict[str, Json]:
    """All that who decides about an item has to know; ``people`` is how many it means."""
    given, decisive = item.given, DECISIVE.get(item.given.category)
    return {
        "confirming": item.state is ItemState.CONFIRMING,
        "deputy": False,
        "by": cut(item.person, _NAME_SHOWN),
        "unit": cut(item.unit, _NAME_SHOWN),
        "approver": cut(item.approver or "", _NAME_SHOWN),
        "item_title": given.title,
        "text": given.text,
        "decisive": kept(decisive_said(decisive)) if decisive else None,
        "decisive_on": given.decisive_on.isoformat() if given.decisive_on else None,
        "explained": kept(explained(given.category, due)) if due else None,
        "awaits_official": item.provisional,
        "timely": item.timely,
        **_posts(item),
        "audience": kept(audience_said(given.audience)) if given.audience else None,
        "people": people,
        "files": len(given.attachments),
        **_kind(item),
    }


def _posts(item: Item) -> dict[str, Json]:
    """The posts that it is about, as many as there is room for, and how many more there are."""
    room = LONGEST_TEXT - _FRAME - len(item.given.title) - visible_length(item.given.text)
    named: list[Json] = []
    for one in item.posts[:_MOST_POSTS]:
        post = {
            "post": cut(one.title, _NAME_SHOWN),
            "unit": cut(one.unit, _NAME_SHOWN),
            "holder": cut(one.holder or "", _NAME_SHOWN),
        }
        room -= sum(map(len, post.values())) + _BETWEEN
        if room < 0 and len(named) >= _FEWEST_POSTS:
            break
        named.append({**post})
    return {"posts": named, "more_posts": len(item.posts) - len(named)}


def _kind(item: Item) -> dict[str, Json]:
    given = item.given
    return {
        "category": kept(category_said(given.category)),
        "kind": kept(kind_said(given.kind)),
        "grade": kept(grade_said(given.grade)) if given.grade else None,
        "mark": MARKS[given.grade] if given.grade else "",
    }


def card_notice(item: Item, params: Mapping[str, Json], code: str, now: datetime, *, deputy: bool) -> NewNotice:
    """The card that lays an item before one person who decides about it."""
    assert item.handed_at is not None  # noqa: S101 -- it waits
    laid = laid_as(item.id, item.handed_at, confirming=item.state is ItemState.CONFIRMING)
    key = one_key(laid, deputy=deputy)
    return told(code, key, "item_card", params, now, item=item, desk=desk_of(item), attached=True)


def many_notice(count: int, code: str, now: datetime, *, red: bool, deputy: bool) -> NewNotice:
    """That so many items wait, red ones among them or not, told together; their list is at the desk."""
    key, params = many_key(WAITING, now, deputy=deputy), {"count": count, "deputy": deputy}
    notice = told(code, key, "items_waiting", params, now, desk=DeskOf(kind=DeskKind.ITEMS))
    return replace(notice, lane=Lane.RED, anytime=True) if red else notice


def outcome_notice(
    item: Item,
    outcome: Outcome,
    now: datetime,
    *,
    by: str | None = None,
    why: str | None = None,
    was: Grade | None = None,
) -> NewNotice:
    """What its collector is told; of another grade, which one it ``was``."""
    params: dict[str, Json] = {
        "outcome": outcome.value,
        "by": by,
        "why": why,
        "was": kept(grade_said(was)) if was else None,
        "item_title": item.given.title,
        **_kind(item),
    }
    key, desk = f"item:{item.id}:{item.version}:{outcome.value}", DeskOf(kind=DeskKind.OWN_ITEM, id=item.id)
    return told(item.person_code, key, "item_outcome", params, now, item=item, desk=desk)


def _by(item: Item) -> str:
    return f"{cut(item.person, _NAME_SHOWN)} · {cut(item.unit, _NAME_SHOWN)}"


def entries_notice(some: Sequence[tuple[Item, EntryDue]], code: str, now: datetime, *, overdue: bool) -> NewNotice:
    """That announced items are to be entered, or should have been: to their collector, or a responsible leader."""
    own = all(item.person_code == code for item, _ in some)
    entries: list[Json] = [
        {
            "title": cut(item.given.title, _TITLE_LISTED),
            "by": None if item.person_code == code else _by(item),
            "explained": kept(explained(item.given.category, due)),
        }
        for item, due in some[:_LISTED]
    ]
    params: dict[str, Json] = {"overdue": overdue, "entries": entries, "more": len(some) - len(entries), "own": own}
    desk = None
    if own and len(some) == 1:
        ((item, _),) = some
        desk = DeskOf(kind=DeskKind.ENTRY, id=item.id, version=item.version)
    return told(
        code, f"items:{'overdue' if overdue else 'entry'}:{now.isoformat()}", "entry_due", params, now, desk=desk
    )


def redated_notice(some: Sequence[tuple[str, Category, EntryDue]], code: str, now: datetime) -> NewNotice:
    """That items have another last day, by the official calendar: their titles and days."""
    entries: list[Json] = [
        {"title": cut(title, _TITLE_LISTED), "explained": kept(explained(category, due))}
        for title, category, due in some[:_LISTED]
    ]
    params: dict[str, Json] = {"entries": entries, "more": len(some) - len(entries)}
    return told(code, f"items:redated:{now.isoformat()}", "items_redated", params, now)
