"""The card of a campaign that is being written: all that was said of it, what it comes to, and what it asks."""

from dataclasses import dataclass
from typing import Final

from bot.chat import stepping
from bot.chat.audience import HINTS, written
from bot.chat.buttons import shortened
from bot.chat.campaigns.words import GO_ON, LABELS, QUESTIONS
from bot.chat.cards import Rows
from bot.chat.desk import Desk
from bot.chat.words import beginning_of, said_fault, said_few, said_whom
from messages.errors import NotEntitled, Refused
from messages.notices import LONGEST_TITLE
from messages.register.campaign_drafts import EMPTY, CampaignDraft, CampaignStep
from messages.register.campaigns import ALL_POSTS, Checked, Found
from messages.rights import Act
from messages.text.lengths import cut
from messages.text.phrase import Phrase

VIEW: Final = "cv1"
"""Buttons that show another face of the card: draft, and which one."""
_FAULT_SHOWN: Final = 1000
_AUDIENCE_SHOWN: Final = 400
"""Characters of what the card shows of each: it always fits into one message."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a look at a draft has found: the posts that it means, what it comes to, and what is wrong with it.

    ``approvers`` are asked to approve it, by their names; None where nobody has to.
    """

    found: Found | None = None
    checked: Checked | None = None
    approvers: str | None = None
    wrong: str = ""


async def look(desk: Desk, draft: CampaignDraft, language: str) -> Findings:
    """Which posts a draft means, at every step; at the last look, when nothing is missing, all it comes to."""
    found: Found | None = None
    try:
        if expression := await expression_of(desk, draft):
            found = await desk.campaigns.found(expression, draft.person_id)
        if draft.step is not CampaignStep.CHECK or draft.content.missing:
            return Findings(found=found)
        checked = await desk.campaigns.check(draft.content.given(expression), draft.person_id, desk.clock.now())
        if not checked.needs_approval:
            return Findings(found=checked.found, checked=checked)
        asked = await desk.campaigns.approvers(checked, draft.person_id)
        names = said_few(desk, [one.name for one in asked], language)
        return Findings(found=checked.found, checked=checked, approvers=names)
    except (Refused, NotEntitled) as error:  # posts outside the own units
        return Findings(found=found, wrong=said_fault(desk, error, language))


async def expression_of(desk: Desk, draft: CampaignDraft) -> str:
    """The audience of a draft, written out; empty of what has none."""
    return await written(desk, draft.content.audience, draft.person_id, Act.RUN_CAMPAIGNS)


async def text_of(
    desk: Desk, draft: CampaignDraft, language: str, *, fault: str = "", looked: Findings | None = None
) -> str:
    """What the card says."""
    content, say = draft.content, desk.catalog.say
    looked = looked or await look(desk, draft, language)
    whom = said_whom(desk, content.audience, language, ALL_POSTS)
    return desk.renderer.render(
        "campaign_draft",
        language,
        place=draft.place,
        title=shortened(content.title, LONGEST_TITLE),
        beginning=beginning_of(content.text),
        files=len(content.attachments),
        audience=shortened(whom, _AUDIENCE_SHOWN),
        found=looked.found,
        day=content.due_on,
        due=looked.checked.due if looked.checked else None,
        fault=cut(fault or looked.wrong, _FAULT_SHOWN),
        missing=[say(LABELS[step], language) for step in content.missing] if draft.step is draft.last else [],
        complete=looked.checked is not None,
        approvers=looked.approvers,
        question=say(HINTS.get(draft.asked) or _question(draft), language),
    )


def _question(draft: CampaignDraft) -> Phrase:
    return GO_ON if draft.step is CampaignStep.CHECK and draft.content.missing else QUESTIONS[draft.step]


def feet(desk: Desk, draft: CampaignDraft, language: str) -> Rows:
    """The row that leads on from a question, once something was said."""
    if draft.content == EMPTY:
        return []
    return stepping.feet(desk, draft, language, VIEW, skipped={CampaignStep.FILES, CampaignStep.TEXT})
