"""What the card of an item asks: a face for each question, and what is taken from what is written as its answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import stepping
from bot.chat.acts import Said
from bot.chat.audience import Audience
from bot.chat.buttons import button
from bot.chat.cards import Drawn, Rows, labelled, marked
from bot.chat.desk import Desk
from bot.chat.drafting import Writing
from bot.chat.items import card, dates, posts
from bot.chat.items.card import EVERYONE, VIEW, feet, text_of
from bot.chat.items.dates import SET
from bot.chat.items.words import label_of, said_category, said_grade
from bot.chat.listing import LONGEST_SEARCH
from bot.chat.stepping import with_file_beneath
from bot.chat.words import capital, marked_text
from bot.telegram.keyboards import DESKS
from messages.drafting import Change
from messages.errors import Refused
from messages.items.checking import faults_of, tidied
from messages.items.drafts import ITEMS, ItemContent, ItemDraft, Step
from messages.items.kinds import CATEGORIES, KINDS, kind_said
from messages.items.records import Given
from messages.rights import Act, reach
from messages.store.accounts import Member
from messages.tenders.drafts import MATTERS_OF
from messages.text.phrase import Phrase, phrase
from messages.warnings.records import GRADES
from schedules.desks import DeskKind

SEND: Final = "isg1"
"""The button that sends: draft, and the content that was shown."""

AUDIENCE: Final[Audience[ItemDraft]] = Audience(
    drafts=ITEMS, act=Act.SUBMIT, view=VIEW, pick="isp1", list="isl1", text=text_of, feet=feet, everyone=EVERYONE
)
"""How an item's audience is chosen."""

_Buttons: TypeAlias = Callable[[Desk, ItemDraft, str], Rows]


async def face(desk: Desk, draft: ItemDraft, member: Member, *, fault: str = "") -> Drawn:
    """The card at the question that its draft stands at; with what was wrong."""
    language = member.language
    if draft.step is Step.CHECK:
        return await _check(desk, draft, language, fault=fault)
    if draft.step is Step.AUDIENCE:
        return await AUDIENCE.face(desk, draft, member, fault=fault)
    if draft.step is Step.POSTS:
        return await posts.listed(desk, draft, member, fault=fault)
    rows = [*_BUTTONS.get(draft.step, _none)(desk, draft, language), *await _as_matter(desk, draft, language)]
    text = await text_of(desk, draft, language, fault=fault)
    return Drawn(text=text, rows=[*rows, *feet(desk, draft, language)])


async def _as_matter(desk: Desk, draft: ItemDraft, language: str) -> Rows:
    """A tender or the like can be entered as a matter instead, by who may: the service then prompts by itself."""
    if draft.content.kind not in MATTERS_OF or draft.item_id is not None:
        return []
    async with desk.db.reading() as conn:
        if not await reach(conn, draft.person_id, Act.ENTER_MATTERS):
            return []
    instead = phrase("📋 As a matter: prompts by themselves")
    return [[labelled(desk, instead, language, DESKS[DeskKind.MATTER], "enter", draft.id, 0)]]


def _none(_desk: Desk, _draft: ItemDraft, _language: str) -> Rows:
    return []


def _choice(draft: ItemDraft, value: str, label: str, *, chosen: bool) -> list[InlineKeyboardButton]:
    return [button(marked(chosen=True, what=label) if chosen else label, SET, draft.id, draft.step, value)]


def _categories(desk: Desk, draft: ItemDraft, language: str) -> Rows:
    chosen = draft.content.category
    return [
        _choice(draft, one, capital(said_category(desk, one, language)), chosen=one is chosen) for one in CATEGORIES
    ]


def _kinds(desk: Desk, draft: ItemDraft, language: str) -> Rows:
    content = draft.content
    kinds = KINDS[content.category] if content.category else ()
    return [
        _choice(draft, one, capital(desk.catalog.say(kind_said(one), language)), chosen=one is content.kind)
        for one in kinds
    ]


def _grades(desk: Desk, draft: ItemDraft, language: str) -> Rows:
    chosen = draft.content.grade
    return [_choice(draft, one, said_grade(desk, one, language), chosen=one is chosen) for one in GRADES]


