"""What the card of a new matter asks: a face for each question, and what is taken from what is written."""

from dataclasses import replace
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat import stepping
from bot.chat.acts import Said
from bot.chat.buttons import button
from bot.chat.cards import Drawn, Rows, labelled, marked
from bot.chat.desk import Desk
from bot.chat.drafting import Writing
from bot.chat.listing import LONGEST_SEARCH, found, turns
from bot.chat.tenders import card, dates
from bot.chat.tenders.card import LABELS, feet, text_of
from bot.chat.tenders.dates_written import dates_written
from bot.chat.tenders.kinds import SAVE, SET, UNITS, VIEW
from bot.chat.words import capital
from messages.drafting import Change
from messages.errors import Refused, refused
from messages.rights import Act, reach
from messages.sheets.cells import Unreadable
from messages.store.accounts import Member
from messages.tenders.drafts import MATTERS, MatterDraft, MatterStep
from messages.tenders.milestones import MatterKind, matter_kind_said
from messages.tenders.records import LONGEST_MATTER, LONGEST_REF, method_said
from messages.tenders.sheets.amounts import amount
from messages.text.phrase import Phrase, phrase


async def face(desk: Desk, draft: MatterDraft, member: Member, *, fault: str = "") -> Drawn:
    """The card at the question that its draft stands at; with what was wrong."""
    language = member.language
    if draft.step is MatterStep.CHECK:
        return await _check(desk, draft, language, fault=fault)
    if draft.step is MatterStep.DATES and draft.milestone is not None:
        return await dates.month_of(desk, draft, language, fault=fault)
    if draft.step is MatterStep.UNIT:
        return await units(desk, draft, member, 1, fault=fault)
    text = await text_of(desk, draft, language, fault=fault)
    return Drawn(text=text, rows=[*_choices(desk, draft, language), *feet(desk, draft, language)])


def _choices(desk: Desk, draft: MatterDraft, language: str) -> Rows:
    content, say = draft.content, desk.catalog.say

    def choice(value: str, label: Phrase, *, chosen: bool) -> list[InlineKeyboardButton]:
        said = capital(say(label, language))
        return [button(marked(chosen=True, what=said) if chosen else said, SET, draft.id, draft.step, value)]

    match draft.step:
        case MatterStep.KIND:
            return [choice(one, matter_kind_said(one), chosen=one is content.kind) for one in MatterKind]
        case MatterStep.METHOD:
            return [choice(one, method_said(one), chosen=one is content.method) for one in content.methods]
        case MatterStep.DATES:
            return dates.steps(desk, draft, language)
    return []


async def units(desk: Desk, draft: MatterDraft, member: Member, number: int, *, fault: str = "") -> Drawn:
    """A page of the units for which this person enters matters."""
    async with desk.db.reading() as conn:
        scope = await reach(conn, draft.person_id, Act.ENTER_MATTERS)
    chosen = (draft.content.unit,) if draft.content.unit else ()
    shown = await found(desk, "unit", scope, draft.search, number, chosen=chosen, language=member.language)
    rows: Rows = [
        [button(marked(chosen=True, what=one.label) if one.chosen else one.label, SET, draft.id, draft.step, one.id)]
        for one in shown.lines
    ]
    rows += turns(shown.page, shown.pages, (UNITS, draft.id))
    if draft.search:
        rows.append([labelled(desk, phrase("Show all again"), member.language, VIEW, draft.id, "go", draft.step)])
    text = await text_of(desk, draft, member.language, fault=fault)
    return Drawn(text=text, rows=[*rows, *feet(desk, draft, member.language)])


async def _check(desk: Desk, draft: MatterDraft, language: str, *, fault: str) -> Drawn:
    """Everything together: each answer has the button that corrects it."""
    looked = await card.look(desk, draft, language)
    text = await text_of(desk, draft, language, fault=fault, found=looked)
    ends: Rows = []
    if looked.told is not None:
        ends = [[labelled(desk, phrase("💾 Save it"), language, SAVE, draft.id, draft.digest)]]
    rows = stepping.checking(desk, draft, language, VIEW, LABELS.__getitem__, ends=ends)
    return Drawn(text=text, rows=[*rows, stepping.to_discard(desk, draft, language, VIEW)])


# What is written


async def _wanted(desk: Desk, said: Said, _member: Member, draft: MatterDraft) -> Change[MatterDraft]:
    """What was said makes this of the draft, for the question that it stands at."""
    if said.media is not None:
        raise Refused(phrase("This was not taken: please write it in words."))
    words = said.text.replace("\0", " ").strip()
    match draft.step:
        case MatterStep.TITLE:
            return _answer(draft, said, title=_line(words, "title", LONGEST_MATTER))
        case MatterStep.NUMBER:
            ref = _line(words, "ref", LONGEST_REF)
            await desk.tenders.is_new(ref)
            return _answer(draft, said, ref=ref)
        case MatterStep.AMOUNT:
            return _answer(draft, said, amount=_amount(words))
        case MatterStep.UNIT:
            return lambda present: replace(present.taking(said.message_id), search=words[:LONGEST_SEARCH])
        case MatterStep.DATES:
            return _dates(desk, draft, said, words)
        case MatterStep.CHECK:
            raise Refused(phrase("This was not taken: please press first what you would like to change."))
    raise Refused(phrase("This was not taken: please choose one of the buttons."))


def _dates(desk: Desk, draft: MatterDraft, said: Said, words: str) -> Change[MatterDraft]:
    """Dates that were written, one or several; others may follow."""
    kind = draft.content.kind or MatterKind.TENDER
    written = dates_written(desk, words, kind, desk.today, milestone=draft.milestone)

    def dated(present: MatterDraft) -> MatterDraft:
        return replace(present.taking(said.message_id, dates=present.content.dated(*written).dates), milestone=None)

    return dated


def _line(words: str, column: str, most: int) -> str:
    line = " ".join(words.split())
    if not 0 < len(line) <= most:
        raise refused(phrase("1 to {most} characters are accepted.", most=most), column=column)
    return line


def _amount(words: str) -> str:
    try:
        return amount(words, "")
    except Unreadable as error:
        raise refused(error.phrase, column="amount", value=words) from error


def _answer(draft: MatterDraft, said: Said, **answer: Any) -> Change[MatterDraft]:  # noqa: ANN401 -- a field
    """The answer to the question at hand; then comes the next one."""
    step = draft.step

    def answered(present: MatterDraft) -> MatterDraft:
        return replace(present, step=step).taking(said.message_id, **answer).onward()

    return answered


WRITING: Final[Writing[MatterDraft]] = Writing(drafts=MATTERS, act=Act.ENTER_MATTERS, wanted=_wanted, face=face)
"""How a matter is entered."""
