"""When a broadcast is sent, by when it must be acknowledged, and how urgent it is."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.broadcast import card
from bot.chat.broadcast.words import LANES
from bot.chat.broadcast.writing import to_front
from bot.chat.buttons import Forged, Wish, button
from bot.chat.cards import Drawn, labelled, marked
from bot.chat.days import Span, month_card
from bot.chat.desk import Desk
from messages.drafts import Draft, Sending
from messages.notices import Lane
from messages.store.accounts import Member
from messages.text.phrase import nphrase, phrase
from schedules.deadlines import local_instant, next_working_morning

SET: Final = "bs1"
"""Buttons that set a field of the draft: draft, field, value."""
DAY: Final = "bd1"
"""Buttons of the calendar: draft, and a month, "day" and a day, or a day with its hour."""
NOTHING: Final = "bx1"
"""Buttons that only show something."""
_WITHIN: Final = (0, 1, 2, 3, 5, 10)
_FARTHEST: Final = timedelta(days=366)
_MINUTES: Final = range(0, 60, 5)
_HOURS_IN_A_ROW: Final = 6


async def within(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """Whether it must be acknowledged, and by when."""
    language, content = member.language, draft.content
    now = desk.policy.broadcasts.within if content.within is None else content.within

    def choice(days: int) -> InlineKeyboardButton:
        said = nphrase("within {count} working day", "within {count} working days", days)
        label = desk.catalog.say(phrase("by the end of the working day") if days == 0 else said, language)
        chosen = content.acknowledge and days == now
        return button(marked(chosen=chosen, what=label), SET, draft.id, "within", days)

    without = desk.catalog.say(phrase("No acknowledgement"), language)
    rows = [[button(marked(chosen=not content.acknowledge, what=without), SET, draft.id, "within", "none")]]
    rows += [[choice(days)] for days in _WITHIN]
    rows.append([card.back(desk, draft, language)])
    await cards.turn(desk, press, Drawn(text=await card.text_of(desk, draft, language), rows=rows))


async def lane(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """How urgent it is."""
    language = member.language
    rows = [
        [
            button(
                marked(chosen=one is draft.content.lane, what=desk.catalog.say(said, language)),
                *(SET, draft.id, "lane", int(one)),
            )
        ]
        for one, said in LANES.items()
    ]
    rows.append([card.back(desk, draft, language)])
    await cards.turn(desk, press, Drawn(text=await card.text_of(desk, draft, language), rows=rows))


async def when(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """When it is sent."""
    language, sending = member.language, draft.content.sending
    now = desk.clock.now()
    morning = next_working_morning(await desk.calendars.current(), desk.policy, now)
    said = phrase("Next working morning: {moment}", moment=desk.moment(morning, language))
    label = desk.catalog.say
    rows = [
        [_choice(draft, "now", label(phrase("At once"), language), chosen=sending is Sending.NOW)],
        [_choice(draft, "morning", label(said, language), chosen=sending is Sending.MORNING)],
        [labelled(desk, phrase("📅 Choose a day …"), language, DAY, draft.id, f"{now:%Y-%m}")],
        [card.back(desk, draft, language)],
    ]
    await cards.turn(desk, press, Drawn(text=await card.text_of(desk, draft, language), rows=rows))


def _choice(draft: Draft, value: str, label: str, *, chosen: bool) -> InlineKeyboardButton:
    return button(marked(chosen=chosen, what=label), SET, draft.id, "when", value)


async def put(desk: Desk, press: Press, member: Member, draft: Draft, wish: Wish) -> None:
    """A field of the draft was chosen."""
    match wish.words[1:]:
        case ["within", "none"]:
            changes: dict[str, Any] = {"acknowledge": False, "within": None}
        case ["within", days] if days in map(str, _WITHIN):
            changes = {"acknowledge": True, "within": int(days)}
        case ["lane", number] if number in {str(int(one)) for one in LANES}:
            changes = {"lane": Lane(int(number))}
        case ["when", ("now" | "morning") as sending]:
            changes = {"sending": Sending(sending), "at": None}
        case ["at", written]:
            changes = {"sending": Sending.AT, "at": _instant(desk, written)}
        case _:
            raise Forged
    fault = _passed(desk, changes, member.language)
    await to_front(desk, press, member, draft, lambda present: present.with_content(**changes), fault)


def _instant(desk: Desk, written: str) -> datetime:
    """An instant of the office's zone, as a button carries it."""
    try:
        local = datetime.strptime(written, "%Y-%m-%dT%H.%M").replace(tzinfo=desk.clock.zone)
    except ValueError:
        raise Forged from None
    at = local_instant(local.date(), local.time(), desk.clock.zone)
    if at - desk.clock.now() > _FARTHEST:
        raise Forged
    return at