def _files(desk: Desk, draft: ItemDraft, language: str) -> Rows:
    out = phrase("📎 Take the files out")
    return [[labelled(desk, out, language, VIEW, draft.id, "unfile")]] if draft.content.attachments else []


_BUTTONS: Final[dict[Step, _Buttons]] = {
    Step.CATEGORY: _categories,
    Step.KIND: _kinds,
    Step.FILES: _files,
    Step.DATE: dates.quick,
    Step.GRADE: _grades,
}


async def _check(desk: Desk, draft: ItemDraft, language: str, *, fault: str) -> Drawn:
    """Everything together: each answer has the button that corrects it."""
    content = draft.content

    def leads(what: Phrase, *to: str) -> InlineKeyboardButton:
        return labelled(desk, what, language, VIEW, draft.id, *to)

    found = await card.look(desk, draft, language)
    text = await text_of(desk, draft, language, fault=fault, found=found)
    ends: Rows = []
    if found.checked is not None:
        send = phrase("📨 Send") if found.approvers is None else phrase("📨 Send for approval")
        ends = [[labelled(desk, send, language, SEND, draft.id, draft.digest)]]
    rows = stepping.checking(desk, draft, language, VIEW, lambda step: label_of(step, content), ends=ends)
    if content.text or content.attachments:
        rows.append([leads(phrase("👁 Show it in full"), "whole")])
    rows += await _as_matter(desk, draft, language)
    if content.announceable and draft.item_id is None:
        rows.append([leads(phrase("⏳ Announce only, enter later"), "announce")])
    return Drawn(text=text, rows=[*rows, stepping.to_discard(desk, draft, language, VIEW)])


# What is written


async def _wanted(desk: Desk, said: Said, member: Member, draft: ItemDraft) -> Change[ItemDraft]:
    """What was said makes this of the draft, for the question that it stands at; a file is taken at any."""
    if said.media is not None:
        return await with_file_beneath(desk, said, member, draft, Step.TEXT, Step.FILES)
    words = said.text.replace("\0", "").strip()
    if draft.step is Step.AUDIENCE and (about := await AUDIENCE.take(desk, words, said.message_id, draft)) is not None:
        return about
    match draft.step:
        case Step.TITLE:
            return _answer(draft, said, desk.today, title=" ".join(words.split()))
        case Step.TEXT:
            return _answer(draft, said, desk.today, text=marked_text(said))
        case Step.DATE:
            day = dates.day_come(words, desk.today)
            return _answer(draft, said, desk.today, decisive_on=day)
        case Step.POSTS:
            return lambda present: replace(present.taking(said.message_id), search=words[:LONGEST_SEARCH])
        case Step.CHECK:
            raise Refused(phrase("This was not taken: please press first what you would like to change."))
        case Step.FILES:
            raise Refused(phrase("This was not taken: only files are. The text has a button of its own."))
    raise Refused(phrase("This was not taken: please choose one of the buttons."))


def _answer(draft: ItemDraft, said: Said, today: date, **answer: Any) -> Change[ItemDraft]:  # noqa: ANN401 -- a field
    """The answer to the question at hand, checked; then comes the next one."""
    refuse_wrong(replace(draft.content, **answer), draft.step, today)
    step = draft.step

    def answered(present: ItemDraft) -> ItemDraft:
        return replace(present, step=step).taking(said.message_id, **answer).onward()

    return answered


def refuse_wrong(content: ItemContent, step: Step, today: date) -> None:
    """Refuse an answer that could never be submitted, as soon as it is given."""
    category = content.category or CATEGORIES[0]
    given = Given(
        category=category,
        kind=content.kind or KINDS[category][0],
        title=content.title,
        text=content.text,
        attachments=content.attachments,
        decisive_on=content.decisive_on,
    )
    faults = [one for one in faults_of(tidied(given), today, announced=False) if one.column == step.value]
    if faults:
        raise Refused(phrase("The input was refused."), faults)


WRITING: Final[Writing[ItemDraft]] = Writing(drafts=ITEMS, act=Act.SUBMIT, wanted=_wanted, face=face)
"""How an item is written."""
