"""The card of an item that is being written: all that was said of it, and the question that it asks."""

from dataclasses import dataclass
from typing import Any, Final

from bot.chat import stepping
from bot.chat.audience import HINTS, written
from bot.chat.buttons import shortened
from bot.chat.cards import Rows
from bot.chat.desk import Desk
from bot.chat.items.words import (
    decisive_of,
    label_of,
    named_posts,
    question_of,
    said_category,
    said_grade,
    said_ladder,
)
from bot.chat.words import beginning_of, said_fault, said_few, said_whom
from messages.errors import Refused
from messages.items.drafts import EMPTY, ItemContent, ItemDraft, Step
from messages.items.kinds import kind_said
from messages.notices import LONGEST_TITLE, Category, Grade
from messages.rights import Act
from messages.store import choosing, reach
from messages.store.reach import Reach
from messages.text.lengths import cut
from messages.text.phrase import phrase
from messages.warnings.records import GRADES
from schedules.items.checking import Checked
from schedules.items.deadlines import entry_due, explained

VIEW: Final = "is1"
"""Buttons that show another face of the card: draft, and which one."""
EVERYONE: Final = phrase("Everyone in my units")
"""Whom a collector means by everyone."""
_FAULT_SHOWN: Final = 1000
_AUDIENCE_SHOWN: Final = 400
"""Characters of what the card shows of each: it always fits into one message."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a look at the whole draft has found: whom it means, what it comes to, and what is wrong with it.

    ``approvers`` are asked to approve it, by their names; None where nobody has to.
    """

    reach: Reach | None = None
    checked: Checked | None = None
    approvers: str | None = None
    wrong: str = ""


async def look(desk: Desk, draft: ItemDraft, language: str) -> Findings:
    """Whom a draft means, at the question about that; at the last look, when nothing is missing, all it comes to."""
    content = draft.content
    if draft.step not in {Step.AUDIENCE, Step.CHECK}:
        return Findings()
    found: Reach | None = None
    try:
        if expression := await expression_of(desk, draft):
            async with desk.db.reading() as conn:
                found = await reach.count(conn, expression)
        if draft.step is Step.AUDIENCE or content.missing:
            return Findings(reach=found)
        checked = await desk.items.check(content.given(expression), draft.person_id, desk.clock.now())
        if not desk.items.needs_approval(checked.given):
            return Findings(reach=found, checked=checked)
        asked = await desk.items.approvers(checked.path, draft.person_id, checked.posts)
        return Findings(reach=found, checked=checked, approvers=said_few(desk, [one.name for one in asked], language))
    except Refused as error:
        return Findings(reach=found, wrong=said_fault(desk, error, language))


async def expression_of(desk: Desk, draft: ItemDraft) -> str:
    """The audience of a draft, written out; empty of what has none."""
    if Step.AUDIENCE not in draft.content.steps:
        return ""
    return await written(desk, draft.content.audience, draft.person_id, Act.SUBMIT)


async def text_of(
    desk: Desk,
    draft: ItemDraft,
    language: str,
    *,
    fault: str = "",
    found: Findings | None = None,
) -> str:
    """What the card says."""
    content, say = draft.content, desk.catalog.say
    found = found or await look(desk, draft, language)
    return desk.renderer.render(
        "item_draft",
        language,
        why=draft.why,
        place=draft.place if draft.content.category else None,
        category=said_category(desk, content.category, language) if content.category else "",
        kind=say(kind_said(content.kind), language) if content.kind else "",
        title=shortened(content.title, LONGEST_TITLE),
        beginning=beginning_of(content.text),
        files=len(content.attachments),
        fault=cut(fault or found.wrong, _FAULT_SHOWN),
        grades=[said_ladder(desk, one, language) for one in GRADES] if draft.step is Step.GRADE else [],
        missing=_missing(desk, draft, language),
        complete=found.checked is not None,
        approvers=found.approvers,
        red=content.category is Category.REMINDER and content.grade is Grade.RED,
        question=say(HINTS.get(draft.asked) or question_of(draft.step, content), language),
        **await _dated(desk, draft, language),
        **await _about(desk, content, language, found.reach),
    )


async def _dated(desk: Desk, draft: ItemDraft, language: str) -> dict[str, Any]:
    """The decisive day, and by when the item has to be entered; one that came back has been entered before."""
    content, entered = draft.content, draft.why is not None
    decisive = decisive_of(content)
    if content.category is None or decisive is None or content.decisive_on is None:
        return {"decisive": "", "day": None, "due": "", "provisional": False, "late": False}
    calendar = await desk.calendars.current()
    due = entry_due(calendar, desk.policy, content.category, content.decisive_on, desk.clock.zone)
    return {
        "decisive": desk.catalog.say(decisive, language),
        "day": content.decisive_on,
        "due": desk.catalog.say(explained(content.category, due), language) if due else "",
        "provisional": due is not None and due.provisional,
        "late": due is not None and not entered and due.timely(desk.clock.now()) is False,
    }


async def _about(desk: Desk, content: ItemContent, language: str, found: Reach | None) -> dict[str, Any]:
    """Whom it means: of a reminder its grade and posts, of any other its audience."""
    about = {"grade": "", "posts": [], "more_posts": 0, "audience": "", "people": None, "unreachable": 0}
    if content.category is not Category.REMINDER:
        counted = {"people": found.people, "unreachable": found.unreachable} if found else {}
        whom = said_whom(desk, content.audience, language, EVERYONE)
        return about | {"audience": shortened(whom, _AUDIENCE_SHOWN)} | counted
    async with desk.db.reading() as conn:
        posts = await choosing.posts_of(conn, content.posts)
    return about | {
        "grade": said_grade(desk, content.grade, language) if content.grade else "",
        **named_posts(desk, posts, language),
    }


def _missing(desk: Desk, draft: ItemDraft, language: str) -> list[str]:
    if draft.step is not Step.CHECK:
        return []
    return [desk.catalog.say(label_of(step, draft.content), language) for step in draft.content.missing]


def feet(desk: Desk, draft: ItemDraft, language: str) -> Rows:
    """The row that leads on from a question, once something was said."""
    if draft.content == EMPTY:
        return []
    return stepping.feet(desk, draft, language, VIEW, skipped={Step.TEXT, Step.FILES})