def _passed(desk: Desk, changes: dict[str, Any], language: str) -> str:
    at = changes.get("at")
    if at is None or at > desk.clock.now():
        return ""
    return desk.catalog.say(phrase("This time has passed: it will be sent at once."), language)


# --- the calendar ---------------------------------------------------------------------------------------------------


async def choose_day(desk: Desk, press: Press, member: Member, draft: Draft, wish: Wish) -> None:
    """A month's days, a day's hours, or an hour's minutes."""
    span = _span(desk)
    match wish.words[1:]:
        case [written]:
            drawn = await _month(desk, draft, member.language, span.month_of(written))
        case ["day", written]:
            drawn = await _hours(desk, draft, member.language, span.day_of(written))
        case [written, hour] if hour.isdecimal() and int(hour) < 24:  # noqa: PLR2004 -- the hours of a day
            drawn = await _minutes(desk, draft, member.language, span.day_of(written), int(hour))
        case _:
            raise Forged
    await cards.turn(desk, press, drawn)


def _span(desk: Desk) -> Span:
    """The days on which a broadcast can be sent."""
    today = desk.clock.now().date()
    return Span(first=today, last=today + _FARTHEST, nothing=NOTHING)


async def _month(desk: Desk, draft: Draft, language: str, first: date) -> Drawn:
    """A month; days off are marked, and days that have passed cannot be chosen."""
    leads, back = {"day": (DAY, draft.id, "day"), "turn": (DAY, draft.id)}, card.back(desk, draft, language, "when")
    return await month_card(desk, first, _span(desk), language, **leads, back=back)


async def _hours(desk: Desk, draft: Draft, language: str, day: date) -> Drawn:
    now = desk.clock.now()

    def choice(hour: int) -> InlineKeyboardButton:
        if local_instant(day, time(hour, _MINUTES[-1]), desk.clock.zone) <= now:
            return button("·", NOTHING)
        return button(f"{hour:02}", DAY, draft.id, day.isoformat(), hour)

    return await _of_day(desk, draft, language, day, [choice(hour) for hour in range(24)])


async def _minutes(desk: Desk, draft: Draft, language: str, day: date, hour: int) -> Drawn:
    now = desk.clock.now()

    def choice(minute: int) -> InlineKeyboardButton:
        if local_instant(day, time(hour, minute), desk.clock.zone) <= now:
            return button("·", NOTHING)
        return button(f"{hour:02}:{minute:02}", SET, draft.id, "at", f"{day.isoformat()}T{hour:02}.{minute:02}")

    return await _of_day(desk, draft, language, day, [choice(minute) for minute in _MINUTES], in_a_row=4)


async def _of_day(
    desk: Desk,
    draft: Draft,
    language: str,
    day: date,
    choices: list[InlineKeyboardButton],
    in_a_row: int = _HOURS_IN_A_ROW,
) -> Drawn:
    days = await desk.calendars.current()
    rows = [choices[place : place + in_a_row] for place in range(0, len(choices), in_a_row)]
    rows.append([labelled(desk, phrase("« Go back"), language, DAY, draft.id, f"{day:%Y-%m}")])
    said = desk.renderer.render(
        "broadcast_calendar",
        language,
        provisional=days.provisional(day.year),
        day=day,
        off=not days.is_workday(day),
    )
    return Drawn(text=said, rows=rows)
