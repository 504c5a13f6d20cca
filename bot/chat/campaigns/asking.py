"""What the card of a campaign asks: a face for each question, and what is taken from what is written as its answer."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from bot.chat import stepping
from bot.chat.acts import Said
from bot.chat.audience import Audience
from bot.chat.campaigns import card, dates
from bot.chat.campaigns.card import VIEW, feet, text_of
from bot.chat.campaigns.words import LABELS
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.days import day_written
from bot.chat.desk import Desk
from bot.chat.drafting import Writing
from bot.chat.stepping import with_file_beneath
from bot.chat.words import marked_text
from messages.drafting import Change
from messages.errors import Refused, refused
from messages.register.campaign_drafts import CAMPAIGNS, CampaignDraft, CampaignStep
from messages.register.campaigns import ALL_POSTS
from messages.rights import Act
from messages.store.accounts import Member
from messages.text.phrase import phrase
from schedules import broadcast_checks as checks

SEND: Final = "cg1"
"""The button that starts: draft, and the content that was shown."""

AUDIENCE: Final[Audience[CampaignDraft]] = Audience(
    drafts=CAMPAIGNS,
    act=Act.RUN_CAMPAIGNS,
    view=VIEW,
    pick="cu1",
    list="cl1",
    text=text_of,
    feet=feet,
    everyone=ALL_POSTS,
)
"""How the posts of a campaign are chosen."""


async def face(desk: Desk, draft: CampaignDraft, member: Member, *, fault: str = "") -> Drawn:
    """The card at the question that its draft stands at; with what was wrong."""
    language = member.language
    if draft.step is CampaignStep.CHECK:
        return await _check(desk, draft, language, fault=fault)
    if draft.step is CampaignStep.AUDIENCE:
        return await AUDIENCE.face(desk, draft, member, fault=fault)
    text = await text_of(desk, draft, language, fault=fault)
    return Drawn(text=text, rows=[*await _choices(desk, draft, language), *feet(desk, draft, language)])


async def _choices(desk: Desk, draft: CampaignDraft, language: str) -> Rows:
    if draft.step is CampaignStep.DUE:
        return await dates.quick(desk, draft, language)
    if draft.step is CampaignStep.FILES and draft.content.attachments:
        out = phrase("📎 Take the files out")
        return [[labelled(desk, out, language, VIEW, draft.id, "unfile")]]
    return []


async def _check(desk: Desk, draft: CampaignDraft, language: str, *, fault: str) -> Drawn:
    """Everything together: each answer has the button that corrects it."""
    looked = await card.look(desk, draft, language)
    text = await text_of(desk, draft, language, fault=fault, looked=looked)
    ends: Rows = []
    if looked.checked is not None:
        start = phrase("▶️ Start it") if looked.approvers is None else phrase("📨 Send for approval")
        ends = [[labelled(desk, start, language, SEND, draft.id, draft.digest)]]
    rows = stepping.checking(desk, draft, language, VIEW, LABELS.__getitem__, ends=ends)
    if draft.content.text or draft.content.attachments:
        rows.append([labelled(desk, phrase("👁 Show it in full"), language, VIEW, draft.id, "whole")])
    return Drawn(text=text, rows=[*rows, stepping.to_discard(desk, draft, language, VIEW)])


async def _wanted(desk: Desk, said: Said, member: Member, draft: CampaignDraft) -> Change[CampaignDraft]:
    """What was said makes this of the draft, for the question that it stands at; a file is taken at any."""
    if said.media is not None:
        return await with_file_beneath(desk, said, member, draft, CampaignStep.TEXT, CampaignStep.FILES)
    words, about = said.text.replace("\0", "").strip(), None
    if draft.step is CampaignStep.AUDIENCE:
        about = await AUDIENCE.take(desk, words, said.message_id, draft)
    if about is not None:
        return about
    match draft.step:
        case CampaignStep.TITLE:
            return _answer(draft, said, title=title_of(words))
        case CampaignStep.TEXT:
            return _answer(draft, said, text=checks.check_text(marked_text(said), alone=True))
        case CampaignStep.DUE:
            return _answer(draft, said, due_on=_day(desk, words))
        case CampaignStep.CHECK:
            raise Refused(phrase("This was not taken: please press first what you would like to change."))
        case CampaignStep.FILES:
            raise Refused(phrase("This was not taken: only files are. The text has a button of its own."))
    raise Refused(phrase("This was not taken: please choose one of the buttons."))


def title_of(words: str) -> str:
    """A title on one line; raises ``Refused`` for none and for one that is too long."""
    title = " ".join(words.split())
    if not title:
        raise refused(phrase("A title is accepted."), column="title")
    checks.check_title(title)
    return title


def _day(desk: Desk, words: str) -> date:
    day = day_written(words, desk.today, ahead=True)
    if not dates.span_of(desk).holds(day):
        raise refused(phrase("A day within the next year is accepted."), column="due_on")
    return day


def _answer(draft: CampaignDraft, said: Said, **answer: Any) -> Change[CampaignDraft]:  # noqa: ANN401 -- a field
    """The answer to the question at hand; then comes the next one."""
    step = draft.step

    def answered(present: CampaignDraft) -> CampaignDraft:
        return replace(present, step=step).taking(said.message_id, **answer).onward()

    return answered


WRITING: Final[Writing[CampaignDraft]] = Writing(drafts=CAMPAIGNS, act=Act.RUN_CAMPAIGNS, wanted=_wanted, face=face)
"""How a campaign is written."""
