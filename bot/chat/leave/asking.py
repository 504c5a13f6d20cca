"""Asking for leave: a card that asks from when, to when and what for; days by a button, a calendar, or written."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

from bot.chat import cards, stepping
from bot.chat.acts import Press, Said
from bot.chat.buttons import Forged, Wish
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.days import Span, day_written, month_card
from bot.chat.desk import Desk, OnButton, OnWords
from bot.chat.drafting import Writing, send_card
from bot.chat.stepping import Discarding, is_as_shown
from bot.chat.words import said_fault, said_few
from messages.absence_drafts import ABSENCES, EMPTY, AbsenceDraft, AbsenceStep
from messages.absences import FARTHEST, LONGEST, Days, days_said, note_of
from messages.drafting import Change
from messages.drafts import Kind
from messages.errors import Refused
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase
from schedules.absences.deciding import Wanted
from schedules.absences.telling import workdays

VIEW: Final = "lv1"
"""Buttons that show another face of the card: draft, and which one."""
DAY: Final = "ld1"
"""Buttons that answer with a day: draft, question, day."""
MONTH: Final = "lm1"
"""Buttons that turn the calendar: draft, question, month."""
NOTHING: Final = "lx1"
"""Buttons that only show something."""
SEND: Final = "ls1"
"""The button that sends: draft, and the content that was shown."""
_BACK: Final = timedelta(days=92)
"""So far back the calendar goes; days longer ago are written."""

_QUESTIONS: Final[Mapping[AbsenceStep, Phrase]] = MappingProxyType(
    {
        AbsenceStep.FIRST: phrase("Which is the first day of your leave? Choose it, or write it, such as 9-24."),
        AbsenceStep.LAST: phrase("Which is the last day? Choose it, or write it, such as 9-28."),
        AbsenceStep.NOTE: phrase("What is it for? A few words are enough; no details, please."),
        AbsenceStep.CHECK: phrase("Please look it over, then send it."),
    }
)
_LABELS: Final[Mapping[AbsenceStep, Phrase]] = MappingProxyType(
    {
        AbsenceStep.FIRST: phrase("First day of leave"),
        AbsenceStep.LAST: phrase("Last day of leave"),
        AbsenceStep.NOTE: phrase("What for"),
    }
)
_GO_ON: Final = phrase("Something is still missing: please go on.")


async def begin(desk: Desk, press: Press, member: Member) -> None:
    """The card of the leave that is asked for, or of what was left, in a message of its own."""
    new, now = AbsenceDraft(id=0, person_id=member.person_id, content=EMPTY), desk.clock.now()
    async with desk.db.writing() as conn:
        draft = await ABSENCES.begin(conn, new, now)
    await ABSENCES.touch(desk.db, draft, now)
    await cards.attend(desk, press)
    await send_card(desk, member, ABSENCES, draft, await face(desk, draft, member))


# What it shows


async def face(desk: Desk, draft: AbsenceDraft, member: Member, *, fault: str = "") -> Drawn:
    """The card at the question that its draft stands at; with what was wrong."""
    language = member.language
    if draft.step is AbsenceStep.CHECK and not fault:
        fault = await _fault(desk, draft, language)
    match draft.step:
        case AbsenceStep.CHECK:
            rows = _checking(desk, draft, language)
        case AbsenceStep.NOTE:
            rows = _feet(desk, draft, language)
        case _:
            rows = [*await _choices(desk, draft, language), *_feet(desk, draft, language)]
    return Drawn(text=await _text(desk, draft, language, fault=fault), rows=rows)


async def _text(desk: Desk, draft: AbsenceDraft, language: str, *, fault: str = "") -> str:
    days, calendar = draft.content.days, await desk.calendars.current()
    missing = draft.step is AbsenceStep.CHECK and draft.content.missing
    return desk.renderer.render(
        "leave_draft",
        language,
        first=draft.content.first,
        days=desk.catalog.say(days_said(days), language) if days else "",
        count=days.count if days else 0,
        workdays=workdays(calendar, days) if days else 0,
        note=draft.content.note,
        fault=fault,
        place=draft.place,
        question=desk.catalog.say(_GO_ON if missing else _QUESTIONS[draft.step], language),
    )


async def _fault(desk: Desk, draft: AbsenceDraft, language: str) -> str:
    """What keeps these days from being asked for; empty where nothing does."""
    if (days := draft.content.days) is None:
        return ""
    try:
        await desk.absences.check(Wanted(person_id=draft.person_id, days=days), desk.clock.now())
    except Refused as error:
        return said_fault(desk, error, language)
    return ""


def _span(desk: Desk, draft: AbsenceDraft) -> Span:
    """The days that can be chosen at the question at hand: the last one does not lie before the first."""
    today = desk.today
    first, last = today - _BACK, today + FARTHEST
    if draft.step is AbsenceStep.LAST and (chosen := draft.content.first):
        return Span(first=chosen, last=min(last, chosen + timedelta(days=LONGEST - 1)), nothing=NOTHING)
    return Span(first=first, last=last, nothing=NOTHING)


async def _choices(desk: Desk, draft: AbsenceDraft, language: str) -> Rows:
    """The nearest days, and the one that opens the calendar."""
    today, step = desk.today, draft.step
    first = draft.content.first
    if step is AbsenceStep.LAST and first is not None:
        days = await desk.calendars.current()
        fifth = days.add_workdays(first - timedelta(days=1), 5)
        near = [(phrase("That one day"), first), (phrase("5 working days, to {day}", day=f"{fifth:%m-%d}"), fifth)]
        opened = first
    else:
        tomorrow = today + timedelta(days=1)
        near = [
            (phrase("Today, {day}", day=f"{today:%m-%d}"), today),
            (phrase("Tomorrow, {day}", day=f"{tomorrow:%m-%d}"), tomorrow),
        ]
        opened = first or today
    chosen = [labelled(desk, said, language, DAY, draft.id, step, day.isoformat()) for said, day in near]
    another = phrase("📅 Another day …")
    return [chosen, [labelled(desk, another, language, MONTH, draft.id, step, f"{opened:%Y-%m}")]]


def _feet(desk: Desk, draft: AbsenceDraft, language: str) -> Rows:
    if draft.content == EMPTY:
        return [stepping.to_discard(desk, draft, language, VIEW)]
    return stepping.feet(desk, draft, language, VIEW, skipped=(AbsenceStep.NOTE,))


def _checking(desk: Desk, draft: AbsenceDraft, language: str) -> Rows:
    """Everything together: each answer has the button that corrects it."""
    ask = labelled(desk, phrase("📨 Ask for this leave"), language, SEND, draft.id, draft.digest)
    rows = stepping.checking(desk, draft, language, VIEW, _LABELS.__getitem__, ends=[[ask]])
    return [*rows, stepping.to_discard(desk, draft, language, VIEW)]


# What is answered


async def _wanted(desk: Desk, said: Said, _member: Member, draft: AbsenceDraft) -> Change[AbsenceDraft]:
    """What was said makes this of the draft, for the question that it stands at."""
    if said.media is not None:
        raise Refused(phrase("Only words are taken here: please write it."))
    match draft.step:
        case AbsenceStep.FIRST | AbsenceStep.LAST:
            day = day_written(said.text, desk.today, ahead=True)
            return _taking(draft, said, **_days(draft, day))
        case AbsenceStep.NOTE:
            return _taking(draft, said, note=note_of(said.text) or "")
        case AbsenceStep.CHECK:
            raise Refused(
                phrase("Words are not taken here. The buttons send it, lead to an answer (✏️), or discard it (🗑).")
            )


def _days(draft: AbsenceDraft, day: date) -> dict[str, date | None]:
    """The answer to the question at hand; a first day behind the last one takes that away."""
    if draft.step is AbsenceStep.FIRST:
        last = draft.content.last
        return {"first": day, "last": last if last is not None and last >= day else None}
    if (first := draft.content.first) is not None and day < first:
        raise Refused(phrase("The last day does not lie before the first one."))
    return {"last": day}


def _taking(draft: AbsenceDraft, said: Said, **answer: object) -> Change[AbsenceDraft]:
    step = draft.step

    def answered(present: AbsenceDraft) -> AbsenceDraft:
        return replace(present, step=step).taking(said.message_id, **answer).onward()

    return answered


WRITING: Final[Writing[AbsenceDraft]] = Writing(drafts=ABSENCES, act=None, wanted=_wanted, face=face)
"""How leave is asked for."""


async def _choose(desk: Desk, press: Press, member: Member, draft: AbsenceDraft, wish: Wish) -> None:
    """A day was chosen: the next question is asked."""
    step, word = _step_and(wish)
    asked = draft.at(step)
    answer = _days(asked, _span(desk, asked).day_of(word))

    def change(present: AbsenceDraft) -> AbsenceDraft:
        return replace(present.with_content(**answer), step=step).onward()

    await WRITING.show(desk, press, member, draft, change)


async def _turn_month(desk: Desk, press: Press, member: Member, draft: AbsenceDraft, wish: Wish) -> None:
    """A month of the calendar; days off are marked."""
    step, word = _step_and(wish)
    span, language = _span(desk, draft.at(step)), member.language
    leads = {"day": (DAY, draft.id, step), "turn": (MONTH, draft.id, step)}
    back = labelled(desk, phrase("« Go back"), language, VIEW, draft.id, "go", step)
    await cards.turn(desk, press, await month_card(desk, span.month_of(word), span, language, **leads, back=back))


def _step_and(wish: Wish) -> tuple[AbsenceStep, str]:
    match wish.words[1:]:
        case [AbsenceStep.FIRST | AbsenceStep.LAST as step, word]:
            return AbsenceStep(step), word
        case _:
            raise Forged


_DISCARDING: Final = Discarding(
    drafts=ABSENCES, view=VIEW, text=_text, gone=phrase("The draft is discarded. No leave was asked for.")
)


async def _view(desk: Desk, press: Press, member: Member, draft: AbsenceDraft, wish: Wish) -> None:
    """Another face of the card."""
    match wish.words[1:]:
        case ["go", word] if word in set(AbsenceStep):
            await WRITING.show(desk, press, member, draft, lambda present: present.at(AbsenceStep(word)))
        case ["discard"]:
            await _DISCARDING.ask(desk, press, member, draft)
        case ["discarded"]:
            await _DISCARDING.discard(desk, press, member, draft)
        case _:
            raise Forged


async def _send(desk: Desk, press: Press, member: Member, draft: AbsenceDraft, wish: Wish) -> None:
    """Ask for what was shown; where that is not how it stands by now, it is shown once more."""
    if not await is_as_shown(desk, press, member, WRITING, draft, wish):
        return
    now, days = desk.clock.now(), draft.content.days
    assert days is not None  # noqa: S101 -- nothing is missing
    wanted = Wanted(person_id=draft.person_id, days=days, note=draft.content.note)
    try:
        _, asked = await desk.absences.ask(wanted, now, partial(ABSENCES.close, draft=draft, now=now))
    except Refused as error:
        fault = said_fault(desk, error, member.language)
        await WRITING.show(desk, press, member, draft, lambda present: present, fault)
        return
    desk.wake()
    await cards.turn(desk, press, cards.plain(desk, _asked(desk, member, days, asked), member.language))


def _asked(desk: Desk, member: Member, days: Days, asked: tuple[str, ...]) -> Phrase:
    said = days_said(days)
    if not asked:
        return phrase("⏳ Leave {days} is asked for. It is laid before somebody as soon as there is one.", days=said)
    names = said_few(desk, asked, member.language)
    return phrase("⏳ Leave {days} is asked for: {names} decides, and you are told. /leave", days=said, names=names)


async def _nothing(desk: Desk, press: Press, _member: Member, _wish: Wish) -> None:
    await cards.attend(desk, press)


BUTTONS: Final[Mapping[str, OnButton]] = {
    VIEW: WRITING.on(_view),
    DAY: WRITING.on(_choose),
    MONTH: WRITING.on(_turn_month),
    SEND: WRITING.on(_send),
    NOTHING: _nothing,
}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.ABSENCE: WRITING.words}
