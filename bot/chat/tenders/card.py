"""The card of a matter that is being entered: all that was said of it, what its dates come to, and what it asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from bot.chat import stepping
from bot.chat.buttons import shortened
from bot.chat.cards import Rows
from bot.chat.days import month_said
from bot.chat.desk import Desk
from bot.chat.tenders.kinds import VIEW
from bot.chat.tenders.words import said_amount, said_day, said_limit, said_step
from bot.chat.words import said_fault
from messages.errors import DecidedBefore, NotEntitled, Refused
from messages.tenders.drafts import EMPTY, OPTIONAL, Dated, MatterDraft, MatterStep
from messages.tenders.milestones import matter_kind_said
from messages.tenders.records import DEFAULT_CURRENCY, LONGEST_MATTER, Limit, LimitState, Told, method_said
from messages.text.lengths import cut
from messages.text.phrase import Phrase, phrase

QUESTIONS: Final[Mapping[MatterStep, Phrase]] = MappingProxyType(
    {
        MatterStep.KIND: phrase("What is it?"),
        MatterStep.TITLE: phrase("Please write its title: one line."),
        MatterStep.NUMBER: phrase("Please write its number; who has none skips this, and one is made."),
        MatterStep.UNIT: phrase("Whose is it? Choose the unit, or write a part of its name to search."),
        MatterStep.METHOD: phrase("How is it procured?"),
        MatterStep.AMOUNT: phrase("Please write the amount, such as 120万元 or 1,200,000; or skip it."),
        MatterStep.DATES: phrase(
            "Which dates are known? Choose a step, or write them, also several at once, such as: announcement 10-8; "
            "bid deadline 10-30 9:30"
        ),
        MatterStep.CHECK: phrase("Please look it over, then save it."),
    }
)
"""What the card asks at each step."""
LABELS: Final[Mapping[MatterStep, Phrase]] = MappingProxyType(
    {
        MatterStep.KIND: phrase("Which kind"),
        MatterStep.TITLE: phrase("Title of the matter"),
        MatterStep.NUMBER: phrase("Number"),
        MatterStep.UNIT: phrase("Unit"),
        MatterStep.METHOD: phrase("Method"),
        MatterStep.AMOUNT: phrase("Amount"),
        MatterStep.DATES: phrase("Known dates"),
    }
)
"""What an answer is called on the button that corrects it, and where it is missing."""
_GO_ON: Final = phrase("Something is still missing: please go on, or correct an answer.")
_FAULT_SHOWN: Final = 1000
_DATES_SHOWN: Final = 20
_LIMITS_SHOWN: Final = 14
_UNIT_SHOWN: Final = 80


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a look at a draft has found: what would be taken, the limits of its dates, and what is wrong with it."""

    told: Told | None = None
    limits: tuple[Limit, ...] = ()
    wrong: str = ""


async def look(desk: Desk, draft: MatterDraft, language: str) -> Findings:
    """At the last look, when nothing is missing, all it comes to."""
    if draft.step is not MatterStep.CHECK or draft.content.missing:
        return Findings()
    now, told = desk.clock.now(), told_of(desk, draft)
    limits = await desk.tenders.would_be(told, now)
    try:
        await desk.tenders.is_new(told.ref)
        await desk.tenders.check(told, draft.person_id, now)
    except (Refused, NotEntitled, DecidedBefore) as error:
        return Findings(limits=limits, wrong=said_fault(desk, error, language))
    return Findings(told=told, limits=limits)


def told_of(desk: Desk, draft: MatterDraft) -> Told:
    """What is told of the matter; without a number the draft's own is its."""
    return draft.content.told(f"{desk.clock.now().astimezone(desk.clock.zone):%Y}-{draft.id:05}", desk.clock.zone)


async def text_of(
    desk: Desk,
    draft: MatterDraft,
    language: str,
    *,
    fault: str = "",
    found: Findings | None = None,
    month: date | None = None,
) -> str:
    """What the card says; ``month`` is the one to choose a day from."""
    found = found or await look(desk, draft, language)
    kept, say = [one for one in found.limits if one.due_on is not None], desk.catalog.say
    missing = draft.content.missing if draft.step is draft.last else ()
    return desk.renderer.render(
        "tender_draft",
        language,
        **_answers(desk, draft, language),
        limits=_limits(desk, kept, language),
        more=max(0, len(kept) - _LIMITS_SHOWN),
        missing=[say(LABELS[step], language) for step in missing],
        fault=cut(fault or found.wrong, _FAULT_SHOWN),
        question=say(_question(desk, draft, language), language),
        month=month_said(month, language) if month else "",
        provisional=month is not None and (await desk.calendars.current()).provisional(month.year),
    )


def _answers(desk: Desk, draft: MatterDraft, language: str) -> dict[str, Any]:
    """What was said of the matter so far."""
    content, say = draft.content, desk.catalog.say
    return {
        "place": draft.place if content.kind else None,
        "kind": say(matter_kind_said(content.kind), language) if content.kind else "",
        "title": shortened(content.title, LONGEST_MATTER),
        "ref": content.ref,
        "unit": shortened(content.unit, _UNIT_SHOWN),
        "method": say(method_said(content.method), language) if content.method else "",
        "amount": said_amount(desk, content.amount, DEFAULT_CURRENCY, language),
        "dates": [_dated(desk, one, language) for one in content.dates[:_DATES_SHOWN]],
    }


def _dated(desk: Desk, one: Dated, language: str) -> dict[str, str]:
    at = said_day(desk, one.day) + (f" {one.clock:%H:%M}" if one.clock else "")
    return {"name": said_step(desk, one.milestone, language), "at": at}


def _limits(desk: Desk, limits: list[Limit], language: str) -> list[dict[str, Any]]:
    """The limits that its dates come to, those that they break first."""
    ordered = sorted(limits, key=lambda one: (one.state is not LimitState.BROKEN, one.due_on))
    return [
        {
            "broken": one.state is LimitState.BROKEN,
            "name": said_step(desk, one.milestone, language),
            "limits": said_limit(desk, one, language),
        }
        for one in ordered[:_LIMITS_SHOWN]
    ]


def _question(desk: Desk, draft: MatterDraft, language: str) -> Phrase:
    if draft.step is MatterStep.CHECK and draft.content.missing:
        return _GO_ON
    if draft.step is MatterStep.UNIT and draft.search:
        return phrase(
            "Units called “{search}”: please choose one, or write another part of its name.", search=draft.search
        )
    if draft.step is MatterStep.DATES and draft.milestone is not None:
        name = said_step(desk, draft.milestone, language)
        return phrase("{name}: please choose the day, or write it, such as 10-12 9:30.", name=name)
    return QUESTIONS[draft.step]


def feet(desk: Desk, draft: MatterDraft, language: str) -> Rows:
    """The row that leads on from a question, once something was said."""
    if draft.content == EMPTY:
        return []
    return stepping.feet(desk, draft, language, VIEW, skipped=OPTIONAL)
