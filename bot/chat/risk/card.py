"""The card of a risk point that is being written: all that was said of it, and the question that it asks."""

from collections.abc import Sequence
from typing import Any, Final

from bot.chat import stepping
from bot.chat.buttons import shortened
from bot.chat.cards import Rows, labelled
from bot.chat.desk import Desk
from bot.chat.risk.kinds import VIEW
from bot.chat.risk.words import LABELS, QUESTIONS, called, said_bases, said_level
from messages.register.drafts import EMPTY, SKIPPED, RiskContent, RiskDraft, Step
from messages.register.own import Mine, OwnPoint
from messages.register.records import LONGEST_NAME
from messages.register.templates import Suggestion
from messages.text.lengths import cut
from messages.text.phrase import Phrase, phrase

_TEXT_SHOWN: Final = 500
_SHORT_SHOWN: Final = 150
_SUGGESTED_SHOWN: Final = 120
_FAULT_SHOWN: Final = 300
_OTHERS_NAMED: Final = 5
_BASES_SHOWN: Final = 6
"""What the card shows of each: it always fits into one message."""


def text_of(
    desk: Desk,
    draft: RiskDraft,
    mine: Mine,
    language: str,
    *,
    fault: str = "",
    suggestions: Sequence[Suggestion] = (),
    others: Sequence[OwnPoint] = (),
) -> str:
    """What the card says; ``others`` would be submitted with it."""
    content, say = draft.content, desk.catalog.say
    left = content.missing if draft.step is Step.CHECK else ()
    return desk.renderer.render(
        "risk_draft",
        language,
        post=called(mine),
        place=draft.place,
        changed=draft.point_id is not None,
        why=_why(draft, mine),
        **_answers(desk, content, language),
        suggestions=[_suggested(desk, one, content, language) for one in suggestions],
        others=[shortened(one.latest.name) for one in others[:_OTHERS_NAMED]],
        more=max(0, len(others) - _OTHERS_NAMED),
        missing=[say(LABELS[step], language) for step in left],
        fault=cut(fault, _FAULT_SHOWN),
        question=say(_question(desk, draft, some=bool(suggestions)), language),
    )


def _answers(desk: Desk, content: RiskContent, language: str) -> dict[str, Any]:
    """What was said so far, as the template takes it."""
    return {
        "node": content.node,
        "category": content.category,
        "name": shortened(content.name, LONGEST_NAME),
        "level": said_level(desk, content.level, language) if content.level else "",
        "description": cut(content.description, _TEXT_SHOWN),
        "controls": cut(content.controls, _TEXT_SHOWN),
        "indicators": cut(content.indicators, _SHORT_SHOWN),
        "duty": cut(content.duty, _SHORT_SHOWN),
        "section": cut(content.section, _SHORT_SHOWN),
        "responsible": cut(content.responsible, _SHORT_SHOWN),
        "leading": cut(content.leading, _SHORT_SHOWN),
        "bases": said_bases(desk, content.bases[:_BASES_SHOWN], language),
        "more_bases": max(0, len(content.bases) - _BASES_SHOWN),
    }


def _why(draft: RiskDraft, mine: Mine) -> str:
    """Why the point was returned that is being corrected."""
    found = (one.point.why for one in mine.points if one.point.id == draft.point_id and one.open)
    return cut(next((why for why in found if why), ""), _FAULT_SHOWN)


def _suggested(desk: Desk, one: Suggestion, written: RiskContent, language: str) -> dict[str, Any]:
    """One that may be taken over; of another node or category than is written it says so."""
    other = (one.content.node, written.node), (one.content.category, written.category)
    return {
        "other": [its for its, own in other if its not in {"", own}],
        "name": shortened(one.content.name),
        "level": said_level(desk, one.content.level, language),
        "description": cut(one.content.description, _SUGGESTED_SHOWN),
        "template": one.template_id is not None,
        "count": one.count,
    }


def _question(desk: Desk, draft: RiskDraft, *, some: bool) -> Phrase:
    if draft.law is not None and (basis := desk.policy.legal_bases.all.get(draft.law)):
        return phrase("Which article of “{law}”? Write its number, 1 to {most}.", law=basis.title, most=basis.articles)
    if draft.step is Step.NAME and some:
        return phrase("Take one over by its button and change it as you like, or write the name of the risk yourself.")
    if draft.step is Step.CHECK and draft.content.missing:
        return phrase("Something is still missing: please go on, or correct an answer.")
    return QUESTIONS[draft.step]


def feet(desk: Desk, draft: RiskDraft, language: str) -> Rows:
    """The row that leads on from a question; before anything was said, the one that leaves it."""
    if draft.law is not None:
        return [[labelled(desk, phrase("« Go back"), language, VIEW, draft.id, "go", draft.step)]]
    if draft.step is Step.BASES and not draft.guided and draft.content.bases:
        return [[labelled(desk, phrase("✔ Done"), language, VIEW, draft.id, "go", Step.CHECK)]]
    rows = stepping.feet(desk, draft, language, VIEW, skipped=SKIPPED)
    if draft.step in SKIPPED and draft.content.answered(draft.step):
        rows.append([labelled(desk, phrase("✖️ Leave it empty"), language, VIEW, draft.id, "clear", draft.step)])
    if draft.content == EMPTY:
        rows.append([labelled(desk, phrase("🗑 Discard"), language, VIEW, draft.id, "discarded")])
    return rows
