"""The card of an answer to a warning: what is asked for and what is given so far, or what was sent."""

from datetime import datetime
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat.buttons import button
from bot.chat.cards import Drawn, labelled, marked
from bot.chat.desk import Desk
from bot.chat.warnings import drawing
from bot.chat.words import COMMA
from bot.telegram import keyboards
from messages.items.records import MARKS
from messages.store import answers as given
from messages.text.phrase import Phrase, phrase
from messages.warnings.answers import AnswerDraft, Parts, missing
from messages.warnings.awaited import days_of
from messages.warnings.records import Asked, WarningRecord, WarningState, asked_said
from schedules.desks import DeskKind

ANSWER: Final = keyboards.DESKS[DeskKind.WARNING]
"""Buttons about the own warning: what is to be done, the warning, and a part of its answer, what of it was seen, or
nothing."""


async def drawn(desk: Desk, draft: AnswerDraft, warning: WarningRecord, language: str, *, fault: str = "") -> Drawn:
    """The answer so far: its parts are buttons, and, once nothing is missing, so is what sends it."""
    checklist, parts, asked = warning.ladder.checklist, draft.of(warning.id), draft.part
    left = missing(checklist, parts)
    text = _text(
        desk,
        warning,
        language,
        parts=drawing.parts_of(desk, parts, checklist, language, asked),
        returned=await _returned(desk, warning),
        missing=desk.catalog.say(COMMA, language).join(desk.catalog.say(asked_said(one), language) for one in left),
        fault=fault,
        ask=desk.catalog.say(_hint(asked, complete=not left), language),
    )
    rows = [[_part(desk, warning, one, language, chosen=one not in left)] for one in checklist]
    if left and asked is not None and asked not in left:
        onward = phrase("Go on: {part} »", part=asked_said(left[0]))
        rows.append([labelled(desk, onward, language, ANSWER, "part", warning.id, left[0].value)])
    if asked is not None and parts.get(asked):
        what = phrase("🗑 Begin anew: {part}", part=asked_said(asked))
        rows.append([labelled(desk, what, language, ANSWER, "clear", warning.id, asked.value)])
    if asked is not None:
        rows.append([labelled(desk, phrase("⏸ Go on later"), language, ANSWER, "later", warning.id, 0)])
    if not left:
        rows.append(
            [labelled(desk, phrase("📨 Send the answer"), language, ANSWER, "send", warning.id, draft.seen(warning.id))]
        )
    return Drawn(text=text, rows=rows)


async def _returned(desk: Desk, warning: WarningRecord) -> str | None:
    """Why the answer before was returned."""
    if warning.state is not WarningState.RETURNED:
        return None
    async with desk.db.reading() as conn:
        before = await given.of_warning(conn, warning.id)
    return next((one.why or "" for one in before), None)


def _part(desk: Desk, warning: WarningRecord, asked: Asked, language: str, *, chosen: bool) -> InlineKeyboardButton:
    label = marked(chosen=chosen, what=desk.catalog.say(asked_said(asked), language))
    return button(label, ANSWER, "part", warning.id, asked.value)


def _hint(asked: Asked | None, *, complete: bool) -> Phrase:
    if complete and asked is None:
        return phrase("All is there: send it, or choose a part to add to it.")
    if asked is None:
        return phrase("It is kept. Choose a part to go on.")
    if complete:
        return phrase("All is there: send it. What you write now is added to: {part}.", part=asked_said(asked))
    return phrase("Please write or send: {part}. Texts, pictures and files are taken.", part=asked_said(asked))


def sent(desk: Desk, warning: WarningRecord, parts: Parts, language: str, at: datetime) -> Drawn:
    """The answer as it was sent."""
    shown = drawing.parts_of(desk, parts, warning.ladder.checklist, language)
    line = phrase("📨 Answered on {moment}; it waits to be judged", moment=desk.moment(at, language))
    return Drawn(text=_text(desk, warning, language, parts=shown, line=desk.catalog.say(line, language)), rows=[])


def _text(desk: Desk, warning: WarningRecord, language: str, **said: Any) -> str:  # noqa: ANN401 -- a template's values
    nothing = {"returned": None, "missing": "", "line": "", "fault": "", "ask": ""}
    about = {"mark": MARKS[warning.grade], "warning": warning, "days": days_of(warning, desk.clock.now())}
    return desk.renderer.render("answer_card", language, **{**about, **nothing, **said})
