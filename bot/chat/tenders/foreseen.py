"""What follows of a date, shown before it is saved: the limits that would stand otherwise, and who would hear of it."""

from typing import Final

from telegram import InlineKeyboardButton

from bot.chat.buttons import shortened
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.tenders.kinds import MOVE
from bot.chat.tenders.matter import back
from bot.chat.tenders.stages import Stage, stages_of
from bot.chat.tenders.when import When
from bot.chat.tenders.words import said_at, said_limit, said_step
from messages.errors import Outdated
from messages.store.accounts import Member
from messages.tenders.records import LimitState
from messages.tenders.views import Whole
from messages.text.phrase import Phrase, phrase
from schedules.tenders.foreseeing import Foreseen

_FOLLOWING: Final = 12
TITLE: Final = 120
"""Characters of a title above a question."""


async def check(desk: Desk, member: Member, whole: Whole, stage: Stage, when: When | None) -> Drawn:
    """A date (None: none any more) with all that follows, and the button that saves it."""
    language = member.language
    fact = when.fact(desk, stage) if when else stage.fact
    if fact is None:
        raise Outdated(phrase("This date is taken away already."))
    foreseen = await desk.tenders.would(whole, fact, desk.clock.now(), away=when is None)
    following = _following(desk, foreseen, language)
    text = desk.renderer.render(
        "tender_foreseen",
        language,
        name=said_step(desk, stage.milestone, language, stage.part),
        title=shortened(whole.matter.title, TITLE),
        old=said_at(desk, stage.fact.at, whole_day=stage.fact.whole_day) if stage.fact else "",
        new=said_at(desk, fact.at, whole_day=fact.whole_day) if when else "",
        limits=following[:_FOLLOWING],
        more=max(0, len(following) - _FOLLOWING),
        people=foreseen.people,
    )
    return Drawn(text=text, rows=_ways_on(desk, whole, stage, when, language))


def _ways_on(desk: Desk, whole: Whole, stage: Stage, when: When | None, language: str) -> Rows:
    """To save the date, alone or with what goes with it, or to take it away; and back to another one."""
    matter = whole.matter

    def leads(what: Phrase, act: str, *to: str | int) -> list[InlineKeyboardButton]:
        return [labelled(desk, what, language, MOVE, act, matter.id, *to)]

    if when is None:
        rows: Rows = [leads(phrase("🗑 Take it away"), "clear", matter.version, stage.key)]
    else:
        rows = [leads(phrase("💾 Save it"), "save", matter.version, stage.key, str(when))]
        if others := going_with(desk, whole, stage, when):
            both = phrase("💾 Save it, and: {name}", name=said_step(desk, others[0].milestone, language))
            rows.insert(0, leads(both, "both", matter.version, stage.key, str(when)))
        if when.clock is None:
            rows.append(leads(phrase("⏰ With a time"), "time", stage.key, str(when)))
    return [*rows, [*to_day(desk, matter.id, stage, language), *back(desk, matter.id, language)]]


def _following(desk: Desk, foreseen: Foreseen, language: str) -> list[dict[str, str]]:
    """The limits that would stand otherwise, those that would be broken first."""
    worst = {LimitState.BROKEN: "⚠️", LimitState.OVERDUE: "🔴", LimitState.KEPT: "✅"}
    shown = [one for one in foreseen.changed if one.due_on is not None]
    ordered = sorted(shown, key=lambda one: [*worst, one.state].index(one.state))
    return [
        {
            "mark": worst.get(one.state, "⏳"),
            "name": said_step(desk, one.milestone, language, one.part),
            "limits": said_limit(desk, one, language),
        }
        for one in ordered
    ]


def going_with(desk: Desk, whole: Whole, stage: Stage, when: When) -> list[Stage]:
    """The steps with a date that are to be at the very time of this one, either way: with it they are moved there."""

    def together(one: Stage) -> bool:
        of_one, of_stage = (desk.policy.tenders.together(step.milestone).values() for step in (one, stage))
        return one.part == stage.part and (stage.milestone in of_one or one.milestone in of_stage)

    found = [(one, one.fact) for one in stages_of(whole) if together(one)]
    return [one for one, fact in found if fact is not None and fact.at != when.fact(desk, one).at]


def to_day(desk: Desk, matter_id: int, stage: Stage, language: str) -> list[InlineKeyboardButton]:
    """The row that leads back to the choice of a day."""
    return [labelled(desk, phrase("« Another day"), language, MOVE, "step", matter_id, stage.key)]
