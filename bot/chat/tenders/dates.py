"""The dates of a matter that is being entered: a step is chosen, then its day; the time may be written with it."""

from datetime import date, time
from typing import Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.days import month
from bot.chat.desk import Desk
from bot.chat.listing import turns
from bot.chat.tenders.card import text_of
from bot.chat.tenders.kinds import MONTH, SET, VIEW
from bot.chat.tenders.when import TIMES, span_of
from bot.chat.tenders.words import said_day, said_step
from messages.pages import part_of
from messages.store.accounts import Member
from messages.tenders.drafts import Dated, MatterDraft, MatterStep
from messages.tenders.milestones import MILESTONES, MatterKind, Milestone
from messages.text.phrase import phrase

_STEPS: Final = 8
_FIRST: Final = (
    Milestone.ANNOUNCED,
    Milestone.DOCUMENTS_FROM,
    Milestone.BID_DEADLINE,
    Milestone.OPENING,
    Milestone.AWARD_NOTICE,
    Milestone.CONTRACT_SIGNED,
)
"""What most matters have is offered first."""


def steps(desk: Desk, draft: MatterDraft, language: str, number: int = 1) -> Rows:
    """The steps that can have a date, those that most matters have first; each shows the date that it has."""
    kind = draft.content.kind or MatterKind.TENDER
    known = {one.milestone: one for one in draft.content.dates}
    ordered = sorted(MILESTONES[kind], key=lambda one: one not in _FIRST)
    page = part_of(ordered, number, _STEPS)

    def leads(one: Milestone) -> list[InlineKeyboardButton]:
        name, dated = said_step(desk, one, language), known.get(one)
        label = f"✅ {name} · {said_day(desk, dated.day)}" if dated else name
        return [button(label, VIEW, draft.id, "date", one)]

    return [*map(leads, page.rows), *turns(page.number, page.pages, (VIEW, draft.id, "steps"))]


async def month_of(
    desk: Desk, draft: MatterDraft, language: str, first: date | None = None, *, fault: str = ""
) -> Drawn:
    """The month to choose the day of the step from; the day and the time may be written as well."""
    milestone, days = draft.milestone, await desk.calendars.current()
    dated = next((one for one in draft.content.dates if one.milestone is milestone), None)
    first = first or (dated.day if dated else desk.today).replace(day=1)
    leads = {"day": (SET, draft.id, draft.step), "turn": (MONTH, draft.id)}
    rows = month(desk, days, first, span_of(desk), language=language, **leads)
    text = await text_of(desk, draft, language, fault=fault, month=first)
    return Drawn(text=text, rows=[*rows, *_below(desk, draft, dated, language)])


def _below(desk: Desk, draft: MatterDraft, dated: Dated | None, language: str) -> Rows:
    """The usual times of a day that was chosen, and the way back."""
    back = labelled(desk, phrase("« Go back"), language, VIEW, draft.id, "go", MatterStep.DATES)
    if dated is None:
        return [[back]]
    clocks = [button(one, SET, draft.id, draft.step, f"{dated.day}.{one[:2]}{one[3:]}") for one in TIMES]
    away = labelled(desk, phrase("🗑 Take the date away"), language, VIEW, draft.id, "undate")
    return [clocks[:4], clocks[4:], [back, away]]


async def turn_month(desk: Desk, press: Press, member: Member, draft: MatterDraft, wish: Wish) -> None:
    """Another month of the calendar."""
    match wish.words[1:]:
        case [written] if draft.milestone is not None:
            first = span_of(desk).month_of(written)
        case _:
            raise Forged
    await cards.turn(desk, press, await month_of(desk, draft, member.language, first))


def day_of(desk: Desk, value: str) -> tuple[date, time | None]:
    """A day as a button carries it, perhaps with its time behind a point; it comes from outside."""
    day, _, clock = value.partition(".")
    try:
        at = time(int(clock[:2]), int(clock[2:])) if clock else None
    except ValueError:
        raise Forged from None
    return span_of(desk).day_of(day), at
